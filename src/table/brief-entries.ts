// The entries of a table's result as a model reads them: what needs attention first, and nothing that says nothing. Of a
// row there is only what the call uses: files that people have hold more than anybody asked about.
import { isList } from '../actions/outputs.ts';
import type { Row } from '../calls/row.ts';
import { type EntryOptions, listed, type SettledRow } from './entries.ts';
import { failureEntries } from './failures.ts';
import { inputOf } from './shown.ts';

const SEVERITIES = ['grave', 'notable', 'plain'] as const;

// Of more entries, each is as short as it can be: what it says itself is not said of its row once more.
const FEW = 20;

export function briefEntries(rows: readonly SettledRow[], options: EntryOptions): Row[] {
  const done = rows.flatMap((row) => doneEntries(row, options));
  return [
    ...failureEntries(rows, options),
    ...plannedEntries(rows),
    ...(done.length > FEW ? done.map(withoutRepeats) : done),
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
  const entry = (own: Row): Row => ({
    row: prepared.number,
    ...(Object.keys(input).length > 0 && { input }),
    ...own,
    ...(isDoneEarlier && { done_earlier: true }),
  });
  if (prepared.sameAs !== undefined) return [entry({ same_as_row: prepared.sameAs })];
  if (isList(action)) return listed(outcome.result).map((item) => entry(item ? ownOf(item) : { found: 0 }));
  const { ResponseMetadata: _, ...result } = objectOf(outcome.result);
  const { change } = outcome;
  const isEmpty = Object.keys(result).length === 0;
  return [entry({ ...(change && { change }), ...(isEmpty ? !change && { done: true } : { result }) })];
}

/** Of the input, what the entry does not say itself: by a column of the same name and value, or as whom a change is about. */
function withoutRepeats({ input, ...own }: Row): Row {
  const named = Object.values(objectOf(own.change));
  const isSaid = ([column, value]: [string, unknown]) =>
    (Object.hasOwn(own, column) && own[column] === value) ||
    (typeof value === 'string' && value.trim() !== '' && named.includes(value.trim()));
  const rest = Object.entries(objectOf(input)).filter((column) => !isSaid(column));
  const { row, ...others } = own;
  return { row, ...(rest.length > 0 && { input: Object.fromEntries(rest) }), ...others };
}

/** An entry without an error is one that succeeded, and one without a value has none. */
function ownOf({ error, has_error, ...item }: Row): Row {
  const known = Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null));
  return has_error === true ? { ...known, error, has_error } : known;
}

function objectOf(result: unknown): Row {
  return typeof result === 'object' && result !== null ? (result as Row) : {};
}
