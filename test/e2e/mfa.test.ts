// Profiles of AWS's files that need the codes of MFA devices, asked for by forms.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { personWho } from './person.ts';
import { test } from './start-server.ts';

const ANA = 'arn:aws:iam::111122223333:mfa/ana';
const withoutKeys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

interface Profile {
  source?: string;
  device?: string;
}

/** A profile with the role of the responder, and its source. */
function roleProfile(name: string, aws: Sandbox, { source = 'base', device = ANA }: Profile = {}): string {
  return `[profile ${name}]\nrole_arn=${aws.company.responderRoleArn}\nsource_profile=${source}\nmfa_serial=${device}\n`;
}

function writeConfig(folder: string, aws: Sandbox, ...profiles: string[]): void {
  mkdirSync(path.join(folder, '.aws'));
  const { accessKeyId, secretAccessKey } = aws.credentials;
  const base = `[profile base]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`;
  writeFileSync(path.join(folder, '.aws', 'config'), base + profiles.join(''), { mode: 0o600 });
}

describe('a profile with an MFA device', () => {
  test('is asked for its code by a form, once', async ({ start, aws, folder }) => {
    writeConfig(folder, aws, roleProfile('ops', aws));
    const person = personWho.typesCode('123 456');
    const server = await start({ args: ['--profile', 'ops'], env: withoutKeys, person });
    expect((await server.call('list_policies', { max_items: 1 })).error).toBeNull();
    expect((await server.call('list_policies', { max_items: 1 })).error).toBeNull();
    expect(person.read).toEqual([expect.stringContaining(ANA)]);
    expect(aws.log.at(-1)?.caller).toMatch(/assumed-role\/responder\/aws-iam-mcp$/);
  });

  test('is asked for its code before a table of the account is read, once', async ({ start, aws, folder }) => {
    writeConfig(folder, aws, roleProfile('ops', aws));
    const person = personWho.typesCode('123456');
    const server = await start({ args: ['--profile', 'ops'], env: withoutKeys, person });
    const given = { rows_file: 'iam://users', user_name: '{{ UserName }}', with_last_used: true };
    expect(await server.call('list_access_keys', given)).toMatchObject({ error: null, summary: { succeeded: 7 } });
    expect(person.read).toHaveLength(1);
  });

  test.for([
    ['types something else', personWho.typesCode('letters'), 'no MFA code was given'],
    ['declines', personWho.declines(), 'no MFA code was given'],
    ['has a host without forms', undefined, 'aws sts get-session-token'],
  ] as const)('has no credentials when the person %s', async ([, person, text], { start, aws, folder }) => {
    writeConfig(folder, aws, roleProfile('ops', aws));
    const server = await start({ args: ['--profile', 'ops'], env: withoutKeys, person });
    const { error } = await server.call('list_policies', { max_items: 1 });
    expect(error).toMatch(/^NoCredentials: /);
    expect(error).toContain(text);
  });

  test('is asked for one code by calls that come at once', async ({ start, aws, folder }) => {
    writeConfig(folder, aws, roleProfile('ops', aws));
    const person = personWho.typesCode('123456', () => sleep(300));
    const server = await start({ args: ['--profile', 'ops'], env: withoutKeys, person });
    const calls = [1, 2, 3].map((max_items) => server.call('list_policies', { max_items }));
    expect((await Promise.all(calls)).map(({ error }) => error)).toEqual([null, null, null]);
    expect(person.read).toHaveLength(1);
  });

  test('whose source fails late does not end the server', async ({ start, aws, folder }) => {
    const failing = '[profile vault]\ncredential_process=sh -c "sleep 0.5; exit 3"\n';
    writeConfig(folder, aws, roleProfile('ops', aws, { source: 'vault' }), failing);
    const person = personWho.typesCode('123456', () => sleep(1000));
    const server = await start({ args: ['--profile', 'ops'], env: withoutKeys, person });
    for (let calls = 0; calls < 2; calls += 1) {
      const { error } = await server.call('list_policies', { max_items: 1 });
      expect(error).toMatch(/^NoCredentials: profile 'ops' gave no credentials/);
    }
  });
});

describe('a table over profiles with MFA devices', () => {
  function overTwo(folder: string, aws: Sandbox, ...devices: [string, string]): string {
    const profiles = devices.map((device, index) => roleProfile(`of-${index}`, aws, { device }));
    writeConfig(folder, aws, ...profiles);
    const config = path.join(folder, 'config.json');
    const connections = devices.map((_, index) => ({ label: `to-${index}`, profile: `of-${index}` }));
    writeFileSync(config, JSON.stringify({ connections }), { mode: 0o600 });
    return config;
  }

  test('asks for the codes of all devices first, and then for the change', async ({ start, aws, folder }) => {
    const ben = ANA.replace('ana', 'ben');
    const config = overTwo(folder, aws, ANA, ben);
    const person = personWho.typesCodesAndAgrees('123456');
    const server = await start({ args: ['--config', config], env: withoutKeys, person });
    const { neverUsedUser, leakedUser } = aws.company;
    const rows = [neverUsedUser, leakedUser].map((user, index) => ({ to: `to-${index}`, user }));
    const given = { connection: '{{ to }}', user_name: '{{ user }}', rows };
    const { summary } = await server.call('create_access_key', given);
    expect(summary).toMatchObject({ succeeded: 2 });
    const [first, second, plan, ...more] = person.read;
    expect([first, second].map((text) => text?.split(': ').at(-1)).sort()).toEqual([ANA, ben]);
    expect(plan).toContain('2 rows');
    expect(more).toEqual([]);
  });

  test('asks for another code of a device that it has used', async ({ start, aws, folder }) => {
    const config = overTwo(folder, aws, ANA, ANA);
    const person = personWho.typesCode('123456');
    const server = await start({ args: ['--config', config], env: withoutKeys, person });
    const rows = ['to-0', 'to-1'].map((to) => ({ to }));
    const given = { connection: '{{ to }}', user_name: aws.company.neverUsedUser, rows };
    expect((await server.call('list_access_keys', given)).summary).toMatchObject({ succeeded: 2 });
    expect(person.read).toEqual([
      `To sign in to AWS, a code of your MFA device is needed: ${ANA}`,
      `To sign in to AWS, another code of your MFA device is needed: ${ANA}`,
    ]);
  });
});
