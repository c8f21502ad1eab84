// One of each kind of behaviour with the built program over real pipes. All of them are tested one by one, in one process,
// in through-mcp/; that the build, the process and its pipes change nothing about them is tested here.
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { changesIn, lastFour, turningOff } from './aws-account.ts';
import { eventually } from './eventually.ts';
import { personWho } from './person.ts';
import { RUBBISH } from './rubbish.ts';
import { test } from './start-server.ts';
import { auditOf, filesHolding } from './state-files.ts';
import { dropFile, entriesOf, fileText, keysOfNewUsers, TURN_OFF } from './tables.ts';

const TOOL = 'update_access_key';

describe.concurrent('the built program', () => {
  test('reads, and answers what cannot be read with the code of AWS', async ({ start, aws }) => {
    const server = await start();
    const { result } = await server.call('get_access_key_last_used', { access_key_id: aws.company.leakedKeyId });
    expect(result).toMatchObject({ UserName: 'ci-deploy', AccessKeyLastUsed: { ServiceName: 'iam' } });
    const { error } = await server.call('list_access_keys', { user_name: 'nobody' });
    expect(error).toMatch(/^NoSuchEntity: /);
  });

  test('makes a change that a person agrees to in a form, and leaves its secret in a file alone', async ({
    start,
    aws,
    stateDir,
  }) => {
    const secret = 'planted/Secret+0123456789abcdefghijABCDE';
    aws.plantSecret(secret);
    const person = personWho.types('not this', 'tom.okafor');
    const server = await start({ person });
    const { error, result } = await server.call('create_access_key', { user_name: 'tom.okafor' });
    expect(error).toBeNull();
    expect(person.read).toHaveLength(2);
    const { SecretFile } = result as { SecretFile: string };
    expect(readFileSync(SecretFile, 'utf8')).toContain(secret);
    await server.stop();
    expect(server.streams.stdout).not.toContain(secret);
    expect(filesHolding(stateDir, secret)).toHaveLength(1);
    expect(auditOf(stateDir).map(({ event }) => event)).toEqual(['asked', 'sent', 'done']);
  });

  test('changes nothing when the person declines, the host cancels or it only reads', async ({
    start,
    aws,
    stateDir,
  }) => {
    const declining = await start({ person: personWho.declines() });
    expect((await declining.call(TOOL, turningOff(aws))).error).toMatch(/^ApprovalDeclined: .*Nothing was changed\.$/);

    const person = personWho.staysSilent();
    const cancelled = await start({ person });
    const cancel = new AbortController();
    const call = cancelled.call(TOOL, turningOff(aws), { signal: cancel.signal });
    await person.seesForm;
    cancel.abort();
    await expect(call).rejects.toThrow();
    await eventually(() => expect(person.takenBack).toBe(1));
    await eventually(() => expect(auditOf(stateDir).at(-1)?.error).toBe('ApprovalDismissed'));

    const reading = await start({ args: ['--read-only'], person: personWho.types(lastFour(aws)) });
    expect(reading.tools).toHaveLength(3);
    expect((await reading.call(TOOL, turningOff(aws))).error).toMatch(/^ReadOnly: .*Nothing was changed\.$/);
    expect(changesIn(aws)).toEqual([]);
  });

  test('takes a table from a file, asks for all of it at once, and writes its results to a file', async ({
    start,
    aws,
    stateDir,
  }) => {
    const keys = keysOfNewUsers(aws, 3);
    dropFile(stateDir, 'keys.csv', `user,key\n${keys.map(({ user, key }) => `${user},${key}\n`).join('')}`);
    const person = personWho.types('3');
    const server = await start({ person });
    const envelope = await server.call(TOOL, { rows_file: 'keys.csv', ...TURN_OFF, output_file: 'off.csv' });
    expect(envelope).toMatchObject({ error: null, summary: { rows: 3, succeeded: 3 } });
    expect(entriesOf(envelope).map(({ input }) => input)).toEqual(keys);
    expect(fileText(stateDir, 'off.csv').trimEnd().split('\r\n')).toHaveLength(4);
    for (const { key } of keys) expect(aws.key(key)?.status).toBe('Inactive');
  });

  test('shows a long result in part, and gives the rest when asked for it', async ({ start, aws, stateDir }) => {
    aws.load({ policies: 300 });
    const server = await start();
    const { page, files, continue_from } = await server.call('list_policies', { scope: 'Local' });
    expect((await server.call('list_policies', { continue_from })).page?.from).toBe((page?.to ?? 0) + 1);
    const { contents } = await server.client.readResource({ uri: `iam://files/${files?.[0]?.name}` });
    expect(contents).toMatchObject([{ text: fileText(stateDir, files?.[0]?.name ?? '') }]);
  });

  test('serves on whatever a host sends between its calls, and understands what comes byte by byte', async ({
    startRaw,
  }) => {
    const host = startRaw();
    await host.initialize();
    for (const [what, rubbish] of RUBBISH) {
      host.write(rubbish);
      const id = host.callTool('list_access_keys', { user_name: 'ci-deploy' });
      expect((await host.answerTo(id)).result, what).toMatchObject({ structuredContent: { has_error: false } });
    }
    const call = {
      jsonrpc: '2.0',
      id: 'é',
      method: 'tools/call',
      params: { name: 'list_policies', arguments: { ü: '€' } },
    };
    for (const byte of Buffer.from(`${JSON.stringify(call)}\n`)) host.write(Buffer.from([byte]));
    const answer = await host.streams.until(() => host.messages().find(({ id }) => id === 'é'));
    expect(answer.result?.structuredContent).toMatchObject({ error: expect.stringContaining("'ü' is no field") });
  });
});
