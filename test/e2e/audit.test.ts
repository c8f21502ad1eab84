// The audit of a running server, as a person looks at it with the built program.
import path from 'node:path';
import { expect } from 'vitest';
import { test } from './start-server.ts';
import { run } from './terminal.ts';

test('a refused change is found in the audit while the server runs, and the chain is whole', async ({
  start,
  stateDir,
}) => {
  const server = await start();
  const { error } = await server.call('create_access_key', { user_name: 'nobody-here' });
  expect(error).toMatch(/^NoSuchEntity/);
  const show = await run(['audit', 'show', '--user', 'nobody-here', '--state-dir', stateDir]);
  expect(show).toMatchObject({ code: 0, stderr: '' });
  expect(show.stdout).toMatch(/^\S+ refused +create_access_key user=nobody-here .*error=NoSuchEntity/);
  const verify = await run(['audit', 'verify', '--state-dir', stateDir]);
  expect(verify).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Whole: ') });
});

test('there is no audit yet where no server ran', async ({ stateDir }) => {
  const folder = path.join(stateDir, 'none');
  expect(await run(['audit', 'show', '--state-dir', folder])).toEqual({
    code: 0,
    stdout: `There is no audit yet in ${folder}.\n`,
    stderr: '',
  });
});
