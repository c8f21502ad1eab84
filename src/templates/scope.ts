// What a template can name: the columns of its row, what a read of it came to, and the reference values of the connection.
import { inEarlierEntry, isEarlierEntry, namesInEarlierEntry } from './earlier-entry.ts';
import { writtenAs } from './written-as.ts';

type Values = Readonly<Record<string, unknown>>;

/** What a template or a condition sees of one row. */
export interface Seen {
  row: Values;
  /** Reference values of the connection; columns win over them. */
  values?: Values;
  /** What a read came to: its fields go by their own names and win over columns. */
  result?: Values;
}

/** A name that is not there, and the names that are, as they are written. */
export interface Missing {
  /** Up to what is missing: `env.PROD_SECRET`. */
  expression: string;
  among: string[];
  /** How many steps there are above it. */
  depth: number;
  /** Above it there is null, so that nobody can know. */
  isBelowNull: boolean;
}

// As deep as a row itself may be.
const MOST_PARTS = 64;
// Of one header in all.
const MOST_PARTS_IN_ALL = 4000;

/** A value, or what lies below a name. */
type Tree = Map<string, unknown>;

/** The columns of one header that are nested objects too, with the parts of their names, by the first of them. */
type Nesting = ReadonlyMap<string, readonly { column: string; parts: readonly string[] }[]>;

/** The scopes of one table's rows, which mostly have one header: what its names come to is worked out once. */
export class Scopes {
  readonly #nestings = new Map<string, Nesting>();

  of(seen: Seen): Scope {
    return new Scope(seen, () => this.#nestingOf(seen.row));
  }

  #nestingOf(row: Values): Nesting {
    const columns = Object.keys(row);
    if (!columns.some((column) => column.includes('.'))) return new Map();
    const header = JSON.stringify(columns);
    const nesting = this.#nestings.get(header) ?? nestingOf(row);
    this.#nestings.set(header, nesting);
    return nesting;
  }
}

/**
 * Every field of the result and every column under its own name; the whole row as `row` and the whole result as `result`,
 * unless something has that name; where a column is dotted (`input.user`) and no column has the first part as its name,
 * nested objects too, so that a file that this program wrote reads as it was: and then what was found, and the older
 * columns, also go by their own names. A condition over a result names its row `input` too, as entries show it. Reference
 * values lie below all of this.
 */
export class Scope {
  readonly #seen: Seen;
  readonly #nestingOf: () => Nesting;

  constructor(seen: Seen, nesting: () => Nesting) {
    this.#seen = seen;
    this.#nestingOf = nesting;
  }

  /** Those of `roots` that there are, with only the second steps that are wanted. */
  pick(roots: ReadonlyMap<string, ReadonlySet<string> | undefined>): Record<string, unknown> {
    const picked: [string, unknown][] = [];
    for (const [name, seconds] of roots) {
      const value = this.get(name);
      // A wide row for the sake of a few columns of it is a lot of work for the engine.
      if (value !== undefined) picked.push([name, seconds && isObject(value) ? onlyOf(value, seconds) : value]);
    }
    return Object.fromEntries(picked);
  }

  /** Undefined where there is none. */
  get(name: string): unknown {
    const { row, values, result } = this.#seen;
    if (result && Object.hasOwn(result, name)) return result[name];
    if (Object.hasOwn(row, name)) return row[name];
    if (name === 'result' && result) return result;
    if (name === 'row' && this.#hasRow()) return row;
    if (name === 'input' && result && !this.#nestingOf().has(name)) return row;
    const below = this.#nestedAt(name);
    if (below !== undefined) return below;
    const earlier = isEarlierEntry(row) ? inEarlierEntry(name, (column) => this.#columnAt(column)) : undefined;
    if (earlier !== undefined) return earlier;
    return values && Object.hasOwn(values, name) ? values[name] : undefined;
  }

  #columnAt(name: string): unknown {
    const { row } = this.#seen;
    return Object.hasOwn(row, name) ? row[name] : this.#nestedAt(name);
  }

  /** What dotted columns come to. */
  #nestedAt(name: string): unknown {
    const columns = this.#nestingOf().get(name);
    return columns && nested(columns, this.#seen.row);
  }

  /** As templates write them. */
  names(): string[] {
    const { row, values = {}, result } = this.#seen;
    const nesting = this.#nestingOf();
    const nestedColumns = new Set([...nesting.values()].flat().map(({ column }) => column));
    const columns = Object.keys(row).map((column) =>
      nestedColumns.has(column) && column.split('.').every(isPlainName) ? column : writtenAs(column),
    );
    const whole = [...(this.#hasRow() ? ['row'] : []), ...(result ? ['result'] : [])];
    const earlier = isEarlierEntry(row)
      ? namesInEarlierEntry((column) => this.#columnAt(column)).filter(isPlainName)
      : [];
    const own = Object.keys(result ?? {}).map(writtenAs);
    return [...new Set([...own, ...columns, ...earlier, ...Object.keys(values), ...whole])];
  }

  columns(): string[] {
    return Object.keys(this.#seen.row);
  }

  lookUp(path: readonly string[]): Missing | undefined {
    const [root = '', ...steps] = path;
    let there = this.get(root);
    if (there === undefined) return { expression: pathText([root]), among: this.names(), depth: 0, isBelowNull: false };
    for (const [index, step] of steps.entries()) {
      const isNumber = /^\d+$/.test(step);
      // Of a text, a character can be asked for.
      if (typeof there === 'string' && isNumber && Number(step) < there.length) {
        there = there[Number(step)];
        continue;
      }
      // Of a list, JavaScript would find its length as well.
      if (!isObject(there) || !Object.hasOwn(there, step) || (Array.isArray(there) && !isNumber)) {
        const among = isObject(there) && !Array.isArray(there) ? Object.keys(there) : [];
        const expression = pathText(path.slice(0, index + 2));
        return { expression, among, depth: index + 1, isBelowNull: there === null };
      }
      there = (there as Record<string, unknown>)[step];
    }
    return undefined;
  }

  /** A call without rows has none. */
  #hasRow(): boolean {
    return this.#seen.result !== undefined || Object.keys(this.#seen.row).length > 0;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isPlainName(name: string): boolean {
  return writtenAs(name) === name;
}

function onlyOf(value: object, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value;
  const wanted = [...names].filter((name) => Object.hasOwn(value, name));
  return Object.fromEntries(wanted.map((name) => [name, (value as Record<string, unknown>)[name]]));
}

/** As a template has it: `row['User name']`, `rows[0].user`. */
function pathText([root = '', ...steps]: readonly string[]): string {
  const inBrackets = (step: string) => (/^\d+$/.test(step) ? `[${step}]` : `['${step}']`);
  return root + steps.map((step) => (/^[A-Za-z_]\w*$/.test(step) ? `.${step}` : inBrackets(step))).join('');
}

function nestingOf(row: Values): Nesting {
  const nesting = new Map<string, { column: string; parts: readonly string[] }[]>();
  let left = MOST_PARTS_IN_ALL;
  for (const column of Object.keys(row)) {
    // No longer than a column that is nested can be told to be from.
    const parts = column.includes('.') ? column.split('.', MOST_PARTS + 1) : [];
    if (!isNested(column, parts, row)) continue;
    left -= parts.length;
    if (left < 0) break;
    const [root = ''] = parts;
    nesting.set(root, [...(nesting.get(root) ?? []), { column, parts }]);
  }
  return nesting;
}

/** Not below another column, which has a value of its own: of `a.b` and `a.b.c`, only the first is nested. */
function isNested(column: string, parts: readonly string[], row: Values): boolean {
  if (parts.length < 2 || parts.length > MOST_PARTS || parts.includes('')) return false;
  let end = -1;
  return !parts.slice(1).some((_, index) => {
    end += 1 + (parts[index]?.length ?? 0);
    return Object.hasOwn(row, column.slice(0, end));
  });
}

function nested(columns: readonly { column: string; parts: readonly string[] }[], row: Values): unknown {
  const root: Tree = new Map();
  for (const { column, parts } of columns) plant(root, parts.slice(1), row[column]);
  return objectOf(root);
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
