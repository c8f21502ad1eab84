// The rows of a call's table, from the call itself or from a file, within the limits that hold for both.
import { type Action, isChange } from '../actions/action.ts';
import type { Row } from '../calls/row.ts';
import type { TableArguments } from '../calls/table-arguments.ts';
import { CallError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import type { TableFiles } from './files.ts';
import { checkedFormat } from './format.ts';
import { checkColumns, problemIn, type RowLimit, tooManyRows } from './problem.ts';
import { readRows } from './read-rows.ts';

const LONGEST_ROW = 64 * 1024;

/** @throws CallError InvalidArguments for a file that cannot be read or has no rows, or for too many rows */
export async function readTable(
  given: TableArguments,
  action: Action,
  settings: Settings,
  files: TableFiles,
): Promise<Row[]> {
  const { most, option } = rowLimitOf(action, settings);
  const { rows_file: name, rows = [] } = given;
  if (name !== undefined) {
    checkedFormat(name, 'rows_file');
    const fromFile = await readRows(name, files.read(name, 'rows_file'), { most, option });
    if (fromFile.length === 0) throw problemIn(name, undefined, 'has no rows, and nothing was done');
    refuseLongRows(fromFile);
    return fromFile;
  }
  if (rows.length > most) throw tooManyRows('rows', `${rows.length} rows`, { most, option });
  checkColumns('rows', rows);
  refuseLongRows(rows);
  return rows;
}

/** How many rows a call may have, wherever they come from. */
export function rowLimitOf(action: Action, { maxRows, maxChangeRows }: Settings): RowLimit {
  const isLess = isChange(action) && maxChangeRows < maxRows;
  return { most: isLess ? maxChangeRows : maxRows, option: isLess ? '--max-change-rows' : '--max-rows' };
}

/** Each entry of the result has its row in it, and a model its window. */
export function refuseLongRows(rows: readonly Row[]): void {
  for (const [index, row] of rows.entries()) {
    const bytes = Buffer.byteLength(JSON.stringify(row));
    if (bytes <= LONGEST_ROW) continue;
    throw new CallError(
      'InvalidArguments',
      `row ${index + 1} has ${bytes} bytes, and at most ${LONGEST_ROW} are taken`,
    );
  }
}
