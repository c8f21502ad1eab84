// What a table came to, as an envelope: counts, what a model must know, and an entry for each row.
import type { CallContext } from '../calls/context.ts';
import { failureText } from '../calls/failure-text.ts';
import { isCall, type PreparedRow } from '../calls/prepare.ts';
import type { RowOutcome } from '../calls/row-call.ts';
import { describeSummary, summaryOf } from '../calls/summary.ts';
import type { Envelope, Summary } from '../envelope.ts';
import { entriesOf, unrepeatedIn } from './entries.ts';

// Of the warnings of rows that succeeded, so many are told.
const MOST_WARNINGS = 20;

/** A row, and what it came to. */
export interface SettledRow {
  prepared: PreparedRow;
  outcome: RowOutcome;
}

/** The envelope with every entry of the result. */
export function reportOf(
  rows: readonly SettledRow[],
  { action, program }: CallContext,
): Envelope & { summary: Summary } {
  const hidden = unrepeatedIn(rows.map(({ outcome }) => outcome));
  const errorText = (error: unknown) => failureText(error, action, program.log);
  const same = rows.filter(({ prepared: { sameAs } }) => sameAs !== undefined).length;
  const summary = {
    ...summaryOf(rows.map(({ outcome }) => outcome)),
    ...(same > 0 && { same_as_another: same }),
  };
  const bad = summary.failed + summary.not_attempted;
  return {
    result: rows.flatMap(({ prepared, outcome }) => entriesOf(action, prepared, outcome, errorText, hidden)),
    error: bad > 0 ? `RowsFailed: ${bad} of ${summary.rows} rows did not succeed` : null,
    has_error: bad > 0,
    summary,
  };
}

export function warningsOf(rows: readonly SettledRow[]): string[] {
  const all = rows.flatMap(({ prepared: { number, call, sameAs } }) =>
    isCall(call) && sameAs === undefined ? call.warnings.map((text) => `Row ${number}: ${text}`) : [],
  );
  const rest = all.length - MOST_WARNINGS;
  return rest > 0 ? [...all.slice(0, MOST_WARNINGS), `and ${rest} more such warnings`] : all;
}

/** How a table that did not come to its end can be gone on with. */
export function noticeOf(tool: string, summary: Summary, journal: string | undefined): string {
  const what = `${tool} over ${summary.rows} rows: ${describeSummary(summary)}.`;
  return journal === undefined
    ? what
    : `${what} To go on, make the same call with resume. What came of each row is in the journal ${journal}.`;
}
