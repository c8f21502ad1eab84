// The entries of a table's result as a model reads them: what needs attention first, and nothing that says nothing. Of a
// row there is only what the call uses: files that people have hold more than anybody asked about.
import { isList } from '../actions/outputs.ts';
import type { Row } from '../calls/row.ts';
import { type EntryOptions, listed, type SettledRow } from './entries.ts';
import { failureEntries } from './failures.ts';
import { inputOf } from './shown.ts';

const SEVERITIES = ['grave', 'notable', 'plain'] as const;

export function briefEntries(rows: readonly SettledRow[], options: EntryOptions): Row[] {
  return [
    ...failureEntries(rows, options),
    ...plannedEntries(rows),
    ...rows.flatMap((row) => doneEntries(row, options)),
  ];
}

function plannedEntries(rows: readonly SettledRow[]): Row[] {
  const planned = rows.flatMap(({ prepared: { number }, outcome }) =>
    outcome.is === 'planned' ? [{ number, ...outcome.inShort }] : [],
  );
  return [
    ...planned.flatMap(({ number, arguments: rendered }) => (rendered ? [{ row: number, arguments: rendered }] : [])),
    ...SEVERITIES.flatMap((severity) =>
      planned.flatMap(({ number, plan }) =>
        plan?.severity === severity ? [{ row: number, severity, plan: plan.text }] : [],
      ),
    ),
  ];
}

function doneEntries({ prepared, outcome, isDoneEarlier }: SettledRow, { action, shown, hidden }: EntryOptions): Row[] {
  if (outcome.is !== 'done') return [];
  const input = hidden.value(inputOf(prepared.row, shown));
  const row = { row: prepared.number, ...(Object.keys(input).length > 0 && { input }) };
  const mark = isDoneEarlier ? { done_earlier: true } : {};
  if (prepared.sameAs !== undefined) return [{ ...row, same_as_row: prepared.sameAs }];
  if (isList(action)) {
    return listed(outcome.result).map((item) => ({ ...row, ...(item ? withoutSuccess(item) : { found: 0 }), ...mark }));
  }
  const { ResponseMetadata: _, ...result } = objectOf(outcome.result);
  const { change } = outcome;
  const isEmpty = Object.keys(result).length === 0;
  return [
    {
      ...row,
      ...(change && { change }),
      ...(!isEmpty && { result }),
      ...(isEmpty && !change && { done: true }),
      ...mark,
    },
  ];
}

/** An entry without an error is one that succeeded. */
function withoutSuccess({ error, has_error, ...item }: Row): Row {
  return has_error === true ? { ...item, error, has_error } : item;
}

function objectOf(result: unknown): Row {
  return typeof result === 'object' && result !== null ? (result as Row) : {};
}
