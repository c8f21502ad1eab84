// Reads CSV as people have it: whatever Excel, a database or a script has saved. What does not add up is an error that
// names the line, never a guess. Loaded with the first CSV file.
import { CsvError, type InfoRecord, parse } from 'csv-parse/sync';
import type { Row } from '../calls/row.ts';
import { afterBreaks, lineAt, linesIn } from './file-text.ts';
import { unescapeFormula } from './formula.ts';
import {
  checkNameParts,
  MOST_COLUMNS,
  MOST_VALUES,
  problemIn,
  type RowLimit,
  shownColumn,
  tooManyColumns,
  tooManyRows,
  tooManyValues,
} from './problem.ts';

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;
const TAB = '\t';
// In the order that decides when there are as many of one as of the other.
const DELIMITERS = [',', ';', TAB];
// No text in UTF-8 has this byte: in a file of one column, a comma is part of the value.
const NO_DELIMITER = Buffer.from([0xff]);
// Excel's own way to say what the delimiter is.
const SEPARATOR_LINE = /^sep=([,;\t|])(?:\r\n|[\r\n]|$)/i;

const QUOTE_PROBLEMS: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote opens here and is closed nowhere',
  CSV_INVALID_CLOSING_QUOTE: 'something follows a closing quote; inside quotes, a quote is written twice',
  INVALID_OPENING_QUOTE: 'a quote inside a value without quotes; put the value in quotes, and write the quote twice',
};

/**
 * @param bytes UTF-8 without a byte-order mark
 * @param isTsv whether the delimiter is a tab, whatever the header looks like
 * @throws CallError InvalidArguments
 */
export function rowsOfCsv(name: string, bytes: Buffer, isTsv: boolean, limit: RowLimit): Row[] {
  const { delimiter, start } = dialectOf(bytes, isTsv);
  const table = bytes.subarray(start);
  const lineOf = (offset: number) => `line ${lineAt(bytes, start + offset)}`;
  const rows: Row[] = [];
  let header: string[] | undefined;
  let end = 0;

  const takeRecord = (record: string[], { bytes: recordEnd }: InfoRecord): undefined => {
    const where = () => lineOf(afterBreaks(table, end));
    if (!header) header = headerOf(name, record, where());
    else if (rows.length === limit.most) {
      throw tooManyRows(name, `more than ${limit.most} rows (${linesIn(bytes)} lines)`, limit);
    } else if (record.length !== header.length) {
      throw problemIn(
        name,
        where(),
        `${counted(record.length, 'value')}; the header has ${counted(header.length, 'column')}`,
      );
    } else if ((rows.length + 1) * header.length > MOST_VALUES) throw tooManyValues(name);
    else rows.push(Object.fromEntries(header.map((column, index) => [column, unescapeFormula(record[index] ?? '')])));
    end = recordEnd;
  };

  try {
    parse(table, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_empty_lines: true,
      relax_column_count: true,
      // Or a line of delimiters alone would become millions of values before it is refused.
      ignore_last_delimiters: MOST_COLUMNS + 1,
      on_record: takeRecord,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw problemIn(name, lineOf(offsetOf(error, table, delimiter)), QUOTE_PROBLEMS[error.code] ?? 'this is not CSV');
  }
  if (!header)
    throw problemIn(name, undefined, 'is empty, and nothing was done: its first line has to name the columns');
  return rows;
}

/** The delimiter stands in the header, outside quotes; of several, it is the one that stands there most often. */
function dialectOf(bytes: Buffer, isTsv: boolean): { delimiter: string | Buffer; start: number } {
  const [line = '', separator] = SEPARATOR_LINE.exec(bytes.toString('latin1', 0, 8)) ?? [];
  if (separator) return { delimiter: separator, start: line.length };
  if (isTsv) return { delimiter: TAB, start: 0 };
  const counts = new Map(DELIMITERS.map((delimiter) => [delimiter.charCodeAt(0), 0]));
  let isQuoted = false;
  for (let index = afterBreaks(bytes, 0); index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (byte === QUOTE) isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (byte === LF || byte === CR) break;
    const count = counts.get(byte);
    if (count !== undefined) counts.set(byte, count + 1);
  }
  const [[byte, count] = [0, 0]] = [...counts].sort(([, one], [, other]) => other - one);
  return { delimiter: count === 0 ? NO_DELIMITER : String.fromCharCode(byte), start: 0 };
}

function headerOf(name: string, record: string[], where: string): string[] {
  if (record.length > MOST_COLUMNS) throw tooManyColumns(name);
  const header = record.map((cell) => unescapeFormula(cell.trim()));
  const seen = new Map<string, number>();
  for (const [index, column] of header.entries()) {
    if (column === '') throw problemIn(name, where, `column ${index + 1} has no name`);
    const earlier = seen.get(column);
    if (earlier !== undefined) {
      throw problemIn(name, where, `columns ${earlier} and ${index + 1} are both called ${shownColumn(column)}`);
    }
    seen.set(column, index + 1);
  }
  checkNameParts(name, header);
  return header;
}

/**
 * Where the value with the error starts or, for what follows a closing quote, where that quote is. (The lines that
 * csv-parse itself counts are too many after a CRLF in quotes.)
 */
function offsetOf(error: CsvError, table: Buffer, delimiter: string | Buffer): number {
  // Up to where all was well: a delimiter, or the end of a record.
  const known = Number(error.bytes);
  const isDelimiter = table[known] === Buffer.from(delimiter as string)[0];
  const start = afterBreaks(table, isDelimiter ? known + 1 : known);
  if (error.code !== 'CSV_INVALID_CLOSING_QUOTE') return start;
  let quote = table.indexOf(QUOTE, start + 1);
  while (quote !== -1 && table[quote + 1] === QUOTE) quote = table.indexOf(QUOTE, quote + 2);
  return quote === -1 ? start : quote;
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
