// From the cells of a sheet to rows, by the same rules as for CSV.

import { headerOf, titleAbove, titleProblem } from './header.ts';
import { problemIn, type RowLimit, tooManyRows } from './problem.ts';
import type { FileTable } from './read-rows.ts';

/** @throws CallError InvalidArguments */
export function tableOfCells(name: string, cells: readonly (readonly string[])[], limit: RowLimit): FileTable {
  const at = cells.findIndex((row) => row.some((cell) => cell.trim() !== ''));
  const first = cells[at];
  if (!first) throw problemIn(name, undefined, 'has nothing in that sheet, and nothing was done');
  const header = headerOf(name, first, `row ${at + 1}`);
  const below = cells.slice(at + 1).filter((row) => row.some((cell) => cell.trim() !== ''));
  if (below.length > limit.most) throw tooManyRows(name, `${below.length} rows`, limit);
  const [second] = below;
  if (second && titleAbove(header, withoutEnd(second))) {
    const line = cells.indexOf(second) + 1;
    throw problemIn(name, `row ${line}`, titleProblem(withoutEnd(second).length));
  }
  const rows = below.map((row) =>
    Object.fromEntries(header.columns.map(([column, index]) => [column, row[index] ?? ''])),
  );
  return { rows, unusable: header.unusable, columns: header.columns.map(([column]) => column) };
}

function withoutEnd(row: readonly string[]): readonly string[] {
  return row.slice(0, row.findLastIndex((cell) => cell.trim() !== '') + 1);
}
