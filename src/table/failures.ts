// Rows that came to nothing, as a brief result tells them: those that read alike once, with their numbers.
import { isCall } from '../calls/prepare.ts';
import type { Row } from '../calls/row.ts';
import { outcomeOf } from '../errors.ts';
import { grouped } from '../plan/row-groups.ts';
import { escapeRegex } from '../templates/functions/regex.ts';
import { type EntryOptions, notAttempted, type SettledRow } from './entries.ts';
import { rowList } from './row-list.ts';
import { inputOf } from './shown.ts';

// Of so many rows that fail alike it is told which ones they are; of more, the numbers.
const MOST_INPUTS = 40;
// Shorter values stand in words of this program's own.
const SHORTEST_NAME = 3;
const MOST_NAMES = 50;

interface Failure {
  number: number;
  input: Row;
  error: string;
  /** The error without what names this row. */
  text: string;
  /** Nobody knows whether it was done. */
  isUnknown: boolean;
}

/** First the rows of which nobody knows whether they were done, then failures, then what was not attempted. */
export function failureEntries(rows: readonly SettledRow[], options: EntryOptions): Row[] {
  const failures = rows.flatMap((row) => failureOf(row, options));
  const [unknown, known] = [failures.filter(({ isUnknown }) => isUnknown), failures.filter((one) => !one.isUnknown)];
  const late = rows.flatMap(({ prepared: { number = 0 }, outcome }) =>
    outcome.is === 'not-attempted' ? [{ number, error: notAttempted(outcome.why) }] : [],
  );
  return [
    ...[unknown, known].flatMap((some) => grouped(some, ({ text }) => text).map(([text, group]) => told(text, group))),
    ...grouped(late, ({ error }) => error).map(([error, group]) => ({
      rows: rowList(group.map(({ number }) => number)),
      error,
      has_error: true,
    })),
  ];
}

function failureOf({ prepared, outcome }: SettledRow, { errorText, hidden, shown }: EntryOptions): Failure[] {
  if (outcome.is !== 'failed') return [];
  const { number = 0, row, call } = prepared;
  const input = hidden.value(inputOf(row, shown));
  const error = errorText(outcome.error);
  const values = isCall(call) ? { input, rendered: call.input } : { input };
  const text = withoutNames(error, [...new Set(textsIn(values))].slice(0, MOST_NAMES), number);
  return [{ number, input, error, text, isUnknown: outcomeOf(outcome.error) !== 'not-done' }];
}

function told(text: string, group: readonly Failure[]): Row {
  const [only, ...others] = group;
  const isAlone = others.length === 0;
  const inputs = group.map(({ input }) => input).filter((input) => Object.keys(input).length > 0);
  const input = isAlone ? inputs[0] : inputs.length > 0 && inputs.length <= MOST_INPUTS ? inputs : undefined;
  const isSame = others.every(({ error }) => error === only?.error);
  return {
    ...(isAlone ? { row: only?.number } : { rows: rowList(group.map(({ number }) => number)) }),
    ...(input && { input }),
    error: isSame ? only?.error : text,
    has_error: true,
  };
}

/** With … for each value of the row, where it stands as a word of its own, and for the row's number. The code stays. */
function withoutNames(error: string, names: readonly string[], number: number): string {
  const code = /^\w+: /.exec(error)?.[0] ?? '';
  const found = names.filter((name) => name.length >= SHORTEST_NAME && error.includes(name));
  const message = found
    .sort((a, b) => b.length - a.length)
    .reduce((text, name) => text.replace(asWord(name), '…'), error.slice(code.length));
  return code + message.replace(new RegExp(`\\brow ${number}\\b`, 'gi'), 'row …');
}

function asWord(name: string): RegExp {
  return new RegExp(`(?<!\\w)${escapeRegex(name)}(?!\\w)`, 'g');
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
