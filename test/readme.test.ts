// The README is held to the program: what it says of options and codes has to be so.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../src/actions/index.ts';
import { OWN_CODES } from '../src/errors.ts';
import { HOSTS } from '../src/settings/commands.ts';
import { optionsTable } from '../src/settings/help.ts';
import { differenceInReadme, missingInReadme, readme } from './in-readme.ts';

describe('the README', () => {
  it('has the table of options as the schema writes it', () => {
    expect(differenceInReadme(optionsTable().trim())).toBeUndefined();
  });

  it('names every tool and every host that host-config knows', () => {
    const tools = ACTIONS.map(({ name }) => `\`${name}\``);
    const hosts = [...HOSTS].map((host) => `host-config ${host}`);
    expect(tools.length * hosts.length).toBeGreaterThan(0);
    expect(missingInReadme([...tools, ...hosts])).toEqual([]);
  });

  it('explains every error code of ours', () => {
    expect(missingInReadme([...OWN_CODES].map((code) => `\`${code}\``))).toEqual([]);
  });

  it('never starts the unpublished package through npx', () => {
    expect(readme.match(/.*npx (-y )?aws-iam-mcp.*/g)).toBeNull();
  });

  it('names every package that goes into dist', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    const unnamed = Object.keys(dependencies).filter(
      (name) => missingInReadme([`\`${name}\``, `\`${name.replace('@aws-sdk/', '')}\``]).length === 2,
    );
    expect(unnamed).toEqual([]);
  });
});
