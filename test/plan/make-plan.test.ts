// The plan of many changes, made from what the sandbox says.
import { getEventListeners } from 'node:events';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Action, type Change, isChange } from '../../src/actions/action.ts';
import { attachUserPolicy } from '../../src/actions/attach-user-policy.ts';
import { createAccessKey } from '../../src/actions/create-access-key.ts';
import { deleteAccessKey } from '../../src/actions/delete-access-key.ts';
import { updateAccessKey } from '../../src/actions/update-access-key.ts';
import { connect } from '../../src/calls/connect.ts';
import type { RowCall } from '../../src/calls/row-call.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { madeUp } from '../actions/made-up.ts';
import { aHost, openProgram } from '../actions/program.ts';
import { aCall } from '../calls/a-call.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await aSandbox();
});

const caller = aHost();

const change = (action: Action): Change => {
  if (!isChange(action)) throw new Error(`${action.name} changes nothing`);
  return action;
};

type Making = Parameters<typeof makePlan>[1];

async function plan(calls: RowCall[], more: Partial<Making> = {}) {
  const program = openProgram({ sandbox });
  const connected = await connect(calls, { action: updateAccessKey, program, host: caller }, { identify: true });
  if ('ask' in connected) throw new Error('codes are needed');
  return makePlan(calls, {
    action: change(updateAccessKey),
    program,
    accountOf: connected.accountOf,
    leftOut: [],
    signal: caller.signal,
    ...more,
  });
}

function turningOff(number: number, user_name: string, access_key_id: string, label = 'default'): RowCall {
  const input = { user_name, access_key_id, status: 'Inactive' };
  return aCall({ number, input, connection: { sandbox, label }, limitMs: 10_000 });
}

const keyOf = (user: string, index = 0) => sandbox.keysOf(user)[index]?.accessKeyId ?? '';

describe('the plan of many changes', () => {
  it('has every row that can be done, in order, and of the others why not', async () => {
    const { neverUsedUser, leakedUser } = sandbox.company;
    const calls = [
      turningOff(1, leakedUser, keyOf(leakedUser)),
      turningOff(3, 'nobody', 'AKIANOBODYNOBODYNO01'),
      turningOff(4, neverUsedUser, keyOf(neverUsedUser)),
    ];
    let read = 0;
    const made = await plan(calls, {
      leftOut: [{ number: 2, why: 'InvalidArguments: x' }],
      onRowRead: () => read++,
    });
    expect(made.plan?.rows.map(({ number }) => number)).toEqual([1, 4]);
    expect(made.plan?.leftOut).toEqual([
      { number: 2, why: 'InvalidArguments: x' },
      { number: 3, why: 'NoSuchEntity: what it is about is not there' },
    ]);
    expect([...made.rows.keys()]).toEqual(expect.arrayContaining([calls[0], calls[2]]));
    expect([...made.failures.keys()]).toEqual([calls[1]]);
    expect(read).toBe(3);
  });

  it('is none when no row can be done', async () => {
    const made = await plan([turningOff(1, 'nobody', 'AKIANOBODYNOBODYNO01')]);
    expect(made.plan).toBeUndefined();
    expect(made.failures.size).toBe(1);
  });

  it('reads what rows share once: the identity, a user, and the list of their keys', async () => {
    const { twoKeyUser } = sandbox.company;
    await plan([turningOff(1, twoKeyUser, keyOf(twoKeyUser, 0)), turningOff(2, twoKeyUser, keyOf(twoKeyUser, 1))]);
    const count = (operation: string) => sandbox.log.filter((entry) => entry.operation === operation).length;
    expect([count('GetCallerIdentity'), count('GetUser'), count('ListAccessKeys')]).toEqual([1, 1, 1]);
    expect(count('GetAccessKeyLastUsed')).toBe(2);
  });

  it('is refused when rows are the same change, before their facts are read', async () => {
    const { leakedUser } = sandbox.company;
    const key = keyOf(leakedUser);
    const calls = [
      turningOff(1, leakedUser, key),
      turningOff(5, leakedUser.toUpperCase(), key),
      turningOff(9, leakedUser, key, 'other'),
    ];
    await expect(plan(calls)).rejects.toMatchObject({
      code: 'InvalidArguments',
      message: 'these rows change the same thing, once rendered: rows 1, 5, 9; leave one of them in the table',
    });
    expect(sandbox.log.map(({ operation }) => operation)).toEqual(Array(sandbox.log.length).fill('GetCallerIdentity'));
  });

  it('is refused when a key is turned off and on again, of which a person would see the first', async () => {
    const { leakedUser } = sandbox.company;
    const off = turningOff(1, leakedUser, keyOf(leakedUser));
    const on = { ...off, number: 2, input: { ...off.input, status: 'Active' } };
    await expect(plan([off, on])).rejects.toMatchObject({ message: expect.stringMatching(/: rows 1, 2;/) });
  });

  it('is made where two rows are about different things of one owner', async () => {
    const { twoKeyUser, leakedUser } = sandbox.company;
    const keys = [0, 1].map((index) => turningOff(index + 1, twoKeyUser, keyOf(twoKeyUser, index)));
    expect((await plan(keys)).plan?.rows).toHaveLength(2);
    const attach = ['ReadOnlyAccess', 'IAMReadOnlyAccess'].map((name, index) => {
      const input = { user_name: leakedUser, policy_arn: `arn:aws:iam::aws:policy/${name}` };
      return aCall({ number: index + 1, input, connection: { sandbox } });
    });
    expect((await plan(attach, { action: change(attachUserPolicy) })).plan?.rows).toHaveLength(2);
  });

  describe('gravely warns where a table takes all active keys of a user', () => {
    const NONE_LEFT =
      'with other rows of this table, the user has no active key left: whatever signs as this user stops working';
    const warned = async (calls: RowCall[], more?: Partial<Making>) => {
      const made = await plan(calls, more);
      return made.plan?.rows.map(({ grave }) => grave.includes(NONE_LEFT));
    };

    it('one in each row, by whatever connection and however the name is written', async () => {
      const user = 'two-active';
      sandbox.createUser(user);
      const [one, two] = [sandbox.createKey(user), sandbox.createKey(user)].map(({ accessKeyId }) => accessKeyId);
      const off = [
        turningOff(1, user, one ?? ''),
        turningOff(2, user.toUpperCase(), two ?? '', 'other'),
        turningOff(3, sandbox.company.leakedUser, sandbox.company.leakedKeyId),
      ];
      expect(await warned(off)).toEqual([true, true, false]);
      expect(await warned(off.slice(1))).toEqual([false, false]);
      const deleting = off.map((call) => ({
        ...call,
        input: { user_name: call.input.user_name ?? '', access_key_id: call.input.access_key_id ?? '' },
      }));
      expect(await warned(deleting, { action: change(deleteAccessKey) })).toEqual([true, true, false]);
    });

    it('and not where the other key is inactive, or turned on', async () => {
      const user = 'one-active';
      sandbox.createUser(user);
      const [one, two] = [sandbox.createKey(user), sandbox.createKey(user, 'Inactive')];
      const calls = [turningOff(1, user, one.accessKeyId), turningOff(2, user, two.accessKeyId)];
      expect(await warned(calls)).toEqual([false, false]);
      const [first, second] = calls;
      if (!first || !second) throw new Error('there are no calls');
      const on = { ...second, input: { ...second.input, status: 'Active' } };
      expect(await warned([first, on])).toEqual([false, false]);
    });
  });

  it('finds the same thing by what the action says that it is, and keeps it in each row', async () => {
    const closing = (number: number, group: string) => aCall({ number, input: { group }, connection: { sandbox } });
    const action = madeUp();
    await expect(plan([closing(1, 'Staff'), closing(2, 'staff')], { action })).rejects.toMatchObject({
      message: expect.stringMatching(/: rows 1, 2;/),
    });
    const calls = [closing(1, 'Staff'), closing(2, 'guests')];
    const made = await plan(calls, { action });
    expect(made.plan?.rows.map(({ target }) => target)).toEqual(calls.map(({ target }) => target));
    expect(calls.map(({ target }) => target?.owner.id)).toEqual(['STAFF', 'GUESTS']);
  });

  it('asks once for an account where all its rows go, and does not listen for its end once for each', async () => {
    const { signal } = new AbortController();
    const calls = Array.from({ length: 60 }, (_, index) =>
      aCall({ number: index + 1, input: { group: `g${index}` }, connection: { sandbox } }),
    );
    let most = 0;
    const listen = vi.spyOn(signal, 'addEventListener').mockImplementation((...given) => {
      EventTarget.prototype.addEventListener.apply(signal, given);
      most = Math.max(most, getEventListeners(signal, 'abort').length);
    });
    onTestFinished(() => listen.mockRestore());
    const made = await plan(calls, { action: madeUp(), signal });
    expect(made.plan?.rows).toHaveLength(60);
    // So many are read at once.
    expect(most).toBeLessThanOrEqual(10);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(sandbox.log).toHaveLength(1);
  });

  it('names ten groups of rows that are the same, and counts the others', async () => {
    const calls = Array.from({ length: 24 }, (_, index) =>
      aCall({ number: index + 1, input: { user_name: `u${index % 12}` }, connection: { sandbox } }),
    );
    await expect(plan(calls, { action: change(createAccessKey) })).rejects.toMatchObject({
      message: expect.stringMatching(/: rows 1, 13; .*; rows 10, 22 and 2 more such groups; leave/),
    });
  });
});
