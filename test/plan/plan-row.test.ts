// What one row of a plan has: what the action says of it, and what is known of the way.
import { describe, expect, it } from 'vitest';
import type { RowCall } from '../../src/calls/row-call.ts';
import { CallError } from '../../src/errors.ts';
import type { Account } from '../../src/iam/account.ts';
import { AwsError } from '../../src/iam/errors.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { wayOf } from '../../src/plan/way.ts';
import { madeUp } from '../actions/made-up.ts';
import { type ConnectionInTest, openProgram } from '../actions/program.ts';
import { aCall } from '../calls/a-call.ts';
import { aWay } from './a-way.ts';

type Making = Parameters<typeof makePlan>[1];

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' };
const CALLER = 'arn:aws:iam::111122223333:user/ops';

function closing(connection: ConnectionInTest = {}, changes: Partial<RowCall> = {}): RowCall {
  const call = aCall({ input: { group: 'staff' }, connection });
  return { ...call, account: '111122223333', caller: CALLER, ...changes };
}

/** Plans calls for an account of which a test says what it is. */
function plan(calls: RowCall[], { account = {}, ...more }: Partial<Making> & { account?: Partial<Account> } = {}) {
  const whole = { ownKeyIds: ['AKIAOWN'], partition: 'aws', endpoint: undefined, way: aWay(), ...account } as Account;
  return makePlan(calls, {
    action: madeUp(),
    program: openProgram({}),
    accountOf: () => whole,
    leftOut: [],
    signal: new AbortController().signal,
    ...more,
  });
}

/** What was thrown for the only row. */
async function failureOf(...given: Parameters<typeof plan>): Promise<unknown> {
  const { plan: made, failures } = await plan(...given);
  expect(made).toBeUndefined();
  return [...failures.values()][0];
}

describe('a row of a plan', () => {
  it('has who does what with what, and what the action says of it', async () => {
    const call = closing({ credentials: { from: 'keys', ...KEYS } }, { number: 7, roleArn: 'arn:role' });
    const made = await plan([call]);
    expect(made.plan).toEqual({
      tool: 'close_group',
      madeAt: expect.any(String),
      rows: [made.rows.get(call)],
      leftOut: [],
    });
    expect(made.rows.get(call)).toEqual({
      number: 7,
      connection: 'default',
      account: '111122223333',
      caller: CALLER,
      way: { facts: [], grave: [] },
      arguments: { group: 'staff', role_arn: 'arn:role' },
      target: call.target,
      title: 'Close a group',
      facts: [{ label: 'Group', shown: 'staff' }],
      cells: [{ column: 'Group', shown: 'staff' }],
      grave: [],
      notKnown: [],
      warnings: [],
      effect: 'Nobody is in the group any more.',
      confirm: { what: "the group's name", text: 'staff' },
    });
    expect(call.target?.owner.id).toBe('STAFF');
  });

  it('has no number and no role where the call has none', async () => {
    const call = closing({}, { number: undefined });
    const row = (await plan([call])).rows.get(call);
    expect(row).not.toHaveProperty('number');
    expect(row?.arguments).toEqual({ group: 'staff' });
  });

  it('says first how the request goes, where that is not straight to AWS', async () => {
    const call = closing({ verifySsl: false });
    const way = aWay({ iam: { isSet: true, isAws: false, address: 'https://iam.example' } });
    const row = (await plan([call], { account: { way } })).rows.get(call);
    expect(row?.way).toEqual(wayOf(call, { way }));
    expect(row?.way.facts).toHaveLength(1);
    expect(row?.way.grave).toHaveLength(2);
  });

  it('says of the sandbox only that it is that', async () => {
    const call = closing({ sandbox: { endpoint: 'http://localhost:1', credentials: KEYS } });
    const row = (
      await plan([call], {
        account: { endpoint: 'http://localhost:1', way: aWay({ iam: { isSet: true, isAws: false } }) },
      })
    ).rows.get(call);
    expect(row).toMatchObject({
      way: { facts: [], grave: [] },
      connection: 'default (the built-in sandbox)',
      facts: [{ label: 'Group' }],
    });
  });

  it('gives the action what it has to know of the account', async () => {
    const seen: object[] = [];
    const { plan: planOf } = madeUp();
    const action = madeUp({
      plan: (input, context) => {
        const { send: _, ...rest } = context;
        seen.push(rest);
        return planOf(input, context);
      },
    });
    const account = { ownKeyIds: ['AKIAOWN'], partition: 'aws-cn', endpoint: 'https://iam.example' };
    await plan([closing()], { action, account, program: openProgram({}, { secrets: 'inline' }) });
    expect(seen).toEqual([
      { ...account, account: '111122223333', secrets: 'inline', checkOwner: expect.any(Function) },
    ]);
  });
});

describe('a row that cannot be planned', () => {
  it('fails with why its account cannot be reached, and alone', async () => {
    const unreachable = new CallError('NetworkError', 'nothing answers');
    expect(await failureOf([closing({}, { unreachable })])).toBe(unreachable);
    expect(await failureOf([closing({}, { account: undefined })])).toMatchObject({ message: /it is not known who/ });
    expect(await failureOf([closing({}, { caller: undefined })])).toMatchObject({ message: /it is not known who/ });
  });

  it('is refused where a value or a fact has a secret of this program in it', async () => {
    const program = openProgram({});
    program.redactor.register('staff-of-all');
    const secret = { input: { group: 'staff-of-all' } };
    expect(await failureOf([closing({}, secret)], { program })).toMatchObject({
      code: 'Refused',
      message: 'a value of this call has a secret of this program in it: take it out',
    });
    expect(await failureOf([closing({}, { caller: 'staff-of-all' })], { program })).toMatchObject({
      code: 'Refused',
      message: 'a name or fact of this change has a secret of this connection in it, and cannot be shown',
    });
  });

  it('names the reason of a row that was left out without a secret', async () => {
    const program = openProgram({});
    program.redactor.register('a-whole-secret');
    const leftOut = [{ number: 9, why: 'no: a-whole-secret' }];
    const lost = closing({}, { number: 4, input: { group: 'guests' }, unreachable: new CallError('Timeout', 'late') });
    const made = await plan([closing(), lost], { program, leftOut });
    expect(made.plan?.leftOut).toEqual([
      { number: 4, why: 'Timeout: AWS did not answer in time' },
      { number: 9, why: 'no: (secret)' },
    ]);
  });
});

describe('what a plan reads', () => {
  const { plan: planOf } = madeUp();
  const reading = madeUp({
    planReads: ['GetUser'],
    async plan(input, context) {
      await context.send('GetUser', { UserName: 'ann' });
      return planOf(input, context);
    },
  });

  it('fails as a read does, of which nothing is left undecided', async () => {
    const lost = new AwsError('NetworkError', 'lost', { notDone: false });
    const send = () => Promise.reject(lost);
    const failure = await failureOf([closing()], { action: reading, account: { send } });
    expect(failure).toMatchObject({ code: 'NetworkError', outcome: 'not-done' });
    const fault = new TypeError('a fault');
    expect(await failureOf([closing()], { action: reading, account: { send: () => Promise.reject(fault) } })).toBe(
      fault,
    );
  });

  it('is refused with a secret in it, though a plan would show a part of it only', async () => {
    const program = openProgram({});
    program.redactor.register('a-whole-secret');
    const send = (async () => ({ User: { Path: 'a-whole-secret' } })) as unknown as Account['send'];
    expect(await failureOf([closing()], { action: reading, program, account: { send } })).toMatchObject({
      code: 'Refused',
    });
  });
});

describe('rows that are the same change', () => {
  const groups = (count: number) => Array.from({ length: count }, (_, index) => closing({}, { number: index + 1 }));

  it('are named up to ten', async () => {
    await expect(plan(groups(12))).rejects.toThrow(
      'these rows change the same thing, once rendered: rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10; leave one of them in the table',
    );
  });

  it('are found by the connection where their account is not known, and are two in two accounts', async () => {
    const unknown = { account: undefined, unreachable: new CallError('Timeout', 'late') };
    const [one, two] = [closing({}, { ...unknown, number: 1 }), closing({}, { ...unknown, number: 2 })];
    await expect(plan([one, two])).rejects.toThrow('rows 1, 2;');
    expect((await plan([one, closing({ label: 'prod' }, { ...unknown, number: 2 })])).failures.size).toBe(2);
    expect((await plan([closing(), closing({}, { number: 2, account: '444455556666' })])).rows.size).toBe(2);
  });
});
