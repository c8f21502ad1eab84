// The connection's own secret, which the operator's environment or AWS's files hold, reaches no model by a file of tables
// that has it, before any call has asked AWS for anything.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { test } from './start-server.ts';
import { dropFile } from './tables.ts';

const SECRET = 'ofAProfile/Secret+0123456789abcdefghijAB';
const LISTING = {
  rows_file: 'notes.csv',
  user_name: "{{ user }}{{ note[0:8] | replace('/', '') | replace('+', '') }}",
};

describe.concurrent.each(['environment', 'profile'] as const)('a secret of the %s', (where) => {
  test('is in no dry run, no slice and no file that a host reads, from the first call on', async ({
    start,
    aws,
    env,
    folder,
    stateDir,
  }) => {
    mkdirSync(path.join(folder, '.aws'));
    // Nobody asks AWS, which would not know it.
    const profile = `[work]\naws_access_key_id = ${aws.credentials.accessKeyId}\naws_secret_access_key = ${SECRET}\n`;
    writeFileSync(path.join(folder, '.aws', 'credentials'), profile);
    const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_PROFILE: 'work' };
    const open = () =>
      start({ env: where === 'environment' ? { ...env, AWS_SECRET_ACCESS_KEY: SECRET } : { ...env, ...none } });
    dropFile(stateDir, 'notes.csv', `user,note\nann,nothing\nben,${SECRET}\n`);

    const first = await open();
    const { contents } = await first.client.readResource({ uri: 'iam://files/notes.csv' });
    expect(JSON.stringify(contents)).toContain('ben,(secret)');
    const second = await open();
    const dry = await second.call('list_access_keys', { ...LISTING, dry_run: true });
    expect(dry.summary).toMatchObject({ rows: 2, succeeded: 1, failed: 1 });
    for (const server of [first, second]) {
      for (let at = 0; at + 8 <= SECRET.length; at += 1)
        expect(server.streams.stdout).not.toContain(SECRET.slice(at, at + 8));
    }
  });
});
