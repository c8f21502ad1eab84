// A row that is an entry of an earlier result: its own columns stay beside the older ones, and never a level deeper.
import type { Row } from '../calls/row.ts';

const INPUT = 'input';
const DOTTED = `${INPUT}.`;
// What an earlier result says of itself. The next one says the same of its own call.
const OF_THE_EARLIER_CALL = ['error', 'has_error', 'done_earlier'];

/**
 * The row as the `input` of a new entry: what stands under `input` in it is lifted out, also from the dotted columns of a
 * CSV file, and of two columns of one name the newer one stays. Any other row is returned as it is.
 */
export function lifted(row: Row): Row {
  const older = Object.entries(row).flatMap(([column, value]) => olderColumns(column, value));
  if (older.length === 0) return row;
  const isResult = Object.hasOwn(row, 'has_error');
  const newer = Object.entries(row).filter(
    ([column, value]) =>
      olderColumns(column, value).length === 0 && !(isResult && OF_THE_EARLIER_CALL.includes(column)),
  );
  return Object.fromEntries([...older, ...newer]);
}

/** What one column of the row holds of an earlier row. */
function olderColumns(column: string, value: unknown): [string, unknown][] {
  if (isDotted(column)) return [[withoutInput(column), value]];
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return column === INPUT && isObject ? Object.entries(lifted(value as Row)) : [];
}

/** `input.input.user` too: files that were written before this was so have such columns. */
function withoutInput(column: string): string {
  return isDotted(column) ? withoutInput(column.slice(DOTTED.length)) : column;
}

const isDotted = (column: string) => column.startsWith(DOTTED) && column !== DOTTED;
