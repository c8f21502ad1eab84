// What a plan warns of. No text is cut, and of what is grave no row is left out.
import { describeFact, describeValue } from './fact-text.ts';
import type { PlanRow } from './plan.ts';
import { byRarity, grouped, rowNumbers } from './row-groups.ts';
import type { Section } from './sections.ts';
import { graveOf, notableOf } from './severity.ts';

/** Rows with the same grave texts. */
export interface GraveKind {
  texts: string[];
  rows: PlanRow[];
  /** They are about how requests get to AWS: then they are said of an account, not of single rows. */
  isOfWay: boolean;
}

/** The rarest first, the way of requests before what is about single rows. */
export function graveKinds(rows: readonly PlanRow[]): GraveKind[] {
  const ofWay = kindsBy(rows, ({ way }) => way.grave).map((kind) => ({ ...kind, isOfWay: true }));
  const ofRows = kindsBy(rows, ({ grave }) => grave).map((kind) => ({ ...kind, isOfWay: false }));
  return [...ofWay, ...ofRows];
}

function kindsBy(rows: readonly PlanRow[], textsOf: (row: PlanRow) => string[]): Omit<GraveKind, 'isOfWay'>[] {
  const said = rows.filter((row) => textsOf(row).length > 0);
  const groups = byRarity(grouped(said, (row) => JSON.stringify([...new Set(textsOf(row))])));
  return groups.map(([texts, group]) => ({ texts: JSON.parse(texts) as string[], rows: group }));
}

/** One line for each text; the rows are named in the first, or counted there and named below. */
export function describeGraveTexts({ texts, rows, isOfWay }: GraveKind): string[] {
  const named = isOfWay ? rowNumbers(rows) : rows.length === 1 ? '1 row' : `${rows.length} rows`;
  return texts.map((text, index) => {
    const which = index === 0 ? named : rows.length === 1 ? 'the same row' : 'the same rows';
    return `WARNING, ${which}: ${describeValue(text)}`;
  });
}

/** For a single change. */
export function describeGrave(row: PlanRow): string[] {
  return graveOf(row).map((text) => `WARNING: ${describeValue(text)}`);
}

export function describeWarnings(row: PlanRow): string[] {
  return notableOf(row).map((text) => `WARNING: ${describeValue(text)}`);
}

/** Whatever else is notable: the rarest kinds first. */
export function warningsSection(rows: readonly PlanRow[], most: number): Section {
  const kinds = [
    ...byRarity(groupedByText(rows, ({ notKnown }) => notKnown)),
    ...byRarity(groupedByText(rows, ({ warnings }) => warnings)),
  ];
  return {
    items: kinds.map(([text, warned]) => [`WARNING, ${rowNumbers(warned, most)}: ${describeValue(text)}`]),
    rest: (shown) => [`WARNING: ${kinds.length - shown} more kinds of warnings, which only the whole list shows`],
    least: 3,
    most,
  };
}

function groupedByText(rows: readonly PlanRow[], textsOf: (row: PlanRow) => string[]): [string, PlanRow[]][] {
  const said = rows.flatMap((row) => [...new Set(textsOf(row))].map((text) => ({ row, text })));
  return grouped(said, ({ text }) => text).map(([text, group]) => [text, group.map(({ row }) => row)]);
}

export function describeTarget({ target: { owner, thing } }: PlanRow): string {
  return [owner.shown, thing.shown].filter(Boolean).map(describeValue).join(', ');
}

export function describeWho({ account, caller, connection, way }: PlanRow): string[] {
  return [
    { label: 'Account', shown: account },
    { label: 'Acting as', shown: caller },
    { label: 'Connection', shown: connection, fromOperator: true as const },
    ...way.facts,
  ].flatMap(describeFact);
}
