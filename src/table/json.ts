// Reads rows from JSON as programs write it: one document, several one after another, or one a line.

import { isDeeper, type Row } from '../calls/row.ts';
import { CallError } from '../errors.ts';
import { jsonProblem } from '../settings/located-json.ts';
import { lineAt } from './file-text.ts';
import { type Document, type Scan, scanJson, withLongNumbers } from './json-scan.ts';
import { tableAt, tableIn } from './json-table.ts';
import { MOST_VALUES, problemIn, type RowLimit, tooManyRows, tooManyValues } from './problem.ts';

// Of one row: whatever goes through a value may then do so by recursion.
const DEEPEST = 64;
// Around the rows: arrays and objects that hold them.
const AROUND = 8;

/**
 * @param bytes UTF-8 without a byte-order mark
 * @param pointer which part of each document is the table, by RFC 6901; without it the program finds the rows itself
 * @param isLines whether each object is a row, whatever is in it
 * @throws CallError InvalidArguments
 */
export async function rowsOfJson(
  name: string,
  bytes: Buffer,
  limit: RowLimit,
  { pointer, isLines = false }: { pointer?: string | undefined; isLines?: boolean } = {},
): Promise<Row[]> {
  const text = bytes.toString();
  if (text.trim() === '' && isLines) return [];
  if (text.trim() === '') {
    throw problemIn(name, undefined, 'is empty, and nothing was done: it has to be an array of objects');
  }
  const scan = await scanJson(text, DEEPEST + AROUND, limit.most);
  const lineOf = (offset: number) => `line ${lineAtOffset(text, offset)}`;
  const documents = documentsIn(name, text, scan, limit, lineOf);
  const rows =
    pointer === undefined
      ? tableIn(name, documents, limit, { isLines, whereOf: (index) => lineOf(scan.documents[index]?.start ?? 0) })
      : documents.flatMap((document) => tableAt(name, document, pointer));
  if (rows.length > limit.most) throw tooManyRows(name, `${rows.length} rows`, limit);
  for (const [index, row] of rows.entries()) {
    if (isDeeper(row, DEEPEST)) throw problemIn(name, `row ${index + 1}`, TOO_DEEP);
  }
  return rows;
}

const TOO_DEEP = `nested deeper than ${DEEPEST} levels`;

type LineOf = (offset: number) => string;

/** One a line where each line is a document by itself: then an error has the very line. */
function documentsIn(name: string, text: string, scan: Scan, limit: RowLimit, lineOf: LineOf): unknown[] {
  if (scan.tooDeepAt !== undefined) throw problemIn(name, lineOf(scan.tooDeepAt), TOO_DEEP);
  const [only, ...others] = scan.documents;
  const mustFit = (count: number) => {
    if (count > limit.most) throw tooManyRows(name, `${count} rows`, limit);
  };
  if (others.length === 0) mustFit(scan.rows);
  const lines = linesOf(text);
  if (scan.documents.length > limit.most) {
    throw tooManyRows(name, `more than ${limit.most} rows (${lines.length} lines)`, limit);
  }
  if (scan.values > MOST_VALUES) throw tooManyValues(name);
  const read = (document: Document) => parsed(name, text, document, scan);
  if (only && others.length === 0 && lines.length <= 1) return [read(only)];
  try {
    return scan.documents.map(read);
  } catch (error) {
    if (!(error instanceof CallError) || !isByLine(text, lines)) throw error;
    // A bracket that is closed nowhere takes the following lines along: the first line that is no JSON is to blame.
    mustFit(lines.length);
    return lines.map(read);
  }
}

/** Lines with anything on them; a million at most, which nothing may have as rows. */
function linesOf(text: string): Document[] {
  const lines: Document[] = [];
  for (let start = 0; start < text.length && lines.length <= MOST_VALUES; ) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    if (text.slice(start, Math.min(end, start + 200)).trim() !== '' || text.slice(start, end).trim() !== '') {
      lines.push({ start, end });
    }
    start = end + 1;
  }
  return lines;
}

/** Whether the first line is JSON by itself, and there are others. */
function isByLine(text: string, [first, second]: Document[]): boolean {
  if (!first || !second) return false;
  try {
    const value: unknown = JSON.parse(text.slice(first.start, first.end));
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

function parsed(name: string, text: string, document: Document, { longNumbers }: Scan): unknown {
  const piece = withLongNumbers(text, document, longNumbers);
  try {
    return JSON.parse(piece);
  } catch {
    // The engine's own message shows a piece of the text, and not always the place.
    const { line, problem } = jsonProblem(piece) ?? { line: 1, problem: 'this is not JSON' };
    const before = lineAtOffset(text, document.start) - 1;
    throw problemIn(name, `line ${before + line}`, problem + hintFor(text));
  }
}

/** For a file that was never JSON. */
function hintFor(text: string): string {
  const start = text.trimStart();
  if (/^[[{"]/.test(start)) return '';
  const [line = ''] = /^[^\r\n]{0,1000}/.exec(start) ?? [];
  return /^[\w .-]+[,;\t][\w ,;\t.-]+$/.test(line) ? '. It looks like CSV: name it .csv' : '';
}

function lineAtOffset(text: string, offset: number): number {
  const before = Buffer.from(text.slice(0, offset));
  return lineAt(before, before.length);
}
