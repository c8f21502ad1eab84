// What is grave in a table, whole, with every row that it is about.
import { cleanFromOperator } from '../clean-text.ts';
import { graveCount } from './beside-prompt.ts';
import { describeGraveTexts, describeTarget, graveKinds } from './describe-warnings.ts';
import { describeFact, describeValue } from './fact-text.ts';
import type { Plan, PlanRow } from './plan.ts';
import { grouped, rowNumbers } from './row-groups.ts';
import { accountGroups } from './table-sections.ts';
import type { TableText } from './table-text.ts';

/** @param table whose lines the rows are; else they are merely named */
export function graveLines(plan: Plan, rows: readonly PlanRow[], table: TableText | undefined): string[] {
  const kinds = graveKinds(rows).filter(({ isOfWay }) => !isOfWay);
  const header = kinds.length > 0 && table ? [table.header] : [];
  // With the lines, of which it is a part: whose row it is may be said here.
  const shared = table && table.shared.length > 0 ? [`In every row: ${table.shared.join('; ')}`] : [];
  const lineOf = (row: PlanRow) => (table ? table.lineOf(row) : `! row ${row.number}: ${describeTarget(row)}`);
  const notable = rows.filter((row) => row.grave.length === 0 && row.notKnown.length + row.warnings.length > 0).length;
  const count = graveCount(plan);
  return [
    ...(count === undefined ? [] : [count + othersWith(notable)]),
    ...shared,
    ...graveWays(rows),
    ...kinds.flatMap((kind, index) => [
      ...describeGraveTexts(kind),
      ...(index === 0 ? header : []),
      ...kind.rows.map(lineOf),
    ]),
  ];
}

function othersWith(notable: number): string {
  if (notable === 0) return '';
  return notable === 1 ? '; 1 other has a warning' : `; ${notable} others have warnings`;
}

/** Every account to which requests go in such a way, each with all its rows. Of a single one, the text says the rest itself. */
function graveWays(rows: readonly PlanRow[]): string[] {
  const isOneGroup = accountGroups(rows).length === 1;
  const ways = grouped(
    rows.filter(({ way }) => way.grave.length > 0),
    ({ way }) => JSON.stringify(way),
  );
  return ways.flatMap(([, group]) => {
    const [first] = group;
    if (!first) return [];
    const warnings = describeGraveTexts({ texts: first.way.grave, rows: group, isOfWay: true });
    if (isOneGroup) return warnings;
    const accounts = accountGroups(group).flatMap(([, [row, ...others]]) =>
      row ? accountLine(row, [row, ...others]) : [],
    );
    return [...warnings, ...first.way.facts.flatMap(describeFact).map((line) => `  ${line}`), ...accounts];
  });
}

function accountLine({ account, caller, connection }: PlanRow, rows: readonly PlanRow[]): string {
  const where = `account ${describeValue(account)}, as ${describeValue(caller)}`;
  return `  ${rowNumbers(rows)}: ${where}, connection ${cleanFromOperator(connection)}`;
}
