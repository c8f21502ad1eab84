// The thread that reads a sheet of a workbook: what is in the file is checked first, and only what was checked is given
// to the library.
import { parentPort, workerData } from 'node:worker_threads';
import { InvalidSpreadsheetError, readSheet, SheetNotFoundError } from 'read-excel-file/universal';
import { cleanLine } from '../clean-text.ts';
import { checkedWorkbook, sheetNames, WorkbookProblem } from './xlsx-check.ts';

export type SheetAnswer = { rows: string[][] } | { problem: string };

// Of all cells together: one long text may stand in a million of them.
const MOST_CHARACTERS = 16 * 1024 * 1024;
const FEW = 10;
// Excel's own limit is 31 characters; a file may have others.
const LONGEST_NAME = 60;

const { bytes, sheet } = workerData as { bytes: Uint8Array; sheet: string };
parentPort?.postMessage(await answer());

async function answer(): Promise<SheetAnswer> {
  try {
    const checked = checkedWorkbook(bytes);
    const names = sheetNames(checked.entries);
    const found = sheet === '' ? 1 : names.find((each) => each === sheet);
    if (found === undefined) return { problem: noSheet(names) };
    const cells = await readSheet(checked.zip().buffer as ArrayBuffer, found, { trim: false, parseNumber: numberText });
    return { rows: texts(cells as unknown[][]) };
  } catch (error) {
    if (error instanceof WorkbookProblem) return { problem: error.message };
    if (error instanceof SheetNotFoundError) return { problem: 'has no sheet of that name' };
    // Its message has the cell's place and no value.
    const [place = ''] = error instanceof InvalidSpreadsheetError ? (/row \d+, col \d+/.exec(error.message) ?? []) : [];
    return {
      problem: place
        ? `has a cell without a value that can be read (${place}): open it in Excel, save it, or save the sheet as CSV`
        : 'cannot be read as a workbook, it may be damaged: save the sheet as CSV',
    };
  }
}

function noSheet(names: readonly string[]): string {
  const few = names
    .slice(0, FEW)
    .map((name) => `'${cleanLine(name, LONGEST_NAME)}'`)
    .join(', ');
  return `has no sheet of that name; its sheets are ${few}${names.length > FEW ? ' and others' : ''}`;
}

function texts(cells: readonly (readonly unknown[])[]): string[][] {
  let left = MOST_CHARACTERS;
  return cells.map((row) =>
    row.map((cell) => {
      const text = textOf(cell);
      left -= text.length;
      if (left < 0) throw new WorkbookProblem('has more text in its cells than is read: split it');
      return text;
    }),
  );
}

/** As a person sees it, dates apart, of which there is one form that sorts. */
function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) {
    if (Number.isNaN(cell.getTime())) return '';
    // Excel's days are floating points: a second may be some milliseconds short.
    const time = new Date(Math.round(cell.getTime() / 1000) * 1000).toISOString();
    return time.endsWith('T00:00:00.000Z') ? time.slice(0, 10) : `${time.slice(0, 19)}Z`;
  }
  return String(cell);
}

/** Without an exponent, and without the digits that a floating point has too many: 0.30000000000000004. */
function numberText(written: string): string {
  const number = Number(written);
  if (!Number.isFinite(number)) return written;
  if (/^-?\d+$/.test(written)) return written;
  const short = Number(number.toPrecision(15));
  const text = String(short);
  if (!/e/i.test(text)) return text;
  return Number.isInteger(short) ? BigInt(short).toString() : short.toFixed(20).replace(/\.?0+$/, '');
}
