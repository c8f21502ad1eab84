/**
 * One row of a table: JSON values by column. Columns may have any name, `__proto__` too, so rows are only made by
 * JSON.parse or Object.fromEntries.
 */
export type Row = Record<string, unknown>;

export interface Table {
  rows: Row[];
  /** Columns of a file that no template can use, which are in no row, and why: `two columns have this name`. */
  unusable: ReadonlyMap<string, string>;
}
