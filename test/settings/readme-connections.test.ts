// The README's example of a config file is held to the program: it has to load as it stands there.
import { describe, expect, it } from 'vitest';
import { connectionsTable } from '../../src/settings/help.ts';
import { differenceInReadme, readme } from '../in-readme.ts';
import { load } from './config-folder.ts';

const [, section = ''] = /^## Connections\n(.*?)(?=^## )/ms.exec(readme) ?? [];
const examples = [...section.matchAll(/^```json\n(.*?)^```$/gms)].map(([, text = '']) => text);
const VARIABLES = ['PROD_KEY_ID', 'PROD_SECRET', 'PROXY_PASSWORD'];
const env = Object.fromEntries(VARIABLES.map((name) => [name, `VALUEOF${name.replace('_', '')}`]));

describe("the README's section on connections", () => {
  it('has one example, and the table of all fields as the schema writes it', () => {
    expect(examples).toHaveLength(1);
    expect(differenceInReadme(connectionsTable().trim())).toBeUndefined();
    expect(section.includes(connectionsTable().trim())).toBe(true);
  });

  it('has an example that loads as it is, with the variables that it names', async () => {
    const [text = ''] = examples;
    for (const name of VARIABLES) expect(text).toContain(`env.${name}`);
    const { connections, defaultLabel, secrets } = await load(text, env);
    const written = JSON.parse(text) as { connections: { label: string }[]; defaultConnection: string };
    expect([...connections.keys()]).toEqual(written.connections.map(({ label }) => label));
    expect(defaultLabel).toBe(written.defaultConnection);
    expect(secrets).toEqual(expect.arrayContaining([env.PROD_SECRET, env.PROXY_PASSWORD]));
  });

  it('has an example of each way to get credentials but the SDK chain, of a role and of a remote agent', async () => {
    const { connections } = await load(examples[0] ?? '', env);
    const all = [...connections.values()];
    expect(new Set(all.map(({ credentials }) => credentials.from))).toEqual(new Set(['keys', 'profile']));
    expect(all.some(({ role }) => role?.externalId)).toBe(true);
    expect(all.some(({ remoteAgent, caBundle }) => remoteAgent?.startsWith('socks5h:') && caBundle)).toBe(true);
  });
});
