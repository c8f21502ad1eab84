// The text that a person reads before agreeing, the same in a form, in a terminal and in the file with the whole list.
import type { Fact } from '../actions/action.ts';
import { cleanForPlan } from '../clean-text.ts';
import { describeFact, describeValue, withAges } from './fact-text.ts';
import { confirmationOf, type Plan, type PlanRow } from './plan.ts';

// Of a table, what a form shows beside the counts. Hosts show forms in small windows.
const FIRST_ROWS = 5;
const FEW = 20;

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
    '',
    ...[
      { label: 'Account', shown: row.account },
      { label: 'Acting as', shown: row.caller },
      { label: 'Connection', shown: row.connection },
      ...row.facts,
    ].flatMap(describeFact),
    ...describeLeftOut(plan, FEW),
    '',
    `What happens: ${cleanForPlan(row.effect)}`,
    ...row.warnings.map((warning) => `WARNING: ${cleanForPlan(warning)}`),
  ];
}

function describeMany(plan: Plan, listFile: string | undefined): string[] {
  const { rows } = plan;
  const most = listFile === undefined ? Number.POSITIVE_INFINITY : FEW;
  const users = [...new Set(rows.flatMap(({ arguments: { user_name } }) => user_name ?? []))];
  const shared = sharedBy(rows);
  const first = listFile === undefined ? rows : rows.slice(0, FIRST_ROWS);
  return [
    ...describeTitles(rows, most),
    '',
    ...grouped(rows, ({ account, caller, connection }) => JSON.stringify([account, caller, connection])).flatMap(
      ([, group]) => describeWho(group, rows.length),
    ),
    `Users (${users.length}): ${few(users, most)}`,
    ...(shared.text.length > 0 ? ['In every row:', ...shared.text.map((line) => `  ${line}`)] : []),
    ...describeLeftOut(plan, most),
    '',
    ...describeEffects(rows, most),
    ...describeWarnings(rows, most),
    '',
    ...first.flatMap((row) => describeRow(row, shared.isShared)),
    ...(listFile === undefined
      ? []
      : [`… and ${rows.length - first.length} more rows. Every row, with all that is known of it: ${listFile}`]),
  ];
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

function describeWho([first, ...others]: PlanRow[], all: number): string[] {
  if (!first) return [];
  const count = others.length + 1;
  const { account, caller, connection } = first;
  const who = [
    ...describeFact({ label: 'Account', shown: account }),
    ...describeFact({ label: 'Acting as', shown: caller }),
    ...describeFact({ label: 'Connection', shown: connection }),
  ];
  return count === all ? who : [`For ${count} rows:`, ...who.map((line) => `  ${line}`)];
}

/** What is the same in every row is said once. */
function sharedBy(rows: PlanRow[]): { text: string[]; isShared: (line: string) => boolean } {
  const [first, ...others] = rows.map((row) => new Set(linesOf(row)));
  const text = [...(first ?? [])].filter((line) => others.every((lines) => lines.has(line)));
  const shared = new Set(text);
  return { text, isShared: (line) => shared.has(line) };
}

function linesOf(row: PlanRow): string[] {
  return [
    ...Object.entries(row.arguments).map(([name, value]) => `${name}: ${describeValue(value)}`),
    // A fact of several lines is shared, or not, as one.
    ...row.facts.map((entry: Fact) => describeFact(entry).join('\n  ')),
  ];
}

function describeRow(row: PlanRow, isShared: (line: string) => boolean): string[] {
  return [`Row ${row.number}:`, ...linesOf(row).flatMap((line) => (isShared(line) ? [] : [`  ${line}`]))];
}

function describeEffects(rows: PlanRow[], most: number): string[] {
  const effects = grouped(rows, ({ effect }) => effect);
  const [only, second] = effects;
  if (only && !second) return [`What happens in each: ${cleanForPlan(only[0])}`];
  const shown = effects.slice(0, Math.min(most, FIRST_ROWS));
  const rest = effects.length - shown.length;
  return [
    'What happens:',
    ...shown.map(([effect, group]) => `  ${rowNumbers(group, most)}: ${cleanForPlan(effect)}`),
    ...(rest > 0 ? ['  and likewise in the others'] : []),
  ];
}

function describeWarnings(rows: PlanRow[], most: number): string[] {
  const warnings = rows.flatMap((row) => row.warnings.map((text) => ({ row, text })));
  return grouped(warnings, ({ text }) => text).map(([text, group]) => {
    const warned = group.map(({ row }) => row);
    return `WARNING, ${rowNumbers(warned, most)}: ${cleanForPlan(text)}`;
  });
}

function describeLeftOut({ leftOut }: Plan, most: number): string[] {
  if (leftOut.length === 0) return [];
  const shown = leftOut.slice(0, most);
  return [
    `Left out, since ${leftOut.length === 1 ? 'it' : 'they'} cannot be done: ${leftOut.length} of the table's rows`,
    ...shown.map(({ number, why }) => `  Row ${number}: ${cleanForPlan(why)}`),
    ...(leftOut.length > shown.length ? [`  and ${leftOut.length - shown.length} more`] : []),
  ];
}

function rowNumbers(rows: PlanRow[], most: number): string {
  const numbers = rows.map(({ number }) => String(number));
  return rows.length === 1 ? `row ${numbers[0]}` : `${rows.length} rows (${few(numbers, most)})`;
}

function few(values: string[], most: number): string {
  const rest = values.length - most;
  const shown = values.slice(0, most).map((value) => cleanForPlan(value));
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function grouped<Item>(items: Item[], keyOf: (item: Item) => string): [string, Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups];
}
