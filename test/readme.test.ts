// The README is held to the program: what it says of options and codes has to be so.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../src/actions/index.ts';
import { HOSTS } from '../src/settings/command-line.ts';
import { optionsTable } from '../src/settings/help.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const sourceOf = (file: string) => readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8');

describe('the README', () => {
  it('has the table of options as the schema writes it', () => {
    expect(readme).toContain(optionsTable().trim());
  });

  it('names every tool and every host that host-config knows', () => {
    for (const { name } of ACTIONS) expect(readme).toContain(`\`${name}\``);
    for (const host of HOSTS) expect(readme).toContain(`host-config ${host}`);
  });

  it('explains every error code of ours', () => {
    const codes = [...sourceOf('envelope.ts').matchAll(/^ {2}\| '(\w+)'/gm)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(10);
    for (const code of codes) expect(readme).toContain(`\`${code}\``);
  });

  it('never starts the unpublished package through npx', () => {
    expect(readme).not.toMatch(/npx (-y )?aws-iam-mcp/);
  });

  it('names every package that goes into dist', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    for (const name of Object.keys(dependencies)) expect(readme).toContain(name.replace(/^@aws-sdk\//, ''));
  });
});
