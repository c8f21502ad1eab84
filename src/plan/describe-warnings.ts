// What a plan warns of. No text is cut. What is grave stands first, with every row that it is about.
import { describeValue } from './fact-text.ts';
import type { PlanRow } from './plan.ts';
import { byRarity, grouped, rowNumbers } from './row-groups.ts';

export function isGrave({ way, grave }: PlanRow): boolean {
  return way.grave.length + grave.length > 0;
}

/** Each in the order that it had. */
export function graveFirst(rows: PlanRow[]): PlanRow[] {
  return [...rows.filter(isGrave), ...rows.filter((row) => !isGrave(row))];
}

/** For a single change. */
export function describeGrave({ way, grave }: PlanRow): string[] {
  return [...way.grave, ...grave].map((text) => `WARNING: ${describeValue(text)}`);
}

export function describeWarnings({ notKnown, warnings }: PlanRow): string[] {
  return [...notKnown, ...warnings].map((text) => `WARNING: ${describeValue(text)}`);
}

/** For a table, one line a row, whatever their number. */
export function describeGraveRows(rows: PlanRow[]): string[] {
  return byRarity(groupedByText(rows, ({ grave }) => grave)).flatMap(([text, warned]) => [
    `WARNING, ${warned.length === 1 ? '1 row' : `${warned.length} rows`}: ${describeValue(text)}`,
    ...warned.map((row) => `  row ${row.number}: ${describeTarget(row)}`),
  ]);
}

export function describeWarningsOfRows(rows: PlanRow[], most: number): string[] {
  const warnings = [
    ...byRarity(groupedByText(rows, ({ notKnown }) => notKnown)),
    ...byRarity(groupedByText(rows, (row) => row.warnings)),
  ];
  const rest = warnings.length - most;
  return [
    ...warnings.slice(0, most).map(([text, warned]) => `WARNING, ${rowNumbers(warned, most)}: ${describeValue(text)}`),
    ...(rest > 0 ? [`WARNING: ${rest} more kinds of warnings, which only the whole list shows`] : []),
  ];
}

function groupedByText(rows: PlanRow[], textsOf: (row: PlanRow) => string[]): [string, PlanRow[]][] {
  const said = rows.flatMap((row) => [...new Set(textsOf(row))].map((text) => ({ row, text })));
  return grouped(said, ({ text }) => text).map(([text, group]) => [text, group.map(({ row }) => row)]);
}

function describeTarget({ target: { owner, thing } }: PlanRow): string {
  return [owner.shown, thing.shown].filter(Boolean).map(describeValue).join(', ');
}
