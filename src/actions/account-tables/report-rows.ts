// A credential report's rows. Strict: a line that does not fit the header would move one user's values to another column.
// See https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
import { CsvError, parse } from 'csv-parse/sync';
import type { AccountRow } from './account-table.ts';

/** What is wrong with a report, in words that quote nothing of it. */
export class ReportError extends Error {}

// A user may be called `true` or `no_information`.
const NAMES = ['user', 'arn'];
const NO_VALUE = new Set(['N/A', 'not_supported', 'no_information']);

/**
 * @param most no more than one row beyond it is read
 * @throws ReportError
 */
export function reportRows(content: Uint8Array, most: number): AccountRow[] {
  const [header = [], ...records] = recordsIn(content, most + 2);
  if (NAMES.some((name) => !header.includes(name))) throw new ReportError('it has no columns user and arn');
  if (new Set(header).size < header.length) throw new ReportError('two of its columns have one name');
  return records.map((record) =>
    Object.fromEntries(header.map((column, index) => [column, cellOf(column, record[index] ?? '')])),
  );
}

function recordsIn(content: Uint8Array, most: number): string[][] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return parse(text, { to: most, skip_empty_lines: true });
  } catch (error) {
    if (error instanceof CsvError) {
      const isRagged = error.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH';
      throw new ReportError(isRagged ? 'its lines have not all as many values as its header' : 'it is not CSV');
    }
    if (error instanceof TypeError) throw new ReportError('it is not UTF-8');
    throw error;
  }
}

function cellOf(column: string, text: string): AccountRow[string] {
  if (NAMES.includes(column)) return text;
  if (NO_VALUE.has(text)) return null;
  // AWS documents them in capital letters, and writes them in small ones.
  const lower = text.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : text;
}
