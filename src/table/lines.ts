// Reads a text with a name a line.
import type { Row } from '../calls/row.ts';
import { linesIn } from './file-text.ts';
import { problemIn, type RowLimit, tooManyRows } from './problem.ts';

/**
 * Rows with one column, `value`: what is on each line, without the blanks around it. Blank lines are passed over.
 * @param bytes UTF-8 without a byte-order mark
 * @throws CallError InvalidArguments for too many lines, and for a table with another ending
 */
export function rowsOfLines(name: string, bytes: Buffer, limit: RowLimit): Row[] {
  const values: string[] = [];
  for (const { 0: line } of bytes.toString().matchAll(/[^\r\n]+/g)) {
    const value = line.trim();
    if (value === '') continue;
    if (values.length === limit.most) {
      throw tooManyRows(name, `more than ${limit.most} rows (${linesIn(bytes)} lines)`, limit);
    }
    values.push(value);
  }
  refuseCsv(name, values);
  return values.map((value) => ({ value }));
}

/** Every line has as many of one delimiter. */
function refuseCsv(name: string, values: readonly string[]): void {
  if (values.length < 2) return;
  for (const [delimiter, ending] of [
    ['\t', '.tsv'],
    [';', '.csv'],
    [',', '.csv'],
  ] as const) {
    const [count = 0, ...others] = values.map((value) => value.split(delimiter).length - 1);
    if (count === 0 || others.some((other) => other !== count)) continue;
    throw problemIn(
      name,
      undefined,
      `looks like a table with ${count + 1} columns, not like a name a line: name it ${ending}`,
    );
  }
}
