/**
 * One row of a table: JSON values by column. Columns may have any name, `__proto__` too, so rows are only made by
 * JSON.parse or Object.fromEntries.
 */
export type Row = Record<string, unknown>;
