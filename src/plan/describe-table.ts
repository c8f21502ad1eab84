// The text of a plan of several rows: what is grave first and always whole, the rest as there is room for it.
import { cleanFromOperator } from '../clean-text.ts';
import { besidePrompt, MOST_BESIDE } from './beside-prompt.ts';
import { describeWho, warningsSection } from './describe-warnings.ts';
import { withAges } from './fact-text.ts';
import { graveLines } from './grave-lines.ts';
import type { Plan, PlanRow } from './plan.ts';
import { fitted, lengthOf, linesOf, mapLines, type Section } from './sections.ts';
import { bySeverity } from './severity.ts';
import {
  accountGroups,
  accountsSection,
  choicesSections,
  effectsSection,
  leftOutSection,
  partsOf,
  rowsSection,
  sharedSection,
  titlesSection,
} from './table-sections.ts';
import { type TableText, tableText } from './table-text.ts';

// What of each kind of thing is named in a short text. Hosts show forms in small windows.
const FEW = 20;
const LONGEST_PATH = 4096;
// For what is not grave, where no grave line has to give way to it.
const ROOM_FOR_THE_REST = 1500;

/** @param listFile where every row is, with all that is known of it; left out for the text of that file itself */
export function describeTable(plan: Plan, now: Date, listFile?: string): string[] {
  const parts = partsOfTable(plan, now, Number.POSITIVE_INFINITY);
  const { rows, shared } = parts;
  const details = rows.flatMap((row) => [
    `Row ${row.number}:`,
    ...parts.linesOf(row).flatMap((line) => (shared.has(line) ? [] : [`  ${line}`])),
  ]);
  const end = listFile === undefined ? ['', ...details] : seeList(listFile);
  return assembled(parts, parts.grave(true), (section) => linesOf(section), end);
}

interface InForm {
  now: Date;
  listFile: string;
  /** In characters. */
  room: number;
}

/** Ends with what stands beside the prompt. @returns undefined where what is grave does not fit */
export function describeTableInForm(plan: Plan, { now, listFile, room }: InForm): string[] | undefined {
  const parts = partsOfTable(plan, now, FEW);
  const byImportance = [
    parts.titles,
    parts.warnings,
    parts.accounts,
    parts.effects,
    ...parts.choices,
    parts.leftOut,
    parts.sharedPart,
    parts.others,
  ];
  for (const reserved of [ROOM_FOR_THE_REST, 0]) {
    for (const [isTable, most] of FORMS_OF_GRAVE) {
      const grave = parts.grave(isTable);
      const beside = besidePrompt(plan, most).map((line) => withAges(line, now));
      const end = [...seeList(listFile), ...(beside.length > 0 ? ['', ...beside] : [])];
      const fixed = assembled(parts, grave, () => [], end);
      const left = room - lengthOf(fixed);
      if (left < reserved) continue;
      const shown = fitted(byImportance, left);
      if (shown) return assembled(parts, grave, (section) => linesOf(section, shown.get(section) ?? 0), end);
    }
  }
  return undefined;
}

/** Whether grave rows are lines of the table or merely named, and how many lines say them again. The longest first. */
const FORMS_OF_GRAVE: [isTable: boolean, most: number][] = [
  [true, MOST_BESIDE],
  [true, 6],
  [false, 6],
  [false, 1],
];

/** All of it with ages. */
interface Parts {
  /** By severity. */
  rows: PlanRow[];
  table: TableText;
  linesOf: (row: PlanRow) => string[];
  shared: ReadonlySet<string>;
  grave: (isTable: boolean) => string[];
  titles: Section;
  warnings: Section;
  /** Where all go one way to one account as one identity. */
  who: string[];
  accounts: Section;
  choices: Section[];
  sharedPart: Section;
  effects: Section;
  others: Section;
  leftOut: Section;
}

function partsOfTable(plan: Plan, now: Date, most: number): Parts {
  const rows = bySeverity(plan.rows);
  const table = tableText(rows, now);
  const isOneGroup = accountGroups(rows).length === 1;
  const aged = (line: string) => withAges(line, now);
  const ofAge = (section: Section) => mapLines(section, aged);
  const linesOfRow = (row: PlanRow) => [...(isOneGroup ? [] : describeWho(row)), ...partsOf(row)].map(aged);
  const shared = sharedBy(rows, linesOfRow);
  return {
    rows,
    table,
    linesOf: linesOfRow,
    shared,
    grave: (isTable) => graveLines(plan, rows, isTable ? table : undefined).map(aged),
    titles: ofAge(titlesSection(plan.rows, most)),
    warnings: ofAge(warningsSection(plan.rows, most)),
    who: isOneGroup ? rows.slice(0, 1).flatMap(describeWho).map(aged) : [],
    accounts: ofAge(accountsSection(plan.rows, most)),
    choices: choicesSections(plan.rows, most).map(ofAge),
    sharedPart: sharedSection([...shared]),
    effects: ofAge(effectsSection(plan.rows, most)),
    others: rowsSection(rows, table),
    leftOut: ofAge(leftOutSection(plan, most)),
  };
}

function assembled(parts: Parts, grave: string[], show: (section: Section) => string[], end: string[]): string[] {
  const { titles, warnings, who, accounts, choices, sharedPart, effects, others, leftOut } = parts;
  return [
    ...show(titles),
    ...grave,
    ...show(warnings),
    '',
    ...who,
    ...[accounts, ...choices, sharedPart].flatMap(show),
    '',
    ...show(effects),
    '',
    ...show(others),
    ...show(leftOut),
    ...end,
  ];
}

function seeList(listFile: string): string[] {
  return ['', `Every row, with all that is known of it: ${cleanFromOperator(listFile, LONGEST_PATH)}`];
}

function sharedBy(rows: readonly PlanRow[], linesOf: (row: PlanRow) => string[]): ReadonlySet<string> {
  const [first, ...others] = rows.map((row) => new Set(linesOf(row)));
  return new Set([...(first ?? [])].filter((line) => others.every((lines) => lines.has(line))));
}
