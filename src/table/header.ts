// The line of a sheet or of CSV that names the columns.
import { unescapeFormula } from './formula.ts';
import { checkNameParts, MOST_COLUMNS, problemIn, tooManyColumns } from './problem.ts';

export interface Header {
  /** How many cells a row may have. */
  width: number;
  /** Those with a name of their own, and where each stands. */
  columns: [column: string, at: number][];
  unusable: Map<string, string>;
}

/** Columns without a name are left out, and so are those that share one: nobody could tell which of them is meant. */
export function headerOf(name: string, record: readonly string[], where: string): Header {
  if (record.length > MOST_COLUMNS) throw tooManyColumns(name);
  const places = new Map<string, number>();
  const unusable = new Map<string, string>();
  for (const [at, cell] of record.entries()) {
    const column = unescapeFormula(cell.trim());
    if (column === '') continue;
    if (places.has(column)) unusable.set(column, 'two columns have this name');
    else places.set(column, at);
  }
  for (const column of unusable.keys()) places.delete(column);
  if (places.size === 0) {
    throw problemIn(name, where, 'all columns have the same name: its first line has to name the columns');
  }
  checkNameParts(name, places.keys());
  return { width: record.length, columns: [...places], unusable };
}

/** Whether this first row tells that what was taken for the header is a title: one text above several. */
export function titleAbove({ columns, unusable }: Header, cells: readonly string[]): boolean {
  const isOne = columns.length === 1 && unusable.size === 0 && columns[0]?.[1] === 0;
  return isOne && cells.length > 1 && cells.every((cell) => cell.trim() !== '');
}

export function titleProblem(count: number): string {
  return `${count} values, below a line with one text, which looks like a title: if this line names the columns, delete what is above it`;
}
