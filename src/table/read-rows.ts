// From a file's bytes to the rows of a table.

import type { Row } from '../calls/row.ts';
import { assertNever } from '../errors.ts';
import { utf8Of } from './file-text.ts';
import { checkedFormat } from './format.ts';
import { checkColumns, type RowLimit } from './problem.ts';

/**
 * Rows in the order of the file. From CSV and TSV every value is a text, as it stands there.
 * @param name decides the format by its ending, in any case: .csv, .tsv, .json, .jsonl or .ndjson
 * @throws CallError InvalidArguments that names the file, the line and what is wrong; also for more than the limit
 */
export async function readRows(name: string, bytes: Buffer, limit: RowLimit): Promise<Row[]> {
  const format = checkedFormat(name);
  const text = utf8Of(name, bytes);
  switch (format) {
    case 'csv':
    case 'tsv': {
      const { rowsOfCsv } = await import('./csv.ts');
      return rowsOfCsv(name, text, format === 'tsv', limit);
    }
    case 'json':
    case 'jsonl': {
      const { rowsOfJson, rowsOfJsonLines } = await import('./json.ts');
      const rows = format === 'json' ? rowsOfJson(name, text, limit) : rowsOfJsonLines(name, text, limit);
      checkColumns(name, rows);
      return rows;
    }
    default:
      return assertNever(format);
  }
}
