// Tables that are stopped on their way, and taken up again; and how many rows are on theirs at once. What the end of a
// process leaves is tested in e2e/table-stopping.test.ts.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect } from 'vitest';
import type { LogEntry, Sandbox } from '../../src/sandbox/sandbox.ts';
import { changesIn } from '../e2e/aws-account.ts';
import { eventually } from '../e2e/eventually.ts';
import { journalEntries, journalsIn, rowStates } from '../e2e/journals.ts';
import { personWho } from '../e2e/person.ts';
import { auditOf, filesBelow } from '../e2e/state-files.ts';
import { entriesOf, keysOfNewUsers, linesOfFile, TURN_OFF, untilChanged } from '../e2e/tables.ts';
import { NOW } from '../now.ts';
import { test } from './start-server.ts';

const TOOL = 'update_access_key';
const AGREED = ['--approval', 'host', '--concurrency', '4'];

function slowly(aws: Sandbox, operation: string, ms: number): void {
  aws.order({ operation, times: Number.POSITIVE_INFINITY, fault: { kind: 'latency', ms } });
}

const usersOf = (entries: LogEntry[]) => entries.map(({ parameters }) => parameters.UserName);

describe.concurrent('a table that is cancelled in the middle', () => {
  test('starts no new rows, finishes those under way, and says which; the next answer tells, and resume goes on', async ({
    start,
    aws,
    stateDir,
  }) => {
    const rows = keysOfNewUsers(aws, 40);
    slowly(aws, 'UpdateAccessKey', 60);
    const server = await start({ args: AGREED });
    const table = { rows, ...TURN_OFF, output_file: 'off.jsonl' };
    const cancel = new AbortController();
    const call = server.call(TOOL, table, { signal: cancel.signal });
    await untilChanged(aws, 9);
    cancel.abort('enough');
    await expect(call).rejects.toThrow();
    const atCancelling = changesIn(aws).length;
    await eventually(() => expect(linesOfFile(stateDir, 'off.jsonl')).toHaveLength(40));
    // And when the last lines of the journal are on the disk, its lock is gone.
    await eventually(() => expect(filesBelow(path.join(stateDir, 'journals'))).toEqual(journalsIn(stateDir)));

    const done = new Set(usersOf(changesIn(aws)));
    expect(done.size).toBe(changesIn(aws).length);
    expect(done.size).toBeLessThanOrEqual(atCancelling + 8);
    expect(rowStates(stateDir).size).toBeLessThanOrEqual(40);
    for (const [index, { user }] of rows.entries()) {
      const state = rowStates(stateDir).get(index + 1) ?? 'not-attempted';
      expect(state).toBe(done.has(user) ? 'done' : 'not-attempted');
      const told = linesOfFile(stateDir, 'off.jsonl')[index];
      expect(told?.input).toEqual(rows[index]);
      if (done.has(user)) expect(told?.error).toBeNull();
      else expect(told?.error).toMatch(/^NotAttempted: the call was cancelled before the turn of this row/);
    }

    const left = 40 - done.size;
    const next = await server.call('list_access_keys', { user_name: 'tom.okafor' });
    expect(next.warnings).toEqual([
      `An earlier call was cancelled: update_access_key over 40 rows: ${done.size} succeeded, 0 failed, ${left} not attempted. ` +
        `To go on, make the same call with resume. What came of each row is in the journal ${journalsIn(stateDir)[0]}.`,
    ]);
    expect((await server.call('list_access_keys', { user_name: 'tom.okafor' })).warnings).toBeUndefined();

    aws.clearOrders();
    const resumed = await server.call(TOOL, { ...table, resume: true, detail: 'full' });
    expect(resumed).toMatchObject({ error: null, summary: { rows: 40, succeeded: 40 } });
    expect(entriesOf(resumed).map(({ input }) => input)).toEqual(rows);
    expect(usersOf(changesIn(aws)).sort()).toEqual(rows.map(({ user }) => user));
    expect(linesOfFile(stateDir, 'off.jsonl').filter(({ has_error }) => has_error)).toEqual([]);
    expect(auditOf(stateDir).filter(({ event }) => event === 'asked')).toMatchObject([{ count: 40 }, { count: left }]);
  });

  test('while a person is asked changes nothing, and tells so to nobody', async ({ start, aws, stateDir }) => {
    const rows = keysOfNewUsers(aws, 3);
    const person = personWho.staysSilent();
    const server = await start({ person, args: ['--approval-wait', '20'] });
    const cancel = new AbortController();
    const call = server.call(TOOL, { rows, ...TURN_OFF }, { signal: cancel.signal });
    await person.seesForm;
    cancel.abort();
    await expect(call).rejects.toThrow();
    await eventually(() => expect(auditOf(stateDir).at(-1)?.error).toBe('ApprovalDismissed'));
    expect(changesIn(aws)).toEqual([]);
    expect(journalsIn(stateDir)).toEqual([]);
  });

  test('is told of, when it only read', async ({ start, aws }) => {
    const rows = keysOfNewUsers(aws, 30);
    slowly(aws, 'ListAccessKeys', 200);
    const server = await start({ args: AGREED });
    const cancel = new AbortController();
    const call = server.call('list_access_keys', { rows, user_name: '{{ user }}' }, { signal: cancel.signal });
    await eventually(() => expect(aws.log.length).toBeGreaterThan(4));
    cancel.abort();
    await expect(call).rejects.toThrow();
    await sleep(400);
    expect(aws.log.length).toBeLessThan(30);
    const { warnings } = await server.call('list_policies', { max_items: 1 });
    expect(warnings).toEqual([
      expect.stringMatching(/^An earlier call was cancelled: list_access_keys over 30 rows: /),
    ]);
  });
});

describe.concurrent('--table-timeout', () => {
  test('starts no row after it, and says which were not attempted and how to go on', async ({
    start,
    aws,
    stateDir,
  }) => {
    const rows = keysOfNewUsers(aws, 40);
    const begun = performance.now();
    await (await start({ args: AGREED })).call(TOOL, { rows, ...TURN_OFF, dry_run: true });
    // Facts are read in less than half of it, on this machine as it is; the first of ten turns ends in it, the last after.
    const timeout = 3 + (2 * (performance.now() - begun)) / 1000;
    slowly(aws, 'UpdateAccessKey', 500 * timeout);
    const server = await start({ args: [...AGREED, '--table-timeout', timeout.toFixed(3)] });
    const envelope = await server.call(TOOL, { rows, ...TURN_OFF, detail: 'full' });
    const done = changesIn(aws).length;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(40);
    expect(envelope.summary).toEqual({ rows: 40, succeeded: done, failed: 0, not_attempted: 40 - done, now: NOW });
    expect(envelope.error).toBe(`RowsFailed: ${40 - done} of 40 rows did not succeed`);
    expect(envelope.warnings).toEqual([
      expect.stringMatching(/not attempted\. To go on, make the same call with resume\. .*\.jsonl\.$/),
    ]);
    expect(entriesOf(envelope).at(-1)).toMatchObject({
      result: null,
      error: expect.stringMatching(/^NotAttempted: the time allowed for a table \(--table-timeout\) was over/),
      has_error: true,
    });
    aws.clearOrders();
    expect(await server.call(TOOL, { rows, ...TURN_OFF, resume: true })).toMatchObject({ error: null });
    expect(usersOf(changesIn(aws)).sort()).toEqual(rows.map(({ user }) => user));
    expect(journalsIn(stateDir)).toHaveLength(1);
  });
});

describe.concurrent('resume', () => {
  test('of a table that is done repeats nothing and asks nobody', async ({ start, aws }) => {
    const table = { rows: keysOfNewUsers(aws, 3), ...TURN_OFF };
    const person = personWho.agrees();
    const server = await start({ person });
    const first = await server.call(TOOL, table);
    expect(await server.call(TOOL, { ...table, resume: true })).toEqual({
      ...first,
      summary: { ...first.summary, done_earlier: 3, done_now: 0, now: NOW },
      result: entriesOf(first).map((entry) => ({ ...entry, done_earlier: true })),
      warnings: ['3 of the rows were settled by an earlier call, and not sent again.'],
    });
    expect(person.read).toHaveLength(1);
    expect(changesIn(aws)).toHaveLength(3);
  });

  test('takes up the rows that failed, and asks a person for just those', async ({ start, aws }) => {
    const rows = keysOfNewUsers(aws, 4);
    aws.order({
      operation: 'UpdateAccessKey',
      times: 2,
      fault: { kind: 'error', status: 400, code: 'InvalidInput', message: 'no' },
    });
    const person = personWho.types('4', '2');
    const server = await start({ person });
    const table = { rows, ...TURN_OFF };
    expect((await server.call(TOOL, table)).summary).toMatchObject({ succeeded: 2, failed: 2 });
    expect((await server.call(TOOL, { ...table, resume: true })).summary).toMatchObject({ succeeded: 4, failed: 0 });
    expect(person.read[1]).toContain('Turn off an access key: 2 rows');
    expect(changesIn(aws)).toHaveLength(6);
  });

  test('is refused for another table, and without one', async ({ start, aws }) => {
    const rows = keysOfNewUsers(aws, 3);
    const server = await start({ person: personWho.agrees() });
    await server.call(TOOL, { rows, ...TURN_OFF });
    for (const other of [{ rows: rows.slice(1) }, { rows, status: 'Active' }, { rows: rows.toReversed() }]) {
      const { error } = await server.call(TOOL, { ...TURN_OFF, ...other, resume: true });
      expect(error).toMatch(
        /^InvalidArguments: resume: no earlier call that comes to these very changes.*Nothing was changed\.$/,
      );
    }
    const [row] = rows;
    const single = { user_name: row?.user, access_key_id: row?.key, status: 'Active', resume: true };
    expect((await server.call(TOOL, single)).error).toMatch(/^InvalidArguments: resume: /);
    expect(changesIn(aws)).toHaveLength(3);
  });
});

describe.concurrent('the rows of a table', () => {
  /** The moments at which the sandbox carried requests out, of each user or of all. */
  const momentsOf = (entries: LogEntry[]) => entries.map(({ at }) => Date.parse(at));

  test('are on their way so many at once as the operator says, and those of one user never together', async ({
    start,
    aws,
  }) => {
    const LATENCY = 120;
    const pairs = Array.from({ length: 6 }, (_, index) => {
      const user = `Pair-${index}`;
      aws.createUser(user);
      // IAM finds users ignoring case.
      return [user, user.toLowerCase()].map((name) => ({ user: name, key: aws.createKey(user).accessKeyId }));
    });
    const rows = [...pairs.flat(), ...keysOfNewUsers(aws, 4)];
    slowly(aws, 'UpdateAccessKey', LATENCY);
    const server = await start({ args: ['--approval', 'host', '--concurrency', '3'] });
    expect((await server.call(TOOL, { rows, ...TURN_OFF })).error).toBeNull();
    const all = changesIn(aws);
    expect(all).toHaveLength(16);
    // A request is carried out when its latency is over, so that two that are less apart were on their way together.
    const together = (moments: number[], most: number) =>
      moments.filter((moment, index) => moment - (moments[index - most] ?? Number.NEGATIVE_INFINITY) < LATENCY - 15);
    expect(together(momentsOf(all), 3)).toEqual([]);
    expect(together(momentsOf(all), 2)).not.toEqual([]);
    for (const index of pairs.keys()) {
      const ofUser = all.filter(({ parameters }) => parameters.UserName?.toLowerCase() === `pair-${index}`);
      expect(ofUser).toHaveLength(2);
      expect(together(momentsOf(ofUser), 1)).toEqual([]);
    }
  });

  test('are told of while they run: counts that grow, a few a second', async ({ start, aws }) => {
    const rows = keysOfNewUsers(aws, 40);
    slowly(aws, 'UpdateAccessKey', 100);
    const server = await start({ args: AGREED });
    const told: Progress[] = [];
    const begun = performance.now();
    await server.call(TOOL, { rows, ...TURN_OFF }, { onprogress: (progress) => void told.push(progress) });
    const seconds = (performance.now() - begun) / 1000;
    expect(told.at(-1)).toMatchObject({ message: '40 of 40 rows done, 0 failed', progress: 80, total: 80 });
    expect(told.length).toBeGreaterThan(3);
    expect(told.length).toBeLessThan(seconds * 4 + 2);
    const counts = told.map(({ progress }) => progress);
    expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
  });
});

describe.concurrent('a journal', () => {
  test('is for this user alone, has every row before it is sent and after, and no secret', async ({
    start,
    aws,
    stateDir,
  }) => {
    const rows = keysOfNewUsers(aws, 3);
    const server = await start({ args: AGREED });
    await server.call(TOOL, { rows, ...TURN_OFF });
    const entries = journalEntries(stateDir);
    for (const [index, { user, key }] of rows.entries()) {
      expect(entries.filter(({ row }) => row === index + 1)).toMatchObject([
        {
          state: 'sent',
          connection: 'default',
          arguments: { user_name: user, access_key_id: key, status: 'Inactive' },
        },
        { state: 'done', result: { ResponseMetadata: { HTTPStatusCode: 200 } } },
      ]);
    }
    const [name = ''] = journalsIn(stateDir);
    const [head = ''] = readFileSync(path.join(stateDir, 'journals', name), 'utf8').split('\n');
    expect(JSON.parse(head)).toMatchObject({
      journal: 1,
      tool: TOOL,
      rows: 3,
      digest: expect.stringMatching(/^\w{64}$/),
    });
  });

  test('is kept of reads when their result goes to a file, and not otherwise', async ({ start, stateDir }) => {
    const rows = [{ user: 'tom.okafor' }, { user: 'nobody' }];
    const server = await start();
    await server.call('list_access_keys', { rows, user_name: '{{ user }}' });
    expect(journalsIn(stateDir)).toEqual([]);
    await server.call('list_access_keys', { rows, user_name: '{{ user }}', output_file: 'keys.csv' });
    expect([...rowStates(stateDir)]).toEqual([
      [1, 'done'],
      [2, 'failed'],
    ]);
  });
});
