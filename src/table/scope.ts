// What a template can name: the columns of its row, and the reference values of the connection.
import type { Row } from './row.ts';

// As deep as a row itself may be.
const MOST_PARTS = 64;

/** A value, or what lies below a name. */
type Tree = Map<string, unknown>;

/**
 * What templates see of a row: every column under its own name; where a column is dotted (`input.user`) and no column
 * has the first part as its name, also as nested objects, so that a file that this program wrote reads as it was; and
 * the whole row as `row`, unless a column has that name. Reference values lie below all of this.
 */
export function scopeOf(row: Row, referenceValues: Record<string, string>): Record<string, unknown> {
  // The columns first, as an error lists them.
  return Object.fromEntries([
    ...Object.entries(row),
    ...Object.entries(referenceValues),
    ...nestedColumns(row),
    ['row', row],
    ...Object.entries(row),
  ]);
}

function nestedColumns(row: Row): [string, unknown][] {
  const root: Tree = new Map();
  for (const [column, value] of Object.entries(row)) {
    const parts = column.split('.');
    if (isNested(parts, row)) plant(root, parts, value);
  }
  return [...root].map(([name, value]) => [name, objectOf(value)]);
}

/** Not below another column, which has a value of its own: of `a.b` and `a.b.c`, only the first is nested. */
function isNested(parts: string[], row: Row): boolean {
  if (parts.length < 2 || parts.length > MOST_PARTS || parts.includes('')) return false;
  return !parts.some((_, index) => index > 0 && Object.hasOwn(row, parts.slice(0, index).join('.')));
}

function plant(root: Tree, parts: string[], value: unknown): void {
  let tree = root;
  for (const part of parts.slice(0, -1)) {
    const below = tree.get(part);
    const next: Tree = below instanceof Map ? below : new Map();
    tree.set(part, next);
    tree = next;
  }
  tree.set(parts.at(-1) ?? '', value);
}

function objectOf(value: unknown): unknown {
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([name, below]) => [name, objectOf(below)]));
}
