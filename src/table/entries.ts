// From outcomes to the entries of a table's result in full: in the order of the rows, at least one for each.
import type { Action } from '../actions/action.ts';
import { isList } from '../actions/outputs.ts';
import type { PreparedRow } from '../calls/prepare.ts';
import type { Row } from '../calls/row.ts';
import type { RowOutcome } from '../calls/row-call.ts';
import { assertNever, CallError } from '../errors.ts';
import { Redactor } from '../redact.ts';
import { EVERYTHING, inputOf, type Shown } from './shown.ts';

/** A row, and what it came to. */
export interface SettledRow {
  prepared: PreparedRow;
  outcome: RowOutcome;
  /** An earlier call did it, and this one takes up what that left. */
  isDoneEarlier?: boolean;
}

/** What is the same for all entries of a result. */
export interface EntryOptions {
  action: Action;
  shown: Shown;
  /** "Code: message" of whatever was thrown. */
  errorText: (error: unknown) => string;
  /** Of all rows. */
  hidden: Redactor;
}

/** What no entry may show: texts that may be secrets which were taken for something else, in whatever row they stand. */
export function unrepeatedIn(outcomes: Iterable<RowOutcome>): Redactor {
  const hidden = new Redactor();
  for (const outcome of outcomes) {
    if (outcome.is !== 'failed' || !(outcome.error instanceof CallError)) continue;
    for (const text of outcome.error.unrepeated) hidden.register(text);
  }
  return hidden;
}

/** One entry a row; for an action that lists, one for each thing found, and one that says so where there is none. */
export function entriesOf(
  { prepared: { row, sameAs }, outcome, isDoneEarlier }: SettledRow,
  { action, errorText, hidden }: Omit<EntryOptions, 'shown'>,
): Row[] {
  const input = {
    input: hidden.value(inputOf(row, EVERYTHING)),
    ...(sameAs !== undefined && { same_as_row: sameAs }),
  };
  const result = isList(action) ? {} : { result: null };
  const mark = isDoneEarlier ? { done_earlier: true } : {};
  switch (outcome.is) {
    case 'failed':
      return [{ ...input, ...result, error: errorText(outcome.error), has_error: true }];
    case 'not-attempted':
      return [{ ...input, ...result, error: notAttempted(outcome.why), has_error: true }];
    case 'planned':
      return [{ ...input, ...result, ...SUCCESS, dry_run: outcome.would }];
    case 'done':
      if (isList(action)) return listed(outcome.result).map((item) => ({ ...input, ...(item ?? SUCCESS), ...mark }));
      return [
        {
          ...input,
          result: outcome.result,
          ...(outcome.change && { change: outcome.change }),
          ...SUCCESS,
          ...mark,
        },
      ];
    default:
      return assertNever(outcome);
  }
}

export function notAttempted(why: string): string {
  return `NotAttempted: ${why} before the turn of this row, for which nothing was sent`;
}

const SUCCESS = { error: null, has_error: false };

/** An envelope's `result`, in which what the action answered itself is changed: in the entry of each row of a table. */
export function withOwnResults(action: Action, result: unknown, change: (own: unknown) => unknown): unknown {
  if (!Array.isArray(result) || isList(action)) return change(result);
  return result.map((entry: Row) => ('result' in entry ? { ...entry, result: change(entry.result) } : entry));
}

/** What an action that lists has found, or that there is nothing. */
export function listed(found: unknown): (Row | undefined)[] {
  return Array.isArray(found) && found.length > 0 ? (found as Row[]) : [undefined];
}
