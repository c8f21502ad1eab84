// The rows of a call's table, from the call itself or from a file, within the limits that hold for both.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Action, isChange } from '../actions/action.ts';
import type { Program } from '../calls/program.ts';
import type { Row, Table } from '../calls/row.ts';
import type { TableArguments } from '../calls/table-arguments.ts';
import { CallError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { checkedTable } from './checked-table.ts';
import type { TableFiles } from './files.ts';
import { hideSecrets } from './hide-secrets.ts';
import { shownNames } from './json-table.ts';
import { checkColumns, problemIn, type RowLimit, tooManyRows } from './problem.ts';
import { readRows } from './read-rows.ts';

const LONGEST_ROW = 64 * 1024;
const ROWS_AT_ONCE = 500;

/**
 * What this program once wrote into a file as a secret is hidden in its rows, and in whatever is made of them.
 * @throws CallError InvalidArguments for a file that cannot be read or has no rows, or for too many rows
 */
export async function readTable(
  given: TableArguments,
  action: Action,
  { settings, redactor }: Pick<Program, 'settings' | 'redactor'>,
  files: TableFiles,
): Promise<Table> {
  const { most, option } = readLimitOf(given, action, settings);
  const { rows_file: name, rows = [] } = given;
  if (name !== undefined) {
    const { file } = checkedTable(name, 'rows_file');
    const { rows: fromFile, unusable, columns } = await readRows(name, files.read(file, 'rows_file'), { most, option });
    if (fromFile.length === 0) throw problemIn(name, undefined, withoutRows(columns));
    await refuseLongRows(fromFile);
    return { rows: await hideSecrets(fromFile, redactor), unusable };
  }
  if (rows.length > most) throw tooManyRows('rows', `${rows.length} rows`, { most, option });
  checkColumns('rows', rows);
  await refuseLongRows(rows);
  return { rows, unusable: new Map() };
}

function withoutRows(columns: readonly string[] | undefined): string {
  const names = columns && columns.length > 0 ? `: it only names columns (${shownNames(columns)})` : '';
  return `has no rows, and nothing was done${names}`;
}

/** How many rows may be read: where a condition chooses among them, the limit of changes is on those that it chooses. */
export function readLimitOf({ where }: Pick<TableArguments, 'where'>, action: Action, settings: Settings): RowLimit {
  return where === undefined ? rowLimitOf(action, settings) : { most: settings.maxRows, option: '--max-rows' };
}

/** How many rows a call may be about, wherever they come from. */
export function rowLimitOf(action: Action, { maxRows, maxChangeRows }: Settings): RowLimit {
  const isLess = isChange(action) && maxChangeRows < maxRows;
  return { most: isLess ? maxChangeRows : maxRows, option: isLess ? '--max-change-rows' : '--max-rows' };
}

/** Each entry of the result has its row in it, and a model its window. */
export async function refuseLongRows(rows: readonly Row[]): Promise<void> {
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await nextTurn();
    const bytes = Buffer.byteLength(JSON.stringify(row));
    if (bytes <= LONGEST_ROW) continue;
    throw new CallError(
      'InvalidArguments',
      `row ${index + 1} has ${bytes} bytes, and at most ${LONGEST_ROW} are taken`,
    );
  }
}
