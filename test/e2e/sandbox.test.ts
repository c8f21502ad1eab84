// The built-in sandbox over processes: a client that starts one for each call has one account.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { agree, pendingId } from './pending-call.ts';
import { test } from './start-server.ts';
import { run } from './terminal.ts';

interface Key {
  AccessKeyId: string;
  Status: string;
}

const USER = { user_name: 'ci-deploy' };
const SANDBOX = ['--sandbox', '--approval-wait', '0'];

describe('with one process for each call', () => {
  test('a change gets through: asked for in one, made in the next, seen by the third', async ({ start, stateDir }) => {
    const keys = async () => {
      const server = await start({ args: SANDBOX });
      const { result } = await server.call('list_access_keys', USER);
      await server.stop();
      return result as Key[];
    };
    const [key] = await keys();
    const change = { ...USER, access_key_id: key?.AccessKeyId, status: 'Inactive' };

    const asking = await start({ args: SANDBOX });
    const id = await pendingId(asking, 'update_access_key', change);
    await asking.stop();
    agree(stateDir, id, String(key?.AccessKeyId).slice(-4));

    const making = await start({ args: SANDBOX });
    expect((await making.call('update_access_key', change)).error).toBeNull();
    await making.stop();

    expect(await keys()).toMatchObject([{ AccessKeyId: key?.AccessKeyId, Status: 'Inactive' }]);
  });

  test('a table is taken up that an earlier process has done', async ({ start }) => {
    const args = ['--sandbox', '--approval', 'host'];
    const table = { rows: [{ user: 'tom.okafor' }, { user: 'priya.nair' }], user_name: '{{ user }}' };
    const first = await start({ args });
    expect((await first.call('create_access_key', table)).error).toBeNull();
    await first.stop();
    const second = await start({ args });
    expect((await second.call('create_access_key', { ...table, resume: true })).error).toBeNull();
    expect((await second.call('list_access_keys', { user_name: 'tom.okafor' })).result).toHaveLength(1);
  });
});

describe('a start', () => {
  test('that is made twice at once, each with a new company, works both times', async ({ start }) => {
    const servers = await Promise.all([1, 2].map(() => start({ args: ['--sandbox', '--sandbox-reset'] })));
    const keys = await Promise.all(servers.map((server) => server.call('list_access_keys', USER)));
    expect(keys.map(({ error }) => error)).toEqual([null, null]);
    expect(keys[0]?.result).toEqual(keys[1]?.result);
  });

  test('on a damaged account ends with one line that says what to do', async ({ start, stateDir, env }) => {
    await (await start({ args: SANDBOX })).stop();
    const file = path.join(stateDir, 'sandbox', 'account.json');
    writeFileSync(file, 'x');
    expect(await run(['--sandbox', '--state-dir', stateDir], env)).toEqual({
      code: 2,
      stdout: '',
      stderr: `aws-iam-mcp: ${file} is damaged: delete it, or start once with --sandbox-reset, for a new company\n`,
    });
  });
});
