// From a file's bytes to the rows of a table.

import type { Row, Table } from '../calls/row.ts';
import { assertNever } from '../errors.ts';
import { checkedTable } from './checked-table.ts';
import { foreignKind, foreignText, isWorkbook } from './file-kind.ts';
import { utf8Of } from './file-text.ts';
import type { NamedTable, ReadFormat } from './named-table.ts';
import { checkColumns, problemIn, type RowLimit } from './problem.ts';
import { unpacked } from './unpack.ts';

export interface FileTable extends Table {
  rows: Row[];
  unusable: ReadonlyMap<string, string>;
  /** Of a file that names its columns: those that templates can use, whether it has rows or not. */
  columns?: string[];
}

/**
 * Rows in the order of the file. From CSV, TSV and workbooks every value is a text, as it stands there.
 * @param name decides the format by its ending, in any case, also with `.gz` after it; what follows a `#` says which part
 * @throws CallError InvalidArguments that names the file, the line and what is wrong; also for more than the limit
 */
export async function readRows(name: string, bytes: Buffer, limit: RowLimit): Promise<FileTable> {
  const table = checkedTable(name);
  const plain = await unpacked(name, bytes);
  const kind = foreignKind(plain);
  if (kind !== undefined) throw problemIn(name, undefined, kind);
  if (isWorkbook(plain) !== (table.format === 'xlsx')) throw problemIn(name, undefined, otherKind(table.format, plain));
  if (table.format === 'xlsx') {
    const { tableOfWorkbook } = await import('./xlsx.ts');
    return tableOfWorkbook(name, plain, limit, table.part);
  }
  const text = utf8Of(name, plain);
  const markup = foreignText(text);
  if (markup !== undefined) throw problemIn(name, undefined, markup);
  return textTable(name, text, limit, table);
}

async function textTable(name: string, text: Buffer, limit: RowLimit, table: NamedTable): Promise<FileTable> {
  const format = table.format === 'txt' && looksLikeJson(text) ? 'json' : table.format;
  switch (format) {
    case 'csv':
    case 'tsv': {
      refusePart(name, table);
      if (looksLikeJson(text)) throw problemIn(name, undefined, 'is JSON: name it .json');
      const { tableOfCsv } = await import('./csv.ts');
      return await tableOfCsv(name, text, format === 'tsv', limit);
    }
    case 'json':
    case 'jsonl': {
      const { rowsOfJson } = await import('./json.ts');
      const rows = await rowsOfJson(name, text, limit, { pointer: table.part, isLines: format === 'jsonl' });
      checkColumns(name, rows);
      return withAll(rows);
    }
    case 'txt': {
      refusePart(name, table);
      const { rowsOfLines } = await import('./lines.ts');
      return withAll(rowsOfLines(name, text, limit));
    }
    case 'xlsx':
      throw new Error('a workbook is no text');
    default:
      return assertNever(format);
  }
}

const withAll = (rows: Row[]): FileTable => ({ rows, unusable: new Map() });

function refusePart(name: string, { part }: NamedTable): void {
  if (part === undefined) return;
  throw problemIn(name, undefined, 'has a # in its name: only JSON and workbooks have parts to choose from');
}

function otherKind(format: ReadFormat, bytes: Buffer): string {
  if (format !== 'xlsx') return 'is an Excel workbook: name it .xlsx, or save it as CSV';
  return bytes.length === 0 ? 'is empty' : 'is no Excel workbook: if it is a text, name it by what it is, such as .csv';
}

/** Whether it starts as JSON does that has rows, and no header of CSV. */
function looksLikeJson(text: Buffer): boolean {
  const start = text.toString('utf8', 0, 1000);
  return /^\s*(?:\{\s*"(?:[^"\\]|\\.)*"\s*:|\[\s*(?:\{\s*"|"(?:[^"\\]|\\.)*"\s*[,\]]))/.test(start);
}
