// Tables that are stopped on their way by the end of a process, and taken up again by another one; what one server does
// is tested in through-mcp/table-stopping.test.ts.
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import type { Envelope } from '../../src/envelope.ts';
import type { LogEntry, Sandbox } from '../../src/sandbox/sandbox.ts';
import { changesIn } from './aws-account.ts';
import { eventually } from './eventually.ts';
import { journalEntries, journalsIn, rowStates } from './journals.ts';
import { type RawHost, startRawHost } from './raw-host.ts';
import { MAIN } from './session.ts';
import { test } from './start-server.ts';
import { auditOf, filesBelow } from './state-files.ts';
import { entriesOf, keysOfNewUsers, linesOfFile, TURN_OFF, untilChanged } from './tables.ts';

const TOOL = 'update_access_key';
const AGREED = ['--approval', 'host', '--concurrency', '4'];

function slowly(aws: Sandbox, operation: string, ms: number): void {
  aws.order({ operation, times: Number.POSITIVE_INFINITY, fault: { kind: 'latency', ms } });
}

const usersOf = (entries: LogEntry[]) => entries.map(({ parameters }) => parameters.UserName);

describe.for([
  ['stdin closes', (host: RawHost): void => host.closeStdin()],
  ['a signal comes', (host: RawHost): void => void process.kill(host.pid, 'SIGTERM')],
  ['the host hangs up', (host: RawHost): void => host.hangUp()],
] as const)('a table of changes in whose middle %s', { concurrent: true }, ([, leave]) => {
  test('ends with the outcome of every row that was sent on record', async ({ startRaw, aws, stateDir }) => {
    const rows = keysOfNewUsers(aws, 40);
    slowly(aws, 'UpdateAccessKey', 100);
    const host = startRaw(AGREED);
    await host.initialize();
    host.callTool(TOOL, { rows, ...TURN_OFF, output_file: 'off.jsonl' });
    await untilChanged(aws, 9);
    leave(host);
    expect((await host.ended).code).toBe(0);
    const done = new Set(usersOf(changesIn(aws)));
    expect(done.size).toBeLessThan(30);
    for (const [index, { user }] of rows.entries()) {
      const state = rowStates(stateDir).get(index + 1) ?? 'not-attempted';
      expect(state).toBe(done.has(user) ? 'done' : 'not-attempted');
      expect(linesOfFile(stateDir, 'off.jsonl')[index]?.has_error).toBe(!done.has(user));
    }
    expect(auditOf(stateDir).at(-1)).toMatchObject({ event: 'finished', summary: { succeeded: done.size } });
    expect(filesBelow(path.join(stateDir, 'journals'))).toEqual(journalsIn(stateDir));
  });
});

describe.concurrent('resume', () => {
  test('reads the journal when nobody else writes it any more: no row is done again', async ({
    start,
    startRaw,
    aws,
    stateDir,
  }) => {
    const rows = Array.from({ length: 3 }, (_, index) => ({ user: `new-${index}` }));
    for (const { user } of rows) aws.createUser(user);
    slowly(aws, 'CreateAccessKey', 300);
    const server = await start({ args: ['--approval', 'host', '--concurrency', '1'] });
    const table = { rows, user_name: '{{ user }}' };
    const running = server.call('create_access_key', table);
    await untilChanged(aws, 1);
    await eventually(() => expect(rowStates(stateDir).get(1)).toBe('done'));
    const other = startRaw(['--approval', 'host']);
    await other.initialize();
    for (;;) {
      const id = other.callTool('create_access_key', { ...table, resume: true });
      const envelope = (await other.answerTo(id)).result?.structuredContent as Envelope;
      if (!envelope.has_error) break;
      expect(envelope.error).toMatch(/^Refused: another call is at work/);
      await sleep(30);
    }
    expect((await running).error).toBeNull();
    expect(changesIn(aws)).toHaveLength(3);
  });

  test('is refused while the table still runs, by this server or another', async ({
    start,
    startRaw,
    aws,
    stateDir,
  }) => {
    const rows = keysOfNewUsers(aws, 12);
    slowly(aws, 'UpdateAccessKey', 1500);
    const server = await start({ args: AGREED });
    const other = startRaw(AGREED);
    await other.initialize();
    const table = { rows, ...TURN_OFF };
    const running = server.call(TOOL, table);
    // Written down, and not answered yet.
    await eventually(() => expect(journalEntries(stateDir).length).toBeGreaterThan(1));
    const refusal = /^Refused: another call is at work on this very table.*Nothing was changed\.$/;
    const id = other.callTool(TOOL, { ...table, resume: true });
    expect((await server.call(TOOL, { ...table, resume: true })).error).toMatch(refusal);
    expect((await other.answerTo(id)).result?.structuredContent).toMatchObject({
      error: expect.stringMatching(refusal),
    });
    expect((await running).error).toBeNull();
    expect(changesIn(aws)).toHaveLength(12);
  });

  test('makes no second key where nobody knows whether the first was made', async ({ start, aws, env, stateDir }) => {
    const users = Array.from({ length: 3 }, (_, index) => `new-${index}`);
    for (const user of users) aws.createUser(user);
    const table = { rows: users.map((user) => ({ user })), user_name: '{{ user }}' };
    slowly(aws, 'CreateAccessKey', 300);
    const args = ['--approval', 'host', '--concurrency', '1'];
    const host = startRawHost([MAIN, '--state-dir', stateDir, ...args], env);
    await host.initialize();
    host.callTool('create_access_key', table);
    // The first is done, the second on its way, and the third not written down before it is sent.
    await eventually(() => expect(journalEntries(stateDir).filter(({ state }) => state === 'sent')).toHaveLength(2));
    await sleep(100);
    process.kill(host.pid, 'SIGKILL');
    await host.ended;
    await sleep(400);
    const states = [...rowStates(stateDir).values()];
    expect(states).toEqual(['done', 'sent']);
    aws.clearOrders();
    const server = await start({ args });
    const envelope = await server.call('create_access_key', { ...table, resume: true, detail: 'full' });
    expect(envelope.summary).toMatchObject({ succeeded: 2, failed: 1 });
    expect(entriesOf(envelope).map(({ error }) => error)).toEqual([
      null,
      expect.stringMatching(/^OutcomeUnknown: .*look first/),
      null,
    ]);
    expect(users.map((user) => aws.keysOf(user).length)).toEqual([1, 1, 1]);
  });
});
