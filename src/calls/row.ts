/**
 * One row of a table: JSON values by column. Columns may have any name, `__proto__` too, so rows are only made by
 * JSON.parse or Object.fromEntries.
 */
export type Row = Record<string, unknown>;

/** Rows as they were read. */
export interface Table {
  rows: readonly Row[];
  /** Columns of a file that no template can use, which are in no row, and why: `two columns have this name`. */
  unusable?: ReadonlyMap<string, string>;
}

/** What a call over many rows is given. */
export interface GivenTable extends Table {
  /** A condition over a row: the call is about those alone for which it is true. */
  where?: string;
  /** What its templates take for the present, in all rows alike: milliseconds since 1970. */
  now: number;
}

/** Of all rows, in the order in which they come up. */
export function columnsOf(rows: readonly Row[]): Set<string> {
  const columns = new Set<string>();
  for (const row of rows) for (const column of Object.keys(row)) columns.add(column);
  return columns;
}

/** Whether arrays and objects in the value are nested deeper than `most` levels. */
export function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return most === 0 || Object.values(value).some((inner) => isDeeper(inner, most - 1));
}
