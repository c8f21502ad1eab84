// Writes rows as CSV that Excel opens as it should, and that comes in again as the same table. Loaded with the first
// such file.
import { stringify } from 'csv-stringify/sync';
import type { Row } from '../calls/row.ts';
import { flatten } from './flatten.ts';
import { escapeFormula } from './formula.ts';

// Without it, Excel takes UTF-8 for the system's old encoding.
const BYTE_ORDER_MARK = '\uFEFF';
// What a reader might take for a delimiter, or the end of a line.
const AMBIGUOUS = /[,;|\t\r\n]/;

/** A table without any columns is an empty text: CSV has no way to say it. */
export function csvText(entries: readonly Row[], delimiter: ',' | '\t'): string {
  const { header, records } = flatten(entries);
  if (header.length === 0) return BYTE_ORDER_MARK;
  const lines = [header, ...records].map((cells) => cells.map(cellText));
  const text = stringify(lines, {
    delimiter,
    record_delimiter: '\r\n',
    quoted_match: AMBIGUOUS,
    // In a table of one column, an empty cell would be a blank line, which readers pass over.
    quoted_empty: header.length === 1,
  });
  return BYTE_ORDER_MARK + text;
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return escapeFormula(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
