// What has changed between two plans of the same rows, as one list.
import { changedRows } from '../../src/plan/compare.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { aCall } from '../calls/a-call.ts';

export function changesSince(agreed: Plan, current: Plan): string[] {
  const rows = new Map(current.rows.map((row) => [{ ...aCall(), number: row.number }, row]));
  return [...changedRows(agreed, { plan: current, rows, failures: new Map() }).values()];
}
