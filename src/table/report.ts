// What a table came to, as an envelope: counts, what a model must know, and an entry for each row.
import type { Changed } from '../actions/changed.ts';
import type { CallContext } from '../calls/context.ts';
import { failureText } from '../calls/failure-text.ts';
import { isCall } from '../calls/prepare.ts';
import type { Row } from '../calls/row.ts';
import { describeSummary, summaryOf } from '../calls/summary.ts';
import type { Envelope, Summary } from '../envelope.ts';
import { formatDate } from '../iam/response.ts';
import { grouped } from '../plan/row-groups.ts';
import { briefDryRun } from './brief-dry-run.ts';
import { briefEntries } from './brief-entries.ts';
import { type EntryOptions, entriesOf, type SettledRow, unrepeatedIn } from './entries.ts';
import { rowList } from './row-list.ts';
import type { Shown } from './shown.ts';

// Of the warnings of rows that succeeded, so many are told.
const MOST_WARNINGS = 20;

export interface Report {
  envelope: Envelope & { summary: Summary };
  /** All columns of all rows, in their order: for a file. */
  allEntries: () => Row[];
}

/**
 * @param settled all rows that were tried
 * @param entered those of them that have entries
 * @param isResumed whether the call takes up what an earlier one left
 */
export function reportOf(
  settled: readonly SettledRow[],
  { action, program }: CallContext,
  { shown, isResumed, entered = settled }: { shown: Shown; isResumed: boolean; entered?: readonly SettledRow[] },
): Report {
  const hidden = unrepeatedIn(settled.map(({ outcome }) => outcome));
  // What is no failure goes to the log, and once is enough.
  const texts = new Map<unknown, string>();
  const errorText = (error: unknown) => {
    const text = texts.get(error) ?? failureText(error, action, program.log);
    texts.set(error, text);
    return text;
  };
  const options: EntryOptions = { action, shown, errorText, hidden };
  const allEntries = () => entered.flatMap((row) => entriesOf(row, options));
  const same = settled.filter(({ prepared: { sameAs } }) => sameAs !== undefined).length;
  const summary = {
    ...summaryOf(settled.map(({ outcome }) => outcome)),
    ...(same > 0 && { same_as_another: same }),
  };
  const bad = summary.failed + summary.not_attempted;
  const isBrief = shown.detail === 'brief';
  const dryRun = isBrief ? briefDryRun(settled) : undefined;
  return {
    envelope: {
      error: bad > 0 ? `RowsFailed: ${bad} of ${summary.rows} rows did not succeed` : null,
      has_error: bad > 0,
      summary: {
        ...summary,
        ...changedIn(settled, summary),
        ...(isResumed && doneIn(settled, summary)),
        now: formatDate(new Date()),
      },
      ...(dryRun && { dry_run: dryRun }),
      result: isBrief ? briefEntries(entered, options) : allEntries(),
    },
    allEntries,
  };
}

/** A row without a reading before its change is taken for changed. */
function changedIn(rows: readonly SettledRow[], { succeeded }: Summary): Pick<Summary, 'changed' | 'already_so'> {
  const done = rows.flatMap(({ prepared: { sameAs }, outcome }) =>
    outcome.is === 'done' && sameAs === undefined ? [outcome.change] : [],
  );
  const changes = done.flatMap((change) => (change ? [Object.values(change)] : []));
  // Of one that an earlier call did, it may not be known.
  if (changes.length < done.length) return {};
  const isSo = (value: Changed[string]) => typeof value === 'string' || value.before === value.after;
  const already = changes.filter((change) => change.every(isSo)).length;
  // Where it is all of them, the number that succeeded says it.
  if (changes.length === succeeded && already === 0) return {};
  return changes.length > 0 ? { changed: changes.length - already, already_so: already } : {};
}

function doneIn(rows: readonly SettledRow[], { succeeded }: Summary): Pick<Summary, 'done_earlier' | 'done_now'> {
  const earlier = rows.filter(({ isDoneEarlier }) => isDoneEarlier).length;
  return { done_earlier: earlier, done_now: succeeded - earlier };
}

/** Each text once. */
export function warningsOf(rows: readonly SettledRow[]): string[] {
  const said = rows.flatMap(({ prepared: { number = 0, call, sameAs } }) =>
    isCall(call) && sameAs === undefined ? [...new Set(call.warnings)].map((text) => ({ number, text })) : [],
  );
  const all = grouped(said, ({ text }) => text).map(([text, group]) => {
    const numbers = rowList(group.map(({ number }) => number));
    return `${group.length === 1 ? 'Row' : 'Rows'} ${numbers.join(', ')}: ${text}`;
  });
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
