// What a template can name: the columns of its row, and the reference values of the connection.
import type { Row } from './row.ts';

// As deep as a row itself may be.
const MOST_PARTS = 64;

/** A value, or what lies below a name. */
type Tree = Map<string, unknown>;

/** The columns of one header that are nested objects too, with the parts of their names. */
type Nesting = readonly { column: string; parts: readonly string[] }[];

/** The scopes of one table's rows, which mostly have one header: what its names come to is worked out once. */
export class Scopes {
  readonly #nestings = new Map<string, Nesting>();

  /**
   * What templates see of a row: every column under its own name; where a column is dotted (`input.user`) and no column
   * has the first part as its name, also as nested objects, so that a file that this program wrote reads as it was; and
   * the whole row as `row`, unless a column has that name. Reference values lie below all of this.
   */
  of(row: Row, referenceValues: Record<string, string>): Record<string, unknown> {
    // The columns first, as an error lists them.
    return Object.fromEntries([
      ...Object.entries(row),
      ...Object.entries(referenceValues),
      ...nestedColumns(row, this.#nestingOf(row)),
      ['row', row],
      ...Object.entries(row),
    ]);
  }

  #nestingOf(row: Row): Nesting {
    const header = JSON.stringify(Object.keys(row));
    const nesting = this.#nestings.get(header) ?? nestingOf(row);
    this.#nestings.set(header, nesting);
    return nesting;
  }
}

function nestingOf(row: Row): Nesting {
  return Object.keys(row).flatMap((column) => {
    const parts = column.includes('.') ? column.split('.') : [];
    return isNested(column, parts, row) ? { column, parts } : [];
  });
}

/** Not below another column, which has a value of its own: of `a.b` and `a.b.c`, only the first is nested. */
function isNested(column: string, parts: readonly string[], row: Row): boolean {
  if (parts.length < 2 || parts.length > MOST_PARTS || parts.includes('')) return false;
  let end = -1;
  return !parts.slice(1).some((_, index) => {
    end += 1 + (parts[index]?.length ?? 0);
    return Object.hasOwn(row, column.slice(0, end));
  });
}

function nestedColumns(row: Row, nesting: Nesting): [string, unknown][] {
  const root: Tree = new Map();
  for (const { column, parts } of nesting) plant(root, parts, row[column]);
  return [...root].map(([name, value]) => [name, objectOf(value)]);
}

function plant(root: Tree, parts: readonly string[], value: unknown): void {
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
