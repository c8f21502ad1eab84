// What is wrong with a table in a file, said by the file's name and the line; never by what stands there.

import type { Row } from '../calls/row.ts';
import { CallError } from '../errors.ts';
import { shownName } from './file-name.ts';

// Far beyond what anyone goes through by hand; a file may be made to use up the memory of this program.
export const MOST_COLUMNS = 1000;
export const MOST_VALUES = 1_000_000;
// Of the dotted names of all columns together. Each is an object in what a template sees of a row.
const MOST_NAME_PARTS = 10_000;

/** @param where such as 'line 3', or nothing where it is the whole file */
export function problemIn(name: string, where: string | undefined, what: string): CallError {
  const place = where === undefined ? ' ' : `, ${where}: `;
  return new CallError('InvalidArguments', `${shownName(name)}${place}${what}`);
}

/** How many rows are taken, and by which option. */
export interface RowLimit {
  most: number;
  option: string;
}

/** @param has such as '2000 rows' */
export function tooManyRows(name: string, has: string, { most, option }: RowLimit): CallError {
  const what = `has ${has}, and at most ${most} are taken (${option}): split it`;
  return problemIn(name, undefined, what);
}

export const tooManyColumns = (name: string): CallError =>
  problemIn(name, undefined, `has more than ${MOST_COLUMNS} columns, which is more than are taken`);

/** @throws CallError InvalidArguments when all rows together have more columns, or in their names more parts, than are taken */
export function checkColumns(name: string, rows: readonly Row[]): void {
  const columns = new Set<string>();
  for (const row of rows) {
    for (const column of Object.keys(row)) columns.add(column);
    if (columns.size > MOST_COLUMNS) throw tooManyColumns(name);
  }
  checkNameParts(name, columns);
}

/** @throws CallError InvalidArguments */
export function checkNameParts(name: string, columns: Iterable<string>): void {
  let parts = 0;
  for (const column of columns) parts += column.split('.').length;
  if (parts <= MOST_NAME_PARTS) return;
  const what = `has columns whose names have ${parts} parts between dots, and at most ${MOST_NAME_PARTS} are taken`;
  throw problemIn(name, undefined, what);
}

export const tooManyValues = (name: string): CallError =>
  problemIn(name, undefined, `has more than ${MOST_VALUES} values, which is more than are taken: split it`);
