// What of a table's outcomes is in its result, where the call keeps only some.
import type { Keep } from '../calls/keep.ts';
import type { RowOutcome } from '../calls/row-call.ts';
import type { Kept } from '../envelope.ts';
import { CallError } from '../errors.ts';
import type { SettledRow } from './entries.ts';

interface KeptRows {
  /** Those with something that is kept, and those that failed. */
  shown: SettledRow[];
  /** All of them: one of which cannot be told whether it is kept has failed. */
  settled: SettledRow[];
  counts: Kept;
}

/**
 * Of rows that are done by the same call, the first counts alone: nothing is found twice.
 * @throws CallError InvalidArguments for a condition that fails alike in all of them
 */
export async function keepRows(rows: readonly SettledRow[], keep: Keep): Promise<KeptRows> {
  const found = rows.map((row) => (row.prepared.sameAs === undefined ? thingsIn(row.outcome) : []));
  const flat = found.flatMap((things, index) =>
    things.map((result) => ({ row: rows[index]?.prepared.row ?? {}, result })),
  );
  const decisions = (await keep.of(flat)).values();
  const shown: SettledRow[] = [];
  const settled: SettledRow[] = [];
  let kept = 0;
  for (const [index, row] of rows.entries()) {
    const decided = (found[index] ?? []).map((thing) => [thing, decisions.next().value] as const);
    const error = decided.map(([, decision]) => decision).find((decision) => decision instanceof CallError);
    const outcome: RowOutcome = error ? { is: 'failed', error } : row.outcome;
    settled.push({ ...row, outcome });
    if (outcome.is !== 'done') {
      shown.push({ ...row, outcome });
      continue;
    }
    const things = decided.flatMap(([thing, decision]) => (decision === true ? [thing] : []));
    kept += things.length;
    if (things.length === 0) continue;
    shown.push({ ...row, outcome: { ...outcome, result: Array.isArray(outcome.result) ? things : things[0] } });
  }
  return { shown, settled, counts: { found: flat.length, kept } };
}

function thingsIn(outcome: RowOutcome): unknown[] {
  if (outcome.is !== 'done') return [];
  return Array.isArray(outcome.result) ? outcome.result : [outcome.result];
}
