// How grave a row of a plan is, and in which order a person reads rows: the worst first, and of those the ones that few
// others are like, since these are what many harmless rows would hide.
import type { PlanRow } from './plan.ts';

export type Severity = 'grave' | 'notable' | 'plain';

type Warned = Pick<PlanRow, 'way' | 'grave' | 'notKnown' | 'warnings'>;

export function severityOf(row: Warned): Severity {
  if (graveOf(row).length > 0) return 'grave';
  return notableOf(row).length > 0 ? 'notable' : 'plain';
}

/** Grave rows first, then notable ones, then plain ones; in each, those first of whose kind there are fewest. Stable. */
export function bySeverity(rows: readonly PlanRow[]): PlanRow[] {
  const graveCount = counter(rows.flatMap(graveOf));
  const notableCount = counter(rows.flatMap(notableOf));
  const kindCount = counter(rows.map(kindOf));
  const keys = new Map(
    rows.map((row) => [
      row,
      [rarest(graveOf(row), graveCount), rarest(notableOf(row), notableCount), kindCount(kindOf(row))],
    ]),
  );
  return [...rows].sort((a, b) => compare(keys.get(a) ?? [], keys.get(b) ?? []));
}

/** What is done, and not to whom or what. */
export function choicesOf({ arguments: rendered, target }: PlanRow): [string, string][] {
  return Object.entries(rendered).filter(([name]) => !target.fields.includes(name));
}

function kindOf(row: PlanRow): string {
  return JSON.stringify([row.account, row.connection, row.title, choicesOf(row)]);
}

export function graveOf({ way, grave }: Warned): string[] {
  return [...way.grave, ...grave];
}

export function notableOf({ notKnown, warnings }: Warned): string[] {
  return [...notKnown, ...warnings];
}

function counter(texts: readonly string[]): (text: string) => number {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return (text) => counts.get(text) ?? 0;
}

/** A row without any comes after all that have one. */
function rarest(texts: readonly string[], countOf: (text: string) => number): number {
  return texts.reduce((least, text) => Math.min(least, countOf(text)), Number.MAX_SAFE_INTEGER);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
