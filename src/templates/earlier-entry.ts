// The names in an entry of an earlier result, which an output file is made of: what was found, and the older columns, stand a
// step or two below it, and go by their own names all the same.

type Values = Readonly<Record<string, unknown>>;

// By which an entry is known.
const MARK = 'has_error';
const FOUND = 'result';
const OLDER = 'input';
// As deep as a row itself may be.
const DEEPEST = 64;

export function isEarlierEntry(row: Values): boolean {
  return Object.hasOwn(row, MARK);
}

/**
 * What has the name below an entry, where the entry itself has no such column: a field of what was found wins over an
 * older column.
 * @param at what stands under a column of the entry, dotted columns included
 */
export function inEarlierEntry(name: string, at: (column: string) => unknown): unknown {
  const found = fieldIn(at(FOUND), name, DEEPEST);
  if (found !== undefined) return found;
  const older = at(OLDER);
  return isObject(older) && Object.hasOwn(older, name) ? older[name] : undefined;
}

/** The names that `inEarlierEntry` knows. */
export function namesInEarlierEntry(at: (column: string) => unknown): string[] {
  const older = at(OLDER);
  return [...fieldNames(at(FOUND), DEEPEST), ...(isObject(older) ? Object.keys(older) : [])];
}

/** The nearest. */
function fieldIn(value: unknown, name: string, depth: number): unknown {
  if (!isObject(value) || depth === 0) return undefined;
  if (Object.hasOwn(value, name)) return value[name];
  for (const inner of Object.values(value)) {
    const found = fieldIn(inner, name, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function fieldNames(value: unknown, depth: number): string[] {
  if (!isObject(value) || depth === 0) return [];
  return Object.entries(value).flatMap(([name, inner]) => (isObject(inner) ? fieldNames(inner, depth - 1) : [name]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
