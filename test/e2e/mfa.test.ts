// A profile of AWS's files that needs the code of an MFA device, asked for by a form.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { personWho } from './person.ts';
import { test } from './start-server.ts';

describe('a profile with an MFA device', () => {
  function mfaProfile(folder: string, aws: Sandbox): void {
    mkdirSync(path.join(folder, '.aws'));
    const { accessKeyId, secretAccessKey } = aws.credentials;
    writeFileSync(
      path.join(folder, '.aws', 'config'),
      `[profile base]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n` +
        `[profile ops]\nrole_arn=${aws.company.responderRoleArn}\nsource_profile=base\n` +
        'mfa_serial=arn:aws:iam::111122223333:mfa/ana\n',
      { mode: 0o600 },
    );
  }
  const withoutKeys = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

  test('is asked for its code by a form, once', async ({ start, aws, folder }) => {
    mfaProfile(folder, aws);
    const person = personWho.typesCode('123 456');
    const server = await start({ args: ['--profile', 'ops'], env: withoutKeys, person });
    expect((await server.call('list_policies', { max_items: 1 })).error).toBeNull();
    expect((await server.call('list_policies', { max_items: 1 })).error).toBeNull();
    expect(person.read).toEqual([expect.stringContaining('arn:aws:iam::111122223333:mfa/ana')]);
    expect(aws.log.at(-1)?.caller).toMatch(/assumed-role\/responder\/aws-iam-mcp$/);
  });

  test.for([
    ['types something else', personWho.typesCode('letters'), 'no MFA code was given'],
    ['declines', personWho.declines(), 'no MFA code was given'],
    ['has a host without forms', undefined, 'aws sts get-session-token'],
  ] as const)('has no credentials when the person %s', async ([, person, text], { start, aws, folder }) => {
    mfaProfile(folder, aws);
    const server = await start({ args: ['--profile', 'ops'], env: withoutKeys, person });
    const { error } = await server.call('list_policies', { max_items: 1 });
    expect(error).toMatch(/^NoCredentials: /);
    expect(error).toContain(text);
  });
});
