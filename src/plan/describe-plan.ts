// The text that a person reads before agreeing, the same in a form, in a terminal and in the file with the whole list.
import type { Fact } from '../actions/action.ts';
import { cleanForPlan } from '../clean-text.ts';
import {
  describeGrave,
  describeGraveRows,
  describeWarnings,
  describeWarningsOfRows,
  graveFirst,
  isGrave,
} from './describe-warnings.ts';
import { describeFact, describeValue, withAges } from './fact-text.ts';
import { confirmationOf, type Plan, type PlanRow } from './plan.ts';
import { byRarity, few, grouped, rowNumbers } from './row-groups.ts';
import { choicesOf } from './severity.ts';

// For a table, what a form shows beside the counts. Hosts show forms in small windows.
const FIRST_ROWS = 5;
const FEW = 20;
const LONGEST_REASON = 160;
// Of policies, statuses or roles, which are what a person has to see.
const MOST_CHOICES = 50;

interface Reading {
  now?: Date;
  /** The file that has every row, where the text is to be short. */
  listFile?: string;
}

/** Every value in it is cleaned, every date has its age. */
export function describePlan(plan: Plan, { now = new Date(), listFile }: Reading = {}): string {
  const [only, second] = plan.rows;
  const lines = only && !second ? describeOne(plan, only) : describeMany(plan, listFile);
  return withAges(lines.join('\n'), now);
}

/** For a list of what waits. */
export function titleOf(plan: Plan): string {
  const rows = plan.rows.length > 1 ? `, ${plan.rows.length} rows` : '';
  return cleanForPlan([...new Set(plan.rows.map(({ title }) => title))].join(' or ')) + rows;
}

export function askToConfirm(plan: Plan): string {
  return `To agree, type ${cleanForPlan(confirmationOf(plan).what)}`;
}

function describeOne(plan: Plan, row: PlanRow): string[] {
  return [
    cleanForPlan(row.title),
    ...(row.number === undefined ? [] : [`Row ${row.number} of a table: the only one that can be done`]),
    ...describeGrave(row),
    '',
    ...describeWho(row),
    ...row.facts.flatMap(describeFact),
    '',
    `What happens: ${cleanForPlan(row.effect)}`,
    ...describeWarnings(row),
    ...describeLeftOut(plan, FEW),
  ];
}

function describeMany(plan: Plan, listFile: string | undefined): string[] {
  const { rows } = plan;
  const most = listFile === undefined ? Number.POSITIVE_INFINITY : FEW;
  const groups = grouped(rows, ({ account, caller, connection, way }) =>
    JSON.stringify([account, caller, connection, way]),
  );
  const linesOf = (row: PlanRow) => [...(groups.length > 1 ? describeWho(row) : []), ...describeParts(row)];
  const shared = sharedBy(rows, linesOf);
  const shown = graveFirst(listFile === undefined ? rows : unlikeRows(rows));
  return [
    ...describeTitles(rows, most),
    ...describeGraveRows(rows),
    ...describeWarningsOfRows(rows, most),
    '',
    ...describeGroups(groups, most),
    ...describeOwners(rows, most),
    ...describeChoices(rows, most),
    ...(shared.size > 0 ? ['In every row:', ...[...shared].map((line) => `  ${line}`)] : []),
    '',
    ...describeEffects(rows, most),
    '',
    ...shown.flatMap((row) => [
      `Row ${row.number}:`,
      ...linesOf(row).flatMap((line) => (shared.has(line) ? [] : [`  ${line}`])),
    ]),
    ...(listFile === undefined
      ? []
      : [`… and ${rows.length - shown.length} more rows. Every row, with all that is known of it: ${listFile}`]),
    ...describeLeftOut(plan, most),
  ];
}

/** The fewest rows first, since an account that only one row is about must not be the one that is not seen. */
function describeGroups(groups: [string, PlanRow[]][], most: number): string[] {
  const rest = groups.length - most;
  return [
    ...byConcernOfWay(byRarity([...groups]))
      .slice(0, most)
      .flatMap(([, group]) =>
        group.slice(0, 1).flatMap((first) => {
          const who = [...describeWho(first), ...first.way.grave.map((text) => `WARNING: ${describeValue(text)}`)];
          return groups.length === 1 ? who : [`${rowNumbers(group, most)}:`, ...who.map((line) => `  ${line}`)];
        }),
      ),
    ...(rest > 0 ? [`and ${rest} more accounts or connections, which only the whole list shows`] : []),
  ];
}

/** How requests get there concerns every row of a group. */
function byConcernOfWay(groups: [string, PlanRow[]][]): [string, PlanRow[]][] {
  const isGraveWay = ([, [first]]: [string, PlanRow[]]) => first !== undefined && first.way.grave.length > 0;
  return [...groups.filter(isGraveWay), ...groups.filter((group) => !isGraveWay(group))];
}

function describeTitles(rows: PlanRow[], most: number): string[] {
  const titles = grouped(rows, ({ title }) => title);
  const [only, second] = titles;
  if (only && !second) return [`${cleanForPlan(only[0])}: ${rows.length} rows`];
  return [
    `${rows.length} rows`,
    ...titles.map(([title, group]) => `  ${cleanForPlan(title)}: ${rowNumbers(group, most)}`),
  ];
}

function describeWho({ account, caller, connection, way }: PlanRow): string[] {
  return [
    { label: 'Account', shown: account },
    { label: 'Acting as', shown: caller },
    { label: 'Connection', shown: connection, fromOperator: true as const },
    ...way.facts,
  ].flatMap(describeFact);
}

/** A fact of several lines is one part. */
function describeParts(row: PlanRow): string[] {
  return [
    ...Object.entries(row.arguments).map(([name, value]) => `${name}: ${describeValue(value)}`),
    ...row.facts.map((entry: Fact) => describeFact(entry).join('\n  ')),
  ];
}

/** What is the same in every row is said once. */
function sharedBy(rows: PlanRow[], linesOf: (row: PlanRow) => string[]): ReadonlySet<string> {
  const [first, ...others] = rows.map((row) => new Set(linesOf(row)));
  return new Set([...(first ?? [])].filter((line) => others.every((lines) => lines.has(line))));
}

function describeOwners(rows: PlanRow[], most: number): string[] {
  return grouped(rows, ({ target }) => target.owner.plural).map(([plural, group]) => {
    const names = [...new Set(group.map(({ target }) => target.owner.shown))];
    return `${cleanForPlan(plural)} (${names.length}): ${few(names, most)}`;
  });
}

/** What is done, where it is not the same in all rows: every value, the rarest first. */
function describeChoices(rows: PlanRow[], most: number): string[] {
  const names = new Set(rows.flatMap((row) => choicesOf(row).map(([name]) => name)));
  return [...names].flatMap((name) => {
    const values = byConcern(
      grouped(rows, (row) => row.arguments[name] ?? '(none)'),
      rows,
    );
    if (values.length === 1) return [];
    const rest = values.length - Math.max(most, MOST_CHOICES);
    return [
      `${name}: ${values.length} different ones`,
      ...values
        .slice(0, Math.max(most, MOST_CHOICES))
        .map(([value, group]) => `  ${describeValue(value)}: ${rowNumbers(group, most)}`),
      ...(rest > 0 ? [`  and ${rest} more, which only the whole list shows`] : []),
    ];
  });
}

/** First the grave ones, then of each kind one before the second of any, and the rarest kind first. */
function unlikeRows(rows: PlanRow[]): PlanRow[] {
  const kindOf = (row: PlanRow) => JSON.stringify([row.account, row.title, choicesOf(row)]);
  const firsts = byConcern(grouped(rows, kindOf), rows).flatMap(([, [first]]) => first ?? []);
  const chosen = graveFirst([...new Set([...firsts, ...rows])]).slice(0, FIRST_ROWS);
  return rows.filter((row) => chosen.includes(row));
}

/** First what is grave or has a warning that most rows have not: many harmless kinds must not hide one that is not. */
function byConcern(groups: [string, PlanRow[]][], rows: PlanRow[]): [string, PlanRow[]][] {
  const counts = new Map<string, number>();
  const otherWarnings = ({ notKnown, warnings }: PlanRow) => [...notKnown, ...warnings];
  for (const text of rows.flatMap(otherWarnings)) counts.set(text, (counts.get(text) ?? 0) + 1);
  const isRare = (text: string) => (counts.get(text) ?? 0) * 2 < rows.length;
  const concern = (group: PlanRow[]) =>
    group.some(isGrave) ? 0 : group.some((row) => otherWarnings(row).some(isRare)) ? 1 : 2;
  return byRarity(groups).sort(([, a], [, b]) => concern(a) - concern(b));
}

function describeEffects(rows: PlanRow[], most: number): string[] {
  const effects = grouped(rows, ({ effect }) => effect);
  const [only, second] = effects;
  if (only && !second) return [`What happens in each: ${cleanForPlan(only[0])}`];
  return [
    'What happens:',
    ...byRarity(effects)
      .slice(0, most)
      .map(([effect, group]) => `  ${rowNumbers(group, most)}: ${cleanForPlan(effect)}`),
    ...(effects.length > most ? [`  and ${effects.length - most} more, which only the whole list shows`] : []),
  ];
}

function describeLeftOut({ leftOut }: Plan, most: number): string[] {
  if (leftOut.length === 0) return [];
  const reasons = grouped(leftOut, ({ why }) => why);
  const rest = reasons.length - most;
  return [
    '',
    `Left out, since ${leftOut.length === 1 ? 'it' : 'they'} cannot be done: ${leftOut.length} of the table's rows`,
    ...reasons
      .slice(0, most)
      .map(([why, group]) => `  ${rowNumbers(group, most)}: ${cleanForPlan(why, LONGEST_REASON)}`),
    ...(rest > 0 ? [`  and ${rest} more reasons`] : []),
  ];
}
