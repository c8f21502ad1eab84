// Rows with values inside values, made flat for a format that has only cells: `{"a": {"b": 1}}` has a column `a.b`.

import type { Row } from '../calls/row.ts';
import { MOST_COLUMNS } from './problem.ts';

// Deeper values, of which our own rows have none, stay whole in one cell.
const DEEPEST = 64;

interface Column {
  path: string[];
  hasValues: boolean;
}

export interface FlatTable {
  /** One name a column, all different, in order of first appearance. */
  header: string[];
  /** As many cells as the header has: texts, numbers, booleans, arrays, empty objects; undefined where there is none. */
  records: unknown[][];
}

/** Objects become columns with dots in their names, unless there would be more than anything could show. */
export function flatten(entries: readonly Row[]): FlatTable {
  return flattenTo(DEEPEST, entries) ?? (flattenTo(1, entries, Number.POSITIVE_INFINITY) as FlatTable);
}

function flattenTo(depth: number, entries: readonly Row[], mostColumns = MOST_COLUMNS): FlatTable | undefined {
  // By path, since two may come to the same name: {"a.b": 1} and {"a": {"b": 1}}.
  const columns = new Map<string, Column>();
  const parents = new Set<string>();
  const flat: Map<string, unknown>[] = [];
  for (const entry of entries) {
    const record = new Map<string, unknown>();
    for (const [path, value] of leaves(entry, [], depth)) {
      const key = JSON.stringify(path);
      record.set(key, value);
      const column = columns.get(key) ?? { path, hasValues: false };
      column.hasValues ||= value !== null && value !== undefined;
      if (!columns.has(key)) {
        columns.set(key, column);
        for (let end = 1; end < path.length; end++) parents.add(JSON.stringify(path.slice(0, end)));
      }
      if (columns.size > mostColumns) return undefined;
    }
    flat.push(record);
  }
  // {"a": null} beside {"a": {"b": 1}} says nothing that an empty `a.b` does not.
  const kept = [...columns].filter(([key, { hasValues }]) => hasValues || !parents.has(key));
  return {
    header: namesOf(kept.map(([, { path }]) => path)),
    records: flat.map((record) => kept.map(([key]) => record.get(key) ?? undefined)),
  };
}

function* leaves(value: object, path: string[], depth: number): Generator<[path: string[], value: unknown]> {
  for (const [name, inner] of Object.entries(value)) {
    const here = [...path, name];
    const isObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    if (isObject && here.length < depth && Object.keys(inner).length > 0) yield* leaves(inner, here, depth);
    else yield [here, inner];
  }
}

/** Names that a reader takes as they are: trimmed, not empty, in characters that UTF-8 has, and each only once. */
function namesOf(paths: string[][]): string[] {
  const names = new Set<string>();
  for (const path of paths) {
    const wanted = Buffer.from(path.join('.')).toString().trim() || 'unnamed';
    let name = wanted;
    for (let number = 2; names.has(name); number++) name = `${wanted} (${number})`;
    names.add(name);
  }
  return [...names];
}
