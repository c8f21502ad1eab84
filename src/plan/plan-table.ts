// The rows of a plan as the lines of a table, with a text for each cell: for whatever shows them, with its own signs.
import { cleanForPlan, cleanFromOperator } from '../clean-text.ts';
import { ageOf, describeValue } from './fact-text.ts';
import type { PlanRow } from './plan.ts';

export interface PlanTable {
  /** What is the same in all rows, and stands in no line. */
  shared: { column: string; text: string }[];
  columns: string[];
  /** One for each row, in the order given; a text for each of `columns`, cleaned, empty where there is nothing. */
  lines: { row: PlanRow; texts: string[] }[];
}

/** A text for a row, under the name of its column. */
interface Named {
  column: string;
  textOf: (row: PlanRow) => string;
}

/** @param now for the ages of moments */
export function planTable(rows: readonly PlanRow[], now: Date): PlanTable {
  const columns = [...ownColumns(rows), ...cellColumns(rows, now)].map(({ column, textOf }) => ({
    column: cleanForPlan(column),
    texts: rows.map(textOf),
  }));
  const filled = columns.filter(({ texts }) => texts.some((text) => text !== ''));
  const isShared = ({ texts }: { texts: string[] }) =>
    rows.length > 1 && texts.every((text) => text !== '' && text === texts[0]);
  const differing = filled.filter((column) => !isShared(column));
  return {
    shared: filled.filter(isShared).map(({ column, texts }) => ({ column, text: texts[0] ?? '' })),
    columns: differing.map(({ column }) => column),
    lines: rows.map((row, index) => ({ row, texts: differing.map(({ texts }) => texts[index] ?? '') })),
  };
}

function cellColumns(rows: readonly PlanRow[], now: Date): Named[] {
  const names = new Set(rows.flatMap(({ cells }) => cells.map(({ column }) => column)));
  return [...names].map((column) => ({
    column,
    textOf: ({ cells }) => {
      const cell = cells.find((entry) => entry.column === column);
      if (!cell) return '';
      return [cell.shown && describeValue(cell.shown), cell.at && ageOf(cell.at, now)].filter(Boolean).join(', ');
    },
  }));
}

/** What no cell says, though rows differ in it: where it is done, what is done, and to what. */
function ownColumns(rows: readonly PlanRow[]): Named[] {
  const differs = (of: (row: PlanRow) => string) => new Set(rows.map(of)).size > 1;
  const isUnsaid = (of: (row: PlanRow) => string) => rows.some((row) => !isInCells(of(row), row));
  const ownerOf = ({ target }: PlanRow) => target.owner.shown;
  const thingOf = ({ target }: PlanRow) => target.thing.shown;
  return [
    ...(differs(({ account }) => account)
      ? [{ column: 'Account', textOf: (row: PlanRow) => describeValue(row.account) }]
      : []),
    ...(differs(({ connection }) => connection)
      ? [{ column: 'Connection', textOf: (row: PlanRow) => cleanFromOperator(row.connection) }]
      : []),
    ...(differs(({ title }) => title) ? [{ column: 'Change', textOf: (row: PlanRow) => cleanForPlan(row.title) }] : []),
    ...(isUnsaid(ownerOf) ? [{ column: 'Of', textOf: (row: PlanRow) => describeValue(ownerOf(row)) }] : []),
    ...(isUnsaid(thingOf) ? [{ column: 'What', textOf: (row: PlanRow) => describeValue(thingOf(row)) }] : []),
  ];
}

/** As it is, or with a word before it, as of "key …LE77". */
function isInCells(name: string, { cells }: PlanRow): boolean {
  return name === '' || cells.some(({ shown }) => shown === name || (shown !== '' && name.endsWith(` ${shown}`)));
}
