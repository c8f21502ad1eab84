// Reads CSV as people have it: whatever Excel, a database or a script has saved. What does not add up is an error that
// names the line, never a guess. Loaded with the first CSV file.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CsvError, type InfoRecord, type Options, parse } from 'csv-parse';
import type { Row } from '../calls/row.ts';
import type { CallError } from '../errors.ts';
import { type Dialect, dialectOf } from './csv-dialect.ts';
import { afterBreaks, lineAt, linesIn } from './file-text.ts';
import { unescapeFormula } from './formula.ts';
import { type Header, headerOf, titleAbove, titleProblem } from './header.ts';
import { MOST_COLUMNS, MOST_VALUES, problemIn, type RowLimit, tooManyRows, tooManyValues } from './problem.ts';
import type { FileTable } from './read-rows.ts';

const QUOTE = 0x22;
// Little enough to be taken apart in a moment.
const PIECE = 64 * 1024;
const QUOTE_PROBLEMS: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote opens here and is closed nowhere',
  CSV_INVALID_CLOSING_QUOTE: 'something follows a closing quote; inside quotes, a quote is written twice',
  INVALID_OPENING_QUOTE: 'a quote inside a value without quotes; put the value in quotes, and write the quote twice',
};

/**
 * Rows without any value are passed over; what a short row does not have is an empty text.
 * @param bytes UTF-8 without a byte-order mark
 * @param isTsv whether the delimiter is a tab, whatever the header looks like
 * @throws CallError InvalidArguments
 */
export async function tableOfCsv(name: string, bytes: Buffer, isTsv: boolean, limit: RowLimit): Promise<FileTable> {
  const dialect = dialectOf(name, bytes, isTsv);
  try {
    return await read(name, bytes, dialect, limit, false);
  } catch (error) {
    if (!(error instanceof QuoteError)) throw error;
    try {
      // Some programs put blanks after delimiters: then a quote does not stand where a value starts.
      return await read(name, bytes, dialect, limit, true);
    } catch (again) {
      throw again instanceof QuoteError ? error.problem : again;
    }
  }
}

class QuoteError extends Error {
  readonly problem: CallError;

  constructor(problem: CallError) {
    super(problem.message);
    this.problem = problem;
  }
}

async function read(
  name: string,
  bytes: Buffer,
  { delimiter, start }: Dialect,
  limit: RowLimit,
  trim: boolean,
): Promise<FileTable> {
  const table = bytes.subarray(start);
  const lineOf = (offset: number) => `line ${lineAt(bytes, start + offset)}`;
  const rows: Row[] = [];
  let header: Header | undefined;
  let end = 0;

  const takeRecord = (record: string[], { bytes: recordEnd }: InfoRecord): undefined => {
    const where = () => lineOf(afterBreaks(table, end));
    const cells = withoutSurplus(record, header?.width ?? 0, delimiter);
    if (!header) {
      if (!isEmpty(cells)) header = headerOf(name, cells, where());
    } else if (header.width === 1 ? cells.length === 0 : isEmpty(cells)) {
      // Passed over.
    } else if (rows.length === limit.most) {
      throw tooManyRows(name, `more than ${limit.most} rows (${linesIn(bytes)} lines)`, limit);
    } else if (rows.length === 0 && titleAbove(header, cells)) {
      throw problemIn(name, where(), titleProblem(cells.length));
    } else if (cells.length > header.width) {
      throw problemIn(
        name,
        where(),
        `${counted(cells.length, 'value')}; the header has ${counted(header.width, 'column')}`,
      );
    } else if ((rows.length + 1) * header.columns.length > MOST_VALUES) throw tooManyValues(name);
    else {
      rows.push(Object.fromEntries(header.columns.map(([column, at]) => [column, unescapeFormula(cells[at] ?? '')])));
    }
    end = recordEnd;
  };

  try {
    await parseInTurns(table, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_empty_lines: true,
      relax_column_count: true,
      trim,
      // Or a line of delimiters alone would become millions of values before it is looked at.
      ignore_last_delimiters: MOST_COLUMNS + 1,
      on_record: takeRecord,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const problem = QUOTE_PROBLEMS[error.code] ?? 'this is not CSV';
    throw new QuoteError(problemIn(name, lineOf(offsetOf(error, table, delimiter)), problem));
  }
  if (!header)
    throw problemIn(name, undefined, 'is empty, and nothing was done: its first line has to name the columns');
  return { rows, unusable: header.unusable, columns: header.columns.map(([column]) => column) };
}

/** Other calls have their turn between two pieces of a large file. @throws whatever the parser, or `on_record`, throws */
async function parseInTurns(table: Buffer, options: Options): Promise<void> {
  const parser = parse(options);
  // Nothing comes out: each record is taken when it is found.
  const ended = new Promise<void>((resolve, reject) => parser.on('error', reject).on('end', resolve).resume());
  // Until it is waited for below, somebody has to have heard of it.
  ended.catch(() => {});
  for (let at = 0; at < table.length && !parser.destroyed; at += PIECE) {
    parser.write(table.subarray(at, at + PIECE));
    await nextTurn();
  }
  if (!parser.destroyed) parser.end();
  await ended;
}

/** Without the empty cells beyond the header's: spreadsheets leave delimiters at the end of lines. */
function withoutSurplus(record: string[], width: number, delimiter: string | Buffer): string[] {
  let length = record.length;
  // The last cell that is taken apart has all further delimiters in it.
  const rest = (record[MOST_COLUMNS] ?? '').replaceAll(delimiterText(delimiter), '');
  const isBlank = (index: number) => (index === MOST_COLUMNS ? rest : (record[index] ?? '')).trim() === '';
  while (length > width && isBlank(length - 1)) length--;
  return record.slice(0, length);
}

const delimiterText = (delimiter: string | Buffer) => (typeof delimiter === 'string' ? delimiter : '\uFFFD');

const isEmpty = (cells: readonly string[]) => cells.every((cell) => cell.trim() === '');

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
