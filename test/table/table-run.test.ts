// Taking up a table, and running out of time, within one process. The whole way is in test/e2e.
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listPolicies } from '../../src/actions/list-policies.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import type { Program } from '../../src/calls/program.ts';
import { splitArguments } from '../../src/calls/table-arguments.ts';
import { confirmationOf } from '../../src/plan/plan.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { journalFolder } from '../../src/table/journal-file.ts';
import { Publisher } from '../../src/table/publisher.ts';
import { TableRun } from '../../src/table/table-run.ts';
import { aHost, ask, call, openProgram, temporaryFolder } from '../actions/program.ts';
import { aCall } from '../calls/a-call.ts';
import { NOW } from '../now.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';

function keysOfNewUsers(sandbox: Sandbox, count: number) {
  return Array.from({ length: count }, (_, index) => {
    const user = `leaver-${index}`;
    sandbox.createUser(user);
    return { user, key: sandbox.createKey(user).accessKeyId };
  });
}

const TOOL = 'update_access_key';
const TURN_OFF = { user_name: '{{ user }}', access_key_id: '{{ key }}', status: 'Inactive' };
const changesIn = (sandbox: Sandbox) => sandbox.log.filter(({ operation }) => /^(Update|Create)/.test(operation));

describe('a table that is taken up', () => {
  it('is not taken for done where it goes to another account', async () => {
    const stateDir = path.join(temporaryFolder(), 'state');
    const [here, elsewhere] = [await aSandbox(), await aSandbox()];
    const rows = keysOfNewUsers(here, 2);
    await call(openProgram({ sandbox: here }, { stateDir }), TOOL, { rows, ...TURN_OFF });
    const { error } = await call(openProgram({ sandbox: elsewhere }, { stateDir }), TOOL, {
      rows,
      ...TURN_OFF,
      resume: true,
    });
    expect(error).toMatch(
      /^Refused: resume: row 1 was sent to account 111122223333 at sandbox:.*Nothing was changed\.$/,
    );
    expect(changesIn(elsewhere)).toEqual([]);
  });

  it('is refused where nobody can tell to which account its rows go', async () => {
    const stateDir = path.join(temporaryFolder(), 'state');
    const [here, elsewhere] = [await aSandbox(), await aSandbox()];
    const rows = keysOfNewUsers(here, 2);
    await call(openProgram({ sandbox: here }, { stateDir }), TOOL, { rows, ...TURN_OFF });
    const fault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' } as const;
    elsewhere.order({ operation: 'GetCallerIdentity', fault });
    const { error } = await call(openProgram({ sandbox: elsewhere }, { stateDir }), TOOL, {
      rows,
      ...TURN_OFF,
      resume: true,
    });
    expect(error).toMatch(/^Refused: resume: to which account row 1 goes cannot be told now \(no/);
    expect(changesIn(elsewhere)).toEqual([]);
  });

  it('is found though one of its accounts could not be reached before, and nothing is done twice', async () => {
    const sandbox = await aSandbox();
    for (const user of ['n1', 'n2']) sandbox.createUser(user);
    const program = openProgram({ sandbox });
    const [working] = program.connections.values();
    if (!working) throw new Error('no connection');
    const broken = { ...working, label: 'other', credentials: { from: 'profile', profile: 'gone' } as const };
    const connections = new Map([...program.connections, ['other', broken]]);
    const table = {
      rows: [
        { user: 'n1', where: working.label },
        { user: 'n2', where: 'other' },
      ],
      user_name: '{{ user }}',
      connection: '{{ where }}',
    };
    const first = await call({ ...program, connections }, 'create_access_key', table);
    expect(first.summary).toMatchObject({ succeeded: 1, failed: 1 });
    connections.set('other', { ...working, label: 'other' });
    const second = await call({ ...program, connections }, 'create_access_key', { ...table, resume: true });
    expect(second.summary).toMatchObject({ succeeded: 2 });
    expect(['n1', 'n2'].map((user) => sandbox.keysOf(user).length)).toEqual([1, 1]);
  });

  it('does not write over the only copy of secrets', async () => {
    const sandbox = await aSandbox();
    sandbox.createUser('n1');
    const program = openProgram({ sandbox }, { secrets: 'inline' });
    const table = { rows: [{ user: 'n1' }, { user: 'nobody' }], user_name: '{{ user }}', output_file: 'keys.jsonl' };
    await call(program, 'create_access_key', table);
    const file = path.join(program.settings.stateDir, 'files', 'keys.jsonl');
    const before = readFileSync(file, 'utf8');
    const resumed = await call(program, 'create_access_key', { ...table, resume: true });
    expect(resumed.error).toMatch(/^InvalidArguments: output_file: 'keys\.jsonl' is there already/);
    expect(readFileSync(file, 'utf8')).toBe(before);
    const beside = await call(program, 'create_access_key', { ...table, output_file: 'more.jsonl', resume: true });
    expect(beside.warnings?.join()).toMatch(/settled by an earlier call.*Their secrets stood in its answer alone/);
  });
});

describe('a table with which another call goes on while its facts are read again', () => {
  it('sends nothing, and leaves the yes to the next call', async () => {
    const sandbox = await aSandbox();
    const rows = keysOfNewUsers(sandbox, 2);
    const program = openProgram({ sandbox });
    const { stateDir } = program.settings;
    // One row is left: it fails, and nothing was done.
    const refused = { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' } as const;
    sandbox.order({ operation: 'UpdateAccessKey', fault: refused });
    await call(program, TOOL, { rows, ...TURN_OFF });
    const asking: Program = { ...program, settings: { ...program.settings, approval: 'terminal', approvalWait: 0 } };
    const resumed = { rows, ...TURN_OFF, resume: true };
    await call(asking, TOOL, resumed);
    const requests = new ApprovalRequests(stateDir);
    const [request] = requests.unanswered('terminal');
    if (!request) throw new Error('nobody was asked');
    requests.agree(request, { typed: confirmationOf(request.plan).text, way: 'terminal', by: 'ana' });

    const folder = journalFolder(stateDir);
    const [journal = ''] = readdirSync(folder);
    const goesOn = (message: string) => {
      if (message.startsWith('facts read')) appendFileSync(path.join(folder, journal), '{"row":2,"state":"sent"}\n');
    };
    const before = changesIn(sandbox).length;
    const { error } = await call(asking, TOOL, resumed, aHost({ onProgress: goesOn }));
    expect(error).toMatch(/^Refused: resume: another call has gone on with this table meanwhile/);
    expect(changesIn(sandbox)).toHaveLength(before);
    expect(requests.stateOf(request).is).toBe('answered');
  });
});

describe('a table whose time is over while its facts are read', () => {
  it('asks nobody, and tells each row that was not attempted', async () => {
    const sandbox = await aSandbox();
    const rows = keysOfNewUsers(sandbox, 20);
    sandbox.order({ fault: { kind: 'latency', ms: 300 }, times: Number.POSITIVE_INFINITY });
    const program = openProgram({ sandbox }, { tableTimeout: 1, concurrency: 1 });
    const { plan, envelope } = await ask(program, TOOL, { rows, ...TURN_OFF });
    expect(plan).toBeUndefined();
    expect(envelope.summary).toEqual({ rows: 20, succeeded: 0, failed: 0, not_attempted: 20, now: NOW });
    const error =
      'NotAttempted: the time allowed for a table (--table-timeout) was over before the turn of this row, for which nothing was sent';
    expect(envelope.result).toEqual([{ rows: expect.any(Array), error, has_error: true }]);
    expect(changesIn(sandbox)).toEqual([]);
  });
});

describe('a table whose result becomes too long to be read again', () => {
  const NUMBER = 1;
  // 10,000 bytes, each entry with all of it.
  const row = { user: 'é'.repeat(5000) };
  const open = () => {
    const callOfRow = aCall({ number: NUMBER });
    const { table: given } = splitArguments({ rows: [row], detail: 'full' });
    const program = openProgram({});
    const publisher = new Publisher(listPolicies, program);
    const made = {
      action: listPolicies,
      fields: {},
      given,
      program,
      host: aHost(),
      publisher,
      keep: undefined,
      rows: 1,
    };
    const table = new TableRun(made, [{ number: NUMBER, row, call: callOfRow }]);
    onTestFinished(() => table.end());
    const { run } = table;
    return {
      whyStopped: () => run.whyStopped?.(),
      settle: (result: unknown) => run.onSettled?.(callOfRow, { is: 'done', result }),
      fail: (error: Error) => run.onSettled?.(callOfRow, { is: 'failed', error }),
    };
  };

  it('stops at some 40 MiB, over all rows, in bytes, with the row in each entry', () => {
    const { whyStopped, settle } = open();
    for (let rows = 0; rows < 38; rows += 1) settle(new Array(100).fill({}));
    expect(whyStopped()).toBeUndefined();
    for (let rows = 0; rows < 5; rows += 1) settle(new Array(100).fill({}));
    expect(whyStopped()).toBe('the result had become too long to be kept in one file');
  });

  it('does not count rows that failed, or that have one entry whatever comes', () => {
    const { whyStopped, settle, fail } = open();
    for (let rows = 0; rows < 5000; rows += 1) {
      settle({ a: 'single one' });
      fail(new Error('no'));
    }
    expect(whyStopped()).toBeUndefined();
  });
});
