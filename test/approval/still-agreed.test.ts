// Which rows are still made when their facts were read again.
import { describe, expect, it } from 'vitest';
import { noLongerAgreed } from '../../src/approval/still-agreed.ts';
import type { RowCall } from '../../src/calls/row-call.ts';
import { CallError } from '../../src/errors.ts';
import type { MadePlan } from '../../src/plan/make-plan.ts';
import type { Plan, PlanRow } from '../../src/plan/plan.ts';
import { aCall } from '../calls/a-call.ts';
import { aPlan, aRow } from '../plan/a-plan.ts';

const [one, two, three] = [aCall({ number: 1 }), aCall({ number: 2 }), aCall({ number: 3 })];
const shown: Plan = { ...aPlan(), rows: [aRow({ number: 1 }), aRow({ number: 2 })] };
const late = new CallError('Timeout', 'late');

/** What is not to be made of an agreement to the first two rows, by what is known of each now. */
function notToRun(calls: RowCall[], now: [RowCall, Partial<PlanRow> | CallError][]) {
  const asked: unknown[] = [];
  const agreement: Parameters<typeof noLongerAgreed>[1] = {
    plan: shown,
    changed: (what, current) => {
      asked.push([what, current]);
      return new CallError('FactsChanged', what);
    },
  };
  const rows: MadePlan['rows'] = new Map();
  const failures: MadePlan['failures'] = new Map();
  for (const [call, known] of now) {
    if (known instanceof CallError) failures.set(call, known);
    else rows.set(call, aRow({ number: call.number ?? 0, ...known }));
  }
  const made: MadePlan = { plan: rows.size > 0 ? { ...aPlan(), rows: [...rows.values()] } : undefined, rows, failures };
  return { made, asked, settle: () => noLongerAgreed(calls, agreement, made) };
}

describe('rows that a person agreed to', () => {
  it('are made as long as each is what was shown', () => {
    const { settle } = notToRun(
      [one, two],
      [
        [one, {}],
        [two, {}],
      ],
    );
    expect([...settle()]).toEqual([]);
  });

  it('fail alone where they have changed, cannot be read or were not shown', () => {
    const changed = notToRun(
      [one, two, three],
      [
        [one, {}],
        [two, { effect: 'another' }],
        [three, {}],
      ],
    ).settle();
    expect([...changed].map(([{ number }, outcome]) => [number, outcome])).toEqual([
      [
        2,
        {
          is: 'failed',
          error: expect.objectContaining({
            code: 'FactsChanged',
            message: expect.stringContaining('it is another change than the one shown'),
          }),
        },
      ],
      [3, { is: 'failed', error: expect.objectContaining({ message: expect.stringContaining('not in the plan') }) }],
    ]);
    expect([
      ...notToRun(
        [one, two],
        [
          [one, {}],
          [two, late],
        ],
      ).settle(),
    ]).toEqual([[two, { is: 'failed', error: late }]]);
  });

  it('are asked for anew when none is what was shown any more', () => {
    const { settle, asked, made } = notToRun(
      [one, two],
      [
        [one, { effect: 'another' }],
        [two, { effect: 'another' }],
      ],
    );
    expect(settle).toThrow('it is another change than the one shown');
    expect(asked).toEqual([['it is another change than the one shown', made.plan]]);
  });

  it('fail with why their facts could not be read, and the request goes on', () => {
    const { settle, asked } = notToRun(
      [one, two],
      [
        [one, { effect: 'another' }],
        [two, late],
      ],
    );
    expect(settle).toThrow(late);
    expect(asked).toEqual([]);
  });

  it('are asked for anew when the table has none of them any more', () => {
    const { settle, asked } = notToRun([three], [[three, late]]);
    expect(settle).toThrow('it is not in the table any more');
    expect(asked).toEqual([['it is not in the table any more', undefined]]);
  });
});
