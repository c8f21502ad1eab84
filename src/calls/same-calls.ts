// Rows that render to the same call: it is made once, and does for all of them.
import { type Action, isRepeatable } from '../actions/action.ts';
import { isCall, type PreparedRow } from './prepare.ts';
import type { RowCall } from './row-call.ts';

/**
 * Marks each row whose call an earlier row makes already. Not where a second time would do something more: whether two new
 * keys are wanted for one user, nobody can tell.
 */
export function markSameCalls(prepared: readonly PreparedRow[], action: Action): void {
  if (!isRepeatable(action)) return;
  const first = new Map<string, number>();
  for (const row of prepared) {
    const { call, number } = row;
    if (!isCall(call) || number === undefined) continue;
    const key = whatIsSent(call);
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, number);
    else row.sameAs = earlier;
  }
}

/** The same for two calls that are sent alike by one connection and role. */
export function whatIsSent({ connection, roleArn, input }: Pick<RowCall, 'connection' | 'roleArn' | 'input'>): string {
  const fields = Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([connection.label, roleArn ?? null, fields]);
}
