// Facts that were read again, against the plan that a person agreed to: which rows still are what was shown.
import type { RowCall, RowOutcomes } from '../calls/row-call.ts';
import { CallError, codeOf } from '../errors.ts';
import type { MadePlan } from './make-plan.ts';
import { type Plan, rowChangesSince } from './plan.ts';

/** The rows that cannot be planned, as outcomes. */
export function failedRows({ failures }: MadePlan): RowOutcomes {
  return new Map([...failures].map(([call, error]) => [call, { is: 'failed', error }]));
}

/** There was no time for their facts, or nobody is there any more: of these rows none is refused. */
export function notAttempted(calls: readonly RowCall[], known: RowOutcomes, why: string): RowOutcomes {
  const isOverdue = (call: RowCall) => {
    const outcome = known.get(call);
    return outcome?.is !== 'failed' || codeOf(outcome.error) === 'Timeout';
  };
  const overdue = calls.filter(isOverdue).map((call) => [call, { is: 'not-attempted', why }] as const);
  return new Map([...known, ...overdue]);
}

/** What has changed of each row since a person agreed, in words; nothing of those that are as they were. */
export function changedRows(agreed: Plan, { rows }: MadePlan): Map<RowCall, string> {
  const shown = new Map(agreed.rows.map((row) => [row.number, row]));
  const changed = new Map<RowCall, string>();
  for (const [call, now] of rows) {
    const then = shown.get(call.number);
    const differences = then ? rowChangesSince(then, now, agreed.madeAt) : ['it was not in the plan'];
    if (differences.length > 0) changed.set(call, differences.join('; '));
  }
  return changed;
}

export function factsChanged(what: string): CallError {
  return new CallError(
    'FactsChanged',
    `since the plan that the person agreed to, this has changed: ${what}; call again to ask anew`,
  );
}
