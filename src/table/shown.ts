// How much of each row a result shows: the columns that the call uses, or all.
import type { Row } from '../calls/row.ts';
import { isTemplate } from '../templates/render.ts';
import { usedNames } from '../templates/used-names.ts';
import { lifted } from './earlier-columns.ts';

export interface Shown {
  detail: 'brief' | 'full';
  /** The paths that templates take from a row. `['row', 'User name']` is that column, `['row']` alone all of them. */
  columns: readonly string[][];
}

/** As it stands in an output file. */
export const EVERYTHING: Shown = { detail: 'full', columns: [] };

// A longer value says too much to a model that has to read hundreds.
const LONGEST_VALUE = 300;

/**
 * @param fields of the call, of which some are templates
 * @param conditions over rows and what they come to
 */
export function shownBy(
  fields: readonly unknown[],
  conditions: readonly (string | undefined)[],
  detail: Shown['detail'],
): Shown {
  const templates = fields.filter((field) => typeof field === 'string').filter(isTemplate);
  return { detail, columns: usedNames([...templates, ...conditions.filter((text) => text !== undefined)]) };
}

/** What an entry shows of its row. */
export function inputOf(row: Row, { detail, columns }: Shown): Row {
  if (detail === 'full') return lifted(row);
  const entries = Object.entries(lifted(usedPart(row, columns)));
  return Object.fromEntries(entries.map(([column, value]) => [column, cutValue(value)]));
}

/** The row without everything that no path leads to. What is nested stays so. */
export function usedPart(row: Row, columns: readonly string[][]): Row {
  const wanted = new Map<string, string[][]>();
  const want = (column: string, rest: string[]) => wanted.set(column, [...(wanted.get(column) ?? []), rest]);
  for (const path of columns) {
    const isWhole = path[0] === 'row' && !Object.hasOwn(row, 'row');
    const own = isWhole ? path.slice(1) : path;
    for (const [column, rest] of columnsAt(own, row)) want(column, rest);
  }
  return picked(row, wanted);
}

/** The columns that a path leads to, and what is left of it in each. A dotted column is nested, as templates see it. */
function columnsAt(path: string[], row: Row): [string, string[]][] {
  if (path.length === 0) return Object.keys(row).map((column) => [column, []]);
  for (let end = 1; end <= path.length; end += 1) {
    const column = path.slice(0, end).join('.');
    if (Object.hasOwn(row, column)) return [[column, path.slice(end)]];
  }
  const below = `${path.join('.')}.`;
  return Object.keys(row).flatMap((column): [string, string[]][] => (column.startsWith(below) ? [[column, []]] : []));
}

function picked(value: object, wanted: ReadonlyMap<string, string[][]>): Row {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const paths = wanted.get(name);
      return paths ? [[name, partOf(inner, paths)]] : [];
    }),
  );
}

/** Of a list, the entries that are named stand under their numbers. */
function partOf(value: unknown, paths: readonly string[][]): unknown {
  if (typeof value !== 'object' || value === null || paths.some((path) => path.length === 0)) return value;
  const wanted = new Map<string, string[][]>();
  for (const [name = '', ...rest] of paths) wanted.set(name, [...(wanted.get(name) ?? []), rest]);
  return picked(value, wanted);
}

function cutValue(value: unknown): unknown {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
  if (typeof text !== 'string' || text.length <= LONGEST_VALUE) return value;
  // Not even its beginning: what is cut through is not found any more when secrets are taken out.
  return `… (${text.length.toLocaleString('en')} characters)`;
}
