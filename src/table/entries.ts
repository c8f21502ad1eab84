// From outcomes to the entries of a table's result: in the order of the rows, at least one for each.
import * as z from 'zod';
import type { Action } from '../actions/action.ts';
import type { PreparedRow } from '../calls/prepare.ts';
import type { Row } from '../calls/row.ts';
import type { RowOutcome } from '../calls/row-call.ts';
import { assertNever, CallError } from '../errors.ts';
import { Redactor } from '../redact.ts';

/** What no entry may show: texts that may be secrets which were taken for something else, in whatever row they stand. */
export function unrepeatedIn(outcomes: Iterable<RowOutcome>): Redactor {
  const hidden = new Redactor();
  for (const outcome of outcomes) {
    if (outcome.is !== 'failed' || !(outcome.error instanceof CallError)) continue;
    for (const text of outcome.error.unrepeated) hidden.register(text);
  }
  return hidden;
}

/**
 * One entry a row; for an action that lists, one for each thing found, and one that says so where there is none.
 * @param errorText "Code: message" of whatever was thrown
 * @param hidden of all rows
 */
export function entriesOf(
  action: Action,
  { row }: PreparedRow,
  outcome: RowOutcome,
  errorText: (error: unknown) => string,
  hidden: Redactor,
): Row[] {
  const input = { input: hidden.value(row) };
  const result = isList(action) ? {} : { result: null };
  switch (outcome.is) {
    case 'failed':
      return [{ ...input, ...result, error: errorText(outcome.error), has_error: true }];
    case 'not-attempted':
      return [{ ...input, ...result, error: notAttempted(outcome.why), has_error: true }];
    case 'planned':
      return [{ ...input, ...result, ...SUCCESS, dry_run: outcome.would }];
    case 'done':
      if (isList(action)) return listed(input, outcome.result);
      return [{ ...input, result: outcome.result, ...(outcome.change && { change: outcome.change }), ...SUCCESS }];
    default:
      return assertNever(outcome);
  }
}

function notAttempted(why: string): string {
  return `NotAttempted: ${why} before the turn of this row, for which nothing was sent`;
}

const SUCCESS = { error: null, has_error: false };

function isList({ output }: Action): boolean {
  return output instanceof z.ZodArray;
}

/** An envelope's `result`, in which what the action answered itself is changed: in the entry of each row of a table. */
export function withOwnResults(action: Action, result: unknown, change: (own: unknown) => unknown): unknown {
  if (!Array.isArray(result) || isList(action)) return change(result);
  return result.map((entry: Row) => ({ ...entry, result: change(entry.result) }));
}

function listed(input: { input: Row }, found: unknown): Row[] {
  const items = Array.isArray(found) ? (found as Row[]) : [];
  return items.length > 0 ? items.map((item) => ({ ...input, ...item })) : [{ ...input, ...SUCCESS }];
}
