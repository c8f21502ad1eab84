// Approval at a terminal, a real pseudo-terminal in which `aws-iam-mcp approve` runs beside the server.
import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { changesIn, lastFour, turningOff } from './aws-account.ts';
import { eventually } from './eventually.ts';
import { HOSTILE } from './hostile-text.ts';
import { AT_ONCE, PATIENT, pendingId, TWICE_PENDING, waitingCall } from './pending-call.ts';
import { MAIN } from './session.ts';
import { test } from './start-server.ts';
import { auditOf, filesBelow, waitingRequests } from './state-files.ts';
import { keysOfNewUsers, TURN_OFF } from './tables.ts';
import { approveInTerminal, CTRL_C, CTRL_D, noTerminal, openTerminal, run } from './terminal.ts';

const TOOL = 'update_access_key';

describe.skipIf(noTerminal !== undefined)(`at a terminal ${noTerminal ?? ''}`, { concurrent: true }, () => {
  test('a person agrees, and the same call made again proceeds, once', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const id = await pendingId(server, TOOL, turningOff(aws));
    const terminal = approveInTerminal(stateDir, id);
    await terminal.types(lastFour(aws));
    await terminal.shows('Agreed.');
    expect(await terminal.ended).toBe(0);
    expect(changesIn(aws)).toEqual([]);

    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(aws.key(aws.company.leakedKeyId)?.status).toBe('Inactive');
    expect(auditOf(stateDir).at(-1)?.agreedBy).toMatch(new RegExp(`^terminal ${id} \\S+`));

    const another = await pendingId(server, TOOL, turningOff(aws));
    expect(another).not.toBe(id);
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('reads the same plan that a form would show, and no escape sequence comes from it', async ({
    start,
    aws,
    stateDir,
  }) => {
    const server = await start({ args: AT_ONCE });
    const id = await pendingId(server, TOOL, turningOff(aws));
    const terminal = approveInTerminal(stateDir, id);
    await terminal.presses(CTRL_C);
    await terminal.ended;
    for (const fact of [
      `[${id}] Turn off an access key`,
      `Account: ${aws.account}`,
      `Access key: ${aws.company.leakedKeyId}: Active`,
      'What happens: Whatever signs with this key stops working',
      'To agree, type the last four characters of the access key.',
    ]) {
      expect(terminal.screen()).toContain(fact);
    }
  });

  test('agrees while the call still waits, which then proceeds', async ({ start, aws, stateDir }) => {
    const server = await start({ args: PATIENT });
    const { id, call } = await waitingCall(server, TOOL, turningOff(aws));
    const terminal = approveInTerminal(stateDir, id);
    await terminal.types(lastFour(aws));
    expect((await call).error).toBeNull();
    expect(changesIn(aws)).toHaveLength(1);
    expect(waitingRequests(stateDir)).toEqual([]);
  });

  test('runs the very command that the error names, in a folder whose name a shell would read', async ({
    start,
    aws,
    folder,
  }) => {
    const elsewhere = `${folder}/it's \\"; exit 3; # $HOME`;
    const server = await start({ args: [MAIN, '--state-dir', elsewhere, ...AT_ONCE], command: process.execPath });
    const { error } = await server.call(TOOL, turningOff(aws));
    const command = /\n`(.*)`\n/.exec(error ?? '')?.[1] ?? 'false';
    const terminal = openTerminal('/bin/sh', ['-c', command], folder);
    await terminal.types(lastFour(aws));
    expect(await terminal.ended).toBe(0);
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
  });

  test('types something wrong three times, and it goes on waiting', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const id = await pendingId(server, TOOL, turningOff(aws));
    const terminal = approveInTerminal(stateDir, id);
    for (const wrong of ['yes', 'y', aws.company.leakedKeyId]) await terminal.types(wrong);
    expect(await terminal.ended).toBe(1);
    expect(terminal.screen().match(/That is not the last four characters/g)).toHaveLength(3);
    expect(terminal.screen()).toContain('Not agreed; it goes on waiting.');
    expect(await pendingId(server, TOOL, turningOff(aws))).toBe(id);
    expect(changesIn(aws)).toEqual([]);
  });

  test('mistypes twice and then agrees', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const terminal = approveInTerminal(stateDir, await pendingId(server, TOOL, turningOff(aws)));
    for (const typed of ['yes', 'no', lastFour(aws)]) await terminal.types(typed);
    expect(await terminal.ended).toBe(0);
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
  });

  test.for([
    ['Ctrl-C', CTRL_C],
    ['Ctrl-D', CTRL_D],
    ['Enter alone', '\r'],
  ] as const)('%s leaves it waiting', async ([, key], { start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const id = await pendingId(server, TOOL, turningOff(aws));
    const terminal = approveInTerminal(stateDir, id);
    await terminal.presses(key);
    expect(await terminal.ended).toBe(1);
    expect(await pendingId(server, TOOL, turningOff(aws))).toBe(id);
    expect(changesIn(aws)).toEqual([]);
  });

  test('is shown several one by one, and agrees to one of them', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const off = await pendingId(server, TOOL, turningOff(aws));
    const create = await pendingId(server, 'create_access_key', { user_name: 'tom.okafor' });
    const policy = { user_name: 'tom.okafor', policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
    const attach = await pendingId(server, 'attach_user_policy', policy);

    const terminal = approveInTerminal(stateDir);
    await terminal.shows('3 changes wait for your agreement:');
    for (const text of [
      `${off}  Turn off an access key`,
      `${create}  Create an access key`,
      `${attach}  Attach a policy`,
    ]) {
      await terminal.shows(text);
    }
    await terminal.types('');
    await terminal.types('tom.okafor');
    await terminal.types('');
    expect(await terminal.ended).toBe(1);

    expect(await pendingId(server, TOOL, turningOff(aws))).toBe(off);
    expect((await server.call('create_access_key', { user_name: 'tom.okafor' })).error).toBeNull();
    expect(await pendingId(server, 'attach_user_policy', policy)).toBe(attach);
    expect(changesIn(aws).map(({ operation }) => operation)).toEqual(['CreateAccessKey']);
  });

  test('has nothing to do when nothing waits, or not this', async ({ stateDir }) => {
    const none = approveInTerminal(stateDir);
    await none.shows('Nothing waits for your agreement.');
    expect(await none.ended).toBe(0);
    const unknown = approveInTerminal(stateDir, 'zzzzzz');
    await unknown.shows('No request zzzzzz waits for an answer');
    expect(await unknown.ended).toBe(1);
  });

  test('agrees to what a call asked that its client has given up, and the next call makes it', async ({
    start,
    aws,
    stateDir,
  }) => {
    const server = await start({ args: PATIENT });
    const cancel = new AbortController();
    const { id, call } = await waitingCall(server, TOOL, turningOff(aws), { signal: cancel.signal });
    const terminal = approveInTerminal(stateDir, id);
    await terminal.shows('To agree, type');
    cancel.abort();
    await expect(call).rejects.toThrow();
    await eventually(() => expect(auditOf(stateDir).map(({ event }) => event)).toEqual(TWICE_PENDING));
    await terminal.types(lastFour(aws));
    await terminal.shows('Agreed.');
    expect(changesIn(aws)).toEqual([]);
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('takes an agreement back that is not used yet', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const id = await pendingId(server, TOOL, turningOff(aws));
    await approveInTerminal(stateDir, id).types(lastFour(aws));
    await eventually(() => expect(filesBelow(stateDir)).toContain(`requests/${id}.yes-1.json`));
    expect((await run(['decline', id, '--state-dir', stateDir])).code).toBe(0);
    expect((await server.call(TOOL, turningOff(aws))).error).toMatch(/^ApprovalDeclined: /);
    expect(changesIn(aws)).toEqual([]);
  });

  test('cannot agree twice, at two terminals', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const id = await pendingId(server, TOOL, turningOff(aws));
    const [first, second] = [approveInTerminal(stateDir, id), approveInTerminal(stateDir, id)];
    await second.shows('To agree, type');
    await first.types(lastFour(aws));
    expect(await first.ended).toBe(0);
    await second.types(lastFour(aws));
    expect(await second.ended).toBe(1);
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    await pendingId(server, TOOL, turningOff(aws));
    expect(changesIn(aws)).toHaveLength(1);
  });
});

describe.concurrent('without a terminal', () => {
  test('approve refuses, and the request goes on waiting', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const id = await pendingId(server, TOOL, turningOff(aws));
    const { code, stdout } = await run(['approve', id, '--state-dir', stateDir]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^Only a person at a terminal can agree/);
    expect(await pendingId(server, TOOL, turningOff(aws))).toBe(id);
  });

  test('decline works, and the same call is refused as declined', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const id = await pendingId(server, TOOL, turningOff(aws));
    expect(await run(['decline', id, '--state-dir', stateDir])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Declined\./),
    });
    const { error } = await server.call(TOOL, turningOff(aws));
    expect(error).toMatch(/^ApprovalDeclined: the person declined\. Nothing was changed\.$/);
    // That answer is used up too.
    expect(await pendingId(server, TOOL, turningOff(aws))).not.toBe(id);
    expect(changesIn(aws)).toEqual([]);
  });

  test('decline of what does not wait says so', async ({ stateDir }) => {
    const { code, stdout } = await run(['decline', 'x\u202e\u0007', '--state-dir', stateDir]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^No request x\\u\{202e\}\\u\{7\} waits/);
  });
});

describe.skipIf(noTerminal !== undefined)(`a table at a terminal ${noTerminal ?? ''}`, { concurrent: true }, () => {
  test('waits, is agreed to there by its number of rows, and proceeds with the same call', async ({
    start,
    aws,
    stateDir,
  }) => {
    const server = await start({ args: AT_ONCE });
    const table = { rows: keysOfNewUsers(aws, 40), ...TURN_OFF };
    const id = await pendingId(server, TOOL, table);
    expect(changesIn(aws)).toEqual([]);
    const terminal = approveInTerminal(stateDir, id);
    await terminal.shows(`[${id}] Turn off an access key: 40 rows`);
    await terminal.types('39');
    await terminal.types('40');
    expect(await terminal.ended).toBe(0);
    const [, list = ''] = /^Every row, .*: (\/.*)$/m.exec(terminal.screen()) ?? [];
    expect(terminal.screen().match(/^[ !] row \d+ +· leaver-\d+ /gm)).toHaveLength(40);
    expect(readFileSync(list, 'utf8')).toContain('user_name: leaver-040');
    const { summary } = await server.call(TOOL, table);
    expect(summary).toMatchObject({ succeeded: 40 });
    expect(auditOf(stateDir).at(-1)).toMatchObject({
      event: 'finished',
      agreedBy: expect.stringMatching(/^terminal /),
    });
  });

  test('is not agreed to for another table than the one that was shown', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const rows = keysOfNewUsers(aws, 4);
    const id = await pendingId(server, TOOL, { rows: rows.slice(0, 3), ...TURN_OFF });
    const terminal = approveInTerminal(stateDir, id);
    await terminal.types('3');
    await terminal.ended;
    for (const others of [rows, rows.slice(1), rows.slice(0, 3).reverse()]) {
      expect(await pendingId(server, TOOL, { rows: others, ...TURN_OFF })).not.toBe(id);
    }
    expect(changesIn(aws)).toEqual([]);
    expect(waitingRequests(stateDir)).toHaveLength(4);
  });
});

describe('in the plan at a terminal, a hostile', () => {
  test.skipIf(noTerminal !== undefined)(
    `text is shown escaped in the terminal too ${noTerminal ?? ''}`,
    async ({ start, aws, stateDir }) => {
      aws.useKey(aws.company.leakedKeyId, { date: new Date(), serviceName: HOSTILE, region: '\u001b]0;title\u0007' });
      const server = await start({ args: AT_ONCE });
      const terminal = approveInTerminal(stateDir, await pendingId(server, 'update_access_key', turningOff(aws)));
      await terminal.shows('To agree, type');
      await terminal.presses(CTRL_C);
      await terminal.ended;
      expect(terminal.screen()).toContain('evil\\u{202e}');
      for (const raw of ['\u202e', '\u001b[2J', '\u001b]0;', '\u0007']) expect(terminal.raw()).not.toContain(raw);
      expect(terminal.screen()).not.toMatch(/^WARNING: none/m);
    },
  );
});
