// The text that a person reads before agreeing, the same in a form, in a terminal and in the file with the whole list.
import { cleanForPlan } from '../clean-text.ts';
import { besidePrompt } from './beside-prompt.ts';
import { describeTable, describeTableInForm } from './describe-table.ts';
import { describeGrave, describeWarnings, describeWho } from './describe-warnings.ts';
import { describeFact, withAges } from './fact-text.ts';
import { confirmationOf, type Plan, type PlanRow } from './plan.ts';
import { linesOf } from './sections.ts';
import { leftOutSection } from './table-sections.ts';

/**
 * The longest text of a form, in characters: what a host's window can be expected to show, scrolled a little. What is grave
 * always fits, or there is no form.
 */
export const LONGEST_FORM = 4000;

interface Reading {
  now?: Date;
  /** The file that has every row, where the text of a table is not to have all that is known of each. */
  listFile?: string;
}

/** Every row and every warning. Every value in it is cleaned, every date has its age. */
export function describePlan(plan: Plan, { now = new Date(), listFile }: Reading = {}): string {
  const [only, second] = plan.rows;
  if (only && !second) return withAges(describeOne(plan, only).join('\n'), now);
  return describeTable(plan, now, listFile).join('\n');
}

interface FormReading extends Reading {
  listFile: string;
  /** In characters. */
  room: number;
}

/**
 * The same for a form, with the grave lines once more at its end. A single change stands whole, however long.
 * @returns undefined where what is grave does not fit
 */
export function describeForForm(
  plan: Plan,
  { now = new Date(), listFile, room }: FormReading,
): { text: string; isWhole: boolean } | undefined {
  const beside = besidePrompt(plan);
  const whole = [describePlan(plan, { now }), ...(beside.length > 0 ? ['', ...beside] : [])].join('\n');
  if (plan.rows.length === 1 || whole.length <= room) return { text: whole, isWhole: true };
  const lines = describeTableInForm(plan, { now, listFile, room });
  return lines && { text: lines.join('\n'), isWhole: false };
}

/** Whatever the time of reading is. */
export function fitsInForm(plan: Plan, { listFile, room }: FormReading): boolean {
  return (
    plan.rows.length === 1 || describeTableInForm(plan, { now: new Date(plan.madeAt), listFile, room }) !== undefined
  );
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
    ...linesOf(leftOutSection(plan, Number.POSITIVE_INFINITY)),
  ];
}
