// The lines of a plan's table, one a row, as text: aligned where letters are of one width, and to be read where not.
import type { PlanRow } from './plan.ts';
import { planTable } from './plan-table.ts';

// No value has this sign: there is nothing in one but ASCII.
const BETWEEN = ' · ';
// What is longer stands whole, and moves the rest of its line.
const WIDEST = 32;

export interface TableText {
  header: string;
  lineOf: (row: PlanRow) => string;
  /** What is the same in all rows. */
  shared: string[];
}

export function tableText(rows: readonly PlanRow[], now: Date): TableText {
  const { columns, lines, shared } = planTable(rows, now);
  const header = ['Row', ...columns];
  const texts = lines.map(({ row, texts }) => [`row ${row.number}`, ...texts.map((text) => text || '-')]);
  const widths = header.map((name, index) =>
    Math.max(name.length, ...texts.map((line) => line[index]?.length ?? 0).filter((width) => width <= WIDEST)),
  );
  const joined = (line: string[]) =>
    line
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join(BETWEEN)
      .trimEnd();
  // What is so of all rows marks none.
  const isAllAlike = rows.every(({ way }) => way.grave.length > 0);
  const isMarked = ({ way, grave }: PlanRow) => grave.length > 0 || (way.grave.length > 0 && !isAllAlike);
  const byRow = new Map(
    lines.map(({ row }, index) => [row, `${isMarked(row) ? '!' : ' '} ${joined(texts[index] ?? [])}`]),
  );
  return {
    header: `  ${joined(header)}`,
    lineOf: (row) => byRow.get(row) ?? '',
    shared: shared.map(({ column, text }) => `${column}: ${text}`),
  };
}
