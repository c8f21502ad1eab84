// Reads rows from JSON and from JSON lines.

import type { Row } from '../calls/row.ts';
import { jsonProblem } from '../settings/located-json.ts';
import { lineAt, linesIn } from './file-text.ts';
import { MOST_VALUES, problemIn, type RowLimit, tooManyRows, tooManyValues } from './problem.ts';

// Of one row: whatever goes through a value may then do so by recursion.
const DEEPEST = 64;
// Around the rows: an array, and the object that may hold it.
const AROUND = 2;

/**
 * @param bytes UTF-8 without a byte-order mark: an array of objects, or an object with one as its `result`
 * @throws CallError InvalidArguments
 */
export function rowsOfJson(name: string, bytes: Buffer, limit: RowLimit): Row[] {
  const text = bytes.toString();
  if (text.trim() === '')
    throw problemIn(name, undefined, 'is empty, and nothing was done: it has to be an array of objects');
  const shape = shapeOf(text, DEEPEST + AROUND);
  if (shape.tooDeepAt !== undefined) {
    const before = Buffer.from(text.slice(0, shape.tooDeepAt));
    throw problemIn(name, `line ${lineAt(before, before.length)}`, TOO_DEEP);
  }
  if (shape.rows > limit.most) throw tooManyRows(name, `${shape.rows} rows`, limit);
  if (shape.values > MOST_VALUES) throw tooManyValues(name);
  const value = parsed(name, text, 0);
  const rows = isRow(value) && Object.hasOwn(value, 'result') ? value.result : value;
  if (!Array.isArray(rows)) throw problemIn(name, undefined, 'has to be an array of objects');
  if (rows.length > limit.most) throw tooManyRows(name, `${rows.length} rows`, limit);
  for (const [index, row] of rows.entries()) {
    if (!isRow(row)) throw problemIn(name, `row ${index + 1}`, 'this is not an object');
  }
  return rows;
}

/**
 * @param bytes UTF-8 without a byte-order mark: one object a line; lines with nothing in them are passed over
 * @throws CallError InvalidArguments
 */
export function rowsOfJsonLines(name: string, bytes: Buffer, limit: RowLimit): Row[] {
  const rows: Row[] = [];
  let line = 0;
  let values = 0;
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found;
    const text = bytes.toString('utf8', start, end);
    start = end + 1;
    line++;
    if (text.trim() === '') continue;
    if (rows.length === limit.most) {
      throw tooManyRows(name, `more than ${limit.most} rows (${linesIn(bytes)} lines)`, limit);
    }
    const shape = shapeOf(text, DEEPEST);
    if (shape.tooDeepAt !== undefined) throw problemIn(name, `line ${line}`, TOO_DEEP);
    values += shape.values;
    if (values > MOST_VALUES) throw tooManyValues(name);
    const row = parsed(name, text, line - 1);
    if (!isRow(row)) throw problemIn(name, `line ${line}`, 'this is not an object');
    rows.push(row);
  }
  return rows;
}

const TOO_DEEP = `nested deeper than ${DEEPEST} levels`;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(name: string, text: string, linesBefore: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own message shows a piece of the text, and not always the place.
    const { line, problem } = jsonProblem(text) ?? { line: 1, problem: 'this is not JSON' };
    throw problemIn(name, `line ${linesBefore + line}`, problem);
  }
}

/**
 * How much there is, before it becomes objects, which may take fifty times the memory of the text. `values` is at
 * least the number of values, `rows` how many values the outermost array has; of a text that is no JSON, both may be
 * anything.
 */
function shapeOf(text: string, deepest: number): { values: number; rows: number; tooDeepAt?: number } {
  const isArray = text.trimStart().startsWith('[');
  let rows = 1;
  let values = 1;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '"') index = closingQuote(text, index);
    else if (character === ',') {
      values++;
      if (isArray && depth === 1) rows++;
    } else if (character === '}' || character === ']') depth--;
    else if (character === '{' || character === '[') {
      values++;
      if (++depth > deepest) return { values, rows, tooDeepAt: index };
    }
  }
  return { values, rows };
}

function closingQuote(text: string, opening: number): number {
  for (let index = opening + 1; index < text.length; index++) {
    if (text[index] === '"') return index;
    if (text[index] === '\\') index++;
  }
  return text.length;
}
