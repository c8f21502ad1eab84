// Filters over lists and objects, with values told apart as comparisons do.
import { isEqual } from './compare.ts';
import { dictOf, isNull, plain, Refused, textOf, type Value } from './values.ts';

const DEEPEST = 32;

/** Null is an empty text in it. */
export function join(value: Value, separator: Value): string {
  const by = isNull(separator) ? '' : textOf(separator);
  const items =
    typeof value === 'string' ? [...value] : isNull(value) ? [] : value instanceof Map ? [...value.keys()] : value;
  if (!Array.isArray(items)) throw new Refused('expected a list');
  return items
    .map((item) => (typeof item === 'object' && item !== null ? JSON.stringify(plain(item)) : textOf(item ?? '')))
    .join(by);
}

export function flatten(list: Value[], levels: Value): unknown {
  return plain(flat(list, typeof levels === 'number' ? Math.min(levels, DEEPEST) : DEEPEST));
}

function flat(list: Value[], levels: number): Value[] {
  return list.flatMap((item) => {
    if (isNull(item)) return [];
    return Array.isArray(item) && levels > 0 ? flat(item, levels - 1) : [item];
  });
}

export function union(list: Value[], other: Value[]): unknown {
  return plain(unique([...list, ...other]));
}

export function intersect(list: Value[], other: Value[]): unknown {
  return plain(unique(list.filter((item) => has(other, item))));
}

export function without(list: Value[], other: Value[]): unknown {
  return plain(unique(list.filter((item) => !has(other, item))));
}

export function symmetric(list: Value[], other: Value[]): unknown {
  return plain(unique([...list.filter((item) => !has(other, item)), ...other.filter((item) => !has(list, item))]));
}

/** The later ones win; with `recursive`, within objects too. */
export function combine(dicts: Map<string, Value>[], isRecursive: boolean): unknown {
  return plain(dicts.reduce((one, other) => combineTwo(one, other, isRecursive), new Map()));
}

function combineTwo(one: Map<string, Value>, other: Map<string, Value>, isRecursive: boolean): Map<string, Value> {
  const combined = new Map(one);
  for (const [name, item] of other) {
    const before = combined.get(name);
    const isWithin = isRecursive && before instanceof Map && item instanceof Map;
    combined.set(name, isWithin ? combineTwo(before, item, true) : item);
  }
  return combined;
}

export function toDict(list: Value[]): unknown {
  return plain(new Map(list.map((item) => [textOf(dictOf(item).get('key')), dictOf(item).get('value')])));
}

function has(list: Value[], item: Value): boolean {
  return list.some((other) => isEqual(item, other));
}

function unique(list: Value[]): Value[] {
  const found: Value[] = [];
  for (const item of list) if (!has(found, item)) found.push(item);
  return found;
}
