import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RowCall, RowOutcome } from '../../src/calls/row-call.ts';
import { perConnection, type RowRecord, runRows } from '../../src/calls/run.ts';
import { aCall } from './a-call.ts';

const aRow = fc.record({
  user: fc.constantFrom('ann', 'ANN', 'ben', 'cleo', undefined),
  connection: fc.constantFrom('prod', 'test'),
  fails: fc.boolean(),
  ticks: fc.nat(3),
});
type ARow = typeof aRow extends fc.Arbitrary<infer T> ? T : never;

const callsOf = (rows: ARow[]) =>
  rows.map(({ user, connection }, index) =>
    aCall({
      number: index + 1,
      owner: user,
      connection: { label: connection },
    }),
  );

/** Work that takes some turns of the loop, and sees who is at work beside it. */
function fakeWork(rows: ARow[]) {
  const atWork = new Set<RowCall>();
  const seen = { calls: [] as RowCall[], most: 0, sameOwner: 0 };
  const work = async (call: RowCall) => {
    const { ticks, fails } = rows[(call.number ?? 0) - 1] ?? { ticks: 0, fails: false };
    const owner = (of: RowCall) => of.target?.owner.id ?? String(of.number);
    const beside = [...atWork].filter((other) => other.connection.label === call.connection.label);
    if (beside.some((other) => owner(other) === owner(call))) seen.sameOwner += 1;
    atWork.add(call);
    seen.calls.push(call);
    seen.most = Math.max(seen.most, beside.length + 1);
    for (let tick = 0; tick < ticks; tick += 1) await new Promise(setImmediate);
    atWork.delete(call);
    if (fails) throw new Error(`row ${call.number}`);
    return call.number;
  };
  return { work, seen };
}

/** A record in memory, of what it was told in which order. */
function memory(fails: (call: RowCall) => boolean = () => false) {
  const told: [number | undefined, string][] = [];
  const record: RowRecord = {
    async sending(call) {
      await null;
      if (fails(call)) throw new Error('the disk is full');
      told.push([call.number, 'sent']);
    },
    settled(call, { is }) {
      told.push([call.number, is]);
    },
  };
  return { told, record };
}

describe('the rows of any table', () => {
  it('come to one outcome each, in order, whichever fail; no more at once than allowed, and those of one owner apart', () =>
    fc.assert(
      fc.asyncProperty(fc.array(aRow, { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), async (rows, concurrency) => {
        const calls = callsOf(rows);
        const { work, seen } = fakeWork(rows);
        const { told, record } = memory();
        const outcomes = await runRows(calls, work, { concurrency, record });
        expect([...outcomes.keys()]).toEqual(calls);
        expect([...outcomes.values()].map((outcome) => outcome.is)).toEqual(
          rows.map(({ fails }) => (fails ? 'failed' : 'done')),
        );
        for (const [call, outcome] of outcomes) {
          if (outcome.is === 'done') expect(outcome.result).toBe(call.number);
          if (outcome.is === 'failed') expect(outcome.error).toEqual(new Error(`row ${call.number}`));
          // On record before it was sent, and once afterwards.
          expect(told.filter(([number]) => number === call.number).map(([, what]) => what)).toEqual([
            'sent',
            outcome.is,
          ]);
        }
        expect([...seen.calls].sort((a, b) => (a.number ?? 0) - (b.number ?? 0))).toEqual(calls);
        expect(seen.most).toBeLessThanOrEqual(concurrency);
        expect(seen.sameOwner).toBe(0);
      }),
      { numRuns: 60 },
    ));

  it('are not sent any more from the moment at which something stops them, and each says why', () =>
    fc.assert(
      fc.asyncProperty(fc.array(aRow, { maxLength: 30 }), fc.nat(30), async (rows, most) => {
        const calls = callsOf(rows);
        const { work, seen } = fakeWork(rows);
        const { told, record } = memory();
        const whyStopped = () => (seen.calls.length >= most ? 'enough' : undefined);
        const outcomes = await runRows(calls, work, { concurrency: 3, record, whyStopped });
        expect([...outcomes.keys()]).toEqual(calls);
        expect(seen.calls.length).toBe(Math.min(most, rows.length));
        for (const [call, outcome] of outcomes) {
          const wasSent = seen.calls.includes(call);
          expect(outcome.is === 'not-attempted').toBe(!wasSent);
          if (outcome.is === 'not-attempted') expect(outcome.why).toBe('enough');
          // What was announced and not sent is taken back.
          const last = told.findLast(([number]) => number === call.number)?.[1];
          expect(last === 'sent').toBe(false);
        }
      }),
      { numRuns: 60 },
    ));
});

describe('a row whose record cannot be kept', () => {
  it('is not sent, and fails alone', async () => {
    const calls = [1, 2, 3].map((number) => aCall({ number, owner: `u${number}` }));
    const { record } = memory(({ number }) => number === 2);
    const sent: unknown[] = [];
    const outcomes = await runRows(calls, async ({ number }) => sent.push(number), { concurrency: 1, record });
    expect(sent).toEqual([1, 3]);
    expect([...outcomes.values()]).toEqual([
      { is: 'done', result: 1 },
      { is: 'failed', error: new Error('the disk is full') },
      { is: 'done', result: 2 },
    ]);
  });
});

describe('rows that are not of one owner', () => {
  /** How many of these calls are at work at once at most, where nothing else stops them. */
  async function mostAtOnce(calls: RowCall[]): Promise<number> {
    let now = 0;
    let most = 0;
    const outcomes = await runRows(
      calls,
      async () => {
        now += 1;
        most = Math.max(most, now);
        await sleep(20);
        now -= 1;
      },
      { concurrency: 10, record: undefined },
    );
    expect([...outcomes.values()].map(({ is }) => is)).toEqual(calls.map(() => 'done'));
    return most;
  }
  const by = (number: number, changes: Partial<RowCall> & { owner?: string; label?: string }) => {
    const { owner, label = 'default', ...rest } = changes;
    return { ...aCall({ number, owner, connection: { label } }), ...rest };
  };

  it('wait for no other: reads, and changes of several owners, or of the same name in several accounts', async () => {
    expect(await mostAtOnce([by(1, {}), by(2, {}), by(3, {})])).toBe(3);
    expect(await mostAtOnce([by(1, { owner: 'ann' }), by(2, { owner: 'ben' })])).toBe(2);
    const [one, other] = [by(1, { owner: 'ann', account: '1' }), by(2, { owner: 'ann', account: '2' })];
    expect(await mostAtOnce([one, other])).toBe(2);
  });

  it('are those whose account is not known, by the connection', async () => {
    expect(await mostAtOnce([by(1, { owner: 'ann' }), by(2, { owner: 'ann', label: 'prod' })])).toBe(2);
    const sameAccount = [by(1, { owner: 'ann', account: '1' }), by(2, { owner: 'ann', account: '1', label: 'prod' })];
    expect(await mostAtOnce(sameAccount)).toBe(1);
  });
});

describe('what is put on record before it is sent', () => {
  /** The rows on record while the first is at work, of which one is at work at once. */
  async function onRecordWithFirst(count: number, options: { recordsAhead?: boolean }): Promise<unknown[]> {
    const { told, record } = memory();
    const calls = Array.from({ length: count }, (_, index) => aCall({ number: index + 1 }));
    let seen: unknown[] | undefined;
    const work = async () => {
      await sleep(20);
      seen ??= told.map(([number]) => number);
    };
    await runRows(calls, work, { concurrency: 1, record, ...options });
    return seen ?? [];
  }

  it('is some rows ahead, or just the one where what is on record counts as sent', async () => {
    expect(await onRecordWithFirst(9, {})).toEqual([1, 2, 3, 4]);
    expect(await onRecordWithFirst(9, { recordsAhead: false })).toEqual([1]);
  });

  it('is nothing once no row is started any more', async () => {
    const { told, record } = memory();
    await runRows([aCall()], async () => {}, { concurrency: 1, record, whyStopped: () => 'enough' });
    expect(told).toEqual([]);
  });
});

describe('whoever looks on', () => {
  it('is told of each outcome once, as it comes', async () => {
    const calls = [1, 2, 3].map((number) => aCall({ number }));
    const seen: RowOutcome[] = [];
    const outcomes = await runRows(calls, async ({ number = 0 }) => sleep(30 - number * 10, number), {
      concurrency: 3,
      record: undefined,
      onSettled: (_, outcome) => void seen.push(outcome),
    });
    expect(seen).toHaveLength(3);
    expect(new Set(seen)).toEqual(new Set(outcomes.values()));
  });
});

describe('perConnection', () => {
  it('has a limit for each label, and the same one for all its calls', () => {
    const limit = perConnection(2);
    const [a, b, other] = ['a', 'a', 'b'].map((label) => limit(aCall({ connection: { label } })));
    expect(a).toBe(b);
    expect(other).not.toBe(a);
    expect(a?.concurrency).toBe(2);
  });
});
