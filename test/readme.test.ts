// The README is held to the program: what it says of options and codes has to be so.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../src/actions/index.ts';
import { OWN_CODES } from '../src/envelope.ts';
import { HOSTS } from '../src/settings/command-line.ts';
import { optionsTable } from '../src/settings/help.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the README', () => {
  it('has the table of options as the schema writes it', () => {
    expect(readme).toContain(optionsTable().trim());
  });

  it('names every tool and every host that host-config knows', () => {
    for (const { name } of ACTIONS) expect(readme).toContain(`\`${name}\``);
    for (const host of HOSTS) expect(readme).toContain(`host-config ${host}`);
  });

  it('explains every error code of ours', () => {
    for (const code of OWN_CODES) expect(readme).toContain(`\`${code}\``);
  });

  it('never starts the unpublished package through npx', () => {
    expect(readme).not.toMatch(/npx (-y )?aws-iam-mcp/);
  });

  it('names every package that goes into dist', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    for (const name of Object.keys(dependencies))
      expect(
        [`\`${name}\``, `\`${name.replace('@aws-sdk/', '')}\``].some((text) => readme.includes(text)),
        name,
      ).toBe(true);
  });
});
