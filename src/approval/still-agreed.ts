// Which rows of a call are still what a person agreed to, by facts that were read again.
import type { RowCall, RowOutcomes } from '../calls/row-call.ts';
import { changedRows, factsChanged, failedRows } from '../plan/compare.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import type { Agreement } from './agreement.ts';

/**
 * @param now the facts of all calls, as they are now
 * @returns the calls that are not to be made after all, with why
 * @throws CallError FactsChanged when none is still what was agreed to; what reading its facts threw, when that is why
 */
export function noLongerAgreed(
  calls: readonly RowCall[],
  { plan, changed: askAnew }: Required<Pick<Agreement, 'plan' | 'changed'>>,
  now: MadePlan,
): RowOutcomes {
  const changed = changedRows(plan, now);
  const settled: RowOutcomes = new Map([
    ...failedRows(now),
    ...[...changed].map(([call, what]) => [call, { is: 'failed', error: factsChanged(what) }] as const),
  ]);
  const shown = new Set(plan.rows.map(({ number }) => number));
  const planned = calls.filter(({ number }) => shown.has(number));
  if (planned.some((call) => !settled.has(call))) return settled;
  // Where the facts could not be read, they may still be as they were agreed to.
  const unread = planned.find((call) => now.failures.has(call));
  if (unread) throw now.failures.get(unread);
  const [what = 'it is not in the table any more'] = changed.values();
  throw askAnew(what, now.plan);
}
