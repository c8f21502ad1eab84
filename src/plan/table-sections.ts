// What a table's text says beside what is grave, one section for each kind of thing.
import { cleanForPlan } from '../clean-text.ts';
import { describeWho } from './describe-warnings.ts';
import { describeFact, describeValue } from './fact-text.ts';
import type { Plan, PlanRow } from './plan.ts';
import { byRarity, fromBothEnds, grouped, rowNumbers } from './row-groups.ts';
import type { Section } from './sections.ts';
import { choicesOf, notableOf } from './severity.ts';
import type { TableText } from './table-text.ts';

// Of policies, statuses or roles, which are what a person has to see.
const MOST_CHOICES = 50;
const LONGEST_REASON = 160;
const IN_LIST = 'which only the whole list shows';

/** Rows that go one way to one account as one identity. */
export function accountGroups(rows: readonly PlanRow[]): [string, PlanRow[]][] {
  return grouped(rows, ({ account, caller, connection, way }) => JSON.stringify([account, caller, connection, way]));
}

export function titlesSection(rows: readonly PlanRow[], most: number): Section {
  const titles = grouped(rows, ({ title }) => title);
  const [only, second] = titles;
  return only && !second
    ? listed([[`${cleanForPlan(only[0])}: ${rows.length} rows`]], { rest: () => [`${rows.length} rows`] })
    : listed(
        titles.map(([title, group]) => [`  ${cleanForPlan(title)}: ${rowNumbers(group, most)}`]),
        {
          heading: [`${rows.length} rows`],
          rest: (left) => [`${rows.length} rows, and ${left} more kinds of changes`],
          most,
        },
      );
}

/** Of several; those with a way that is grave are said above. */
export function accountsSection(rows: readonly PlanRow[], most: number): Section {
  const groups = accountGroups(rows);
  const isOrdinary = ([, [first]]: [string, PlanRow[]]) => first?.way.grave.length === 0;
  const others = groups.length === 1 ? [] : fromBothEnds(groups.filter(isOrdinary));
  return {
    items: others.map(([, group]) => {
      const who = group.slice(0, 1).flatMap(describeWho);
      return [`${rowNumbers(group, most)}:`, ...who.map((line) => `  ${line}`)];
    }),
    rest: (shown) => {
      const sizes = others.slice(shown).map(([, group]) => group.length);
      const count = sizes.reduce((sum, size) => sum + size, 0);
      const each =
        Math.min(...sizes) === Math.max(...sizes)
          ? Math.min(...sizes)
          : `${Math.min(...sizes)} to ${Math.max(...sizes)}`;
      return [`and ${sizes.length} more accounts or connections, with ${count} rows (${each} in each), ${IN_LIST}`];
    },
    least: 2,
    most,
  };
}

/** What is done, where it is not the same in all rows: every value, the rarest first. */
export function choicesSections(rows: readonly PlanRow[], most: number): Section[] {
  const names = new Set(rows.flatMap((row) => choicesOf(row).map(([name]) => name)));
  return [...names].flatMap((name) => {
    const values = byConcern(
      grouped(rows, (row) => row.arguments[name] ?? '(none)'),
      rows,
    );
    if (values.length === 1) return [];
    const heading = `${cleanForPlan(name)}: ${values.length} different ones`;
    return listed(
      values.map(([value, group]) => [`  ${describeValue(value)}: ${rowNumbers(group, most)}`]),
      {
        heading: [heading],
        rest: (left, shown) => [shown === 0 ? `${heading}, ${IN_LIST}` : `  and ${left} more, ${IN_LIST}`],
        most: Math.max(most, MOST_CHOICES),
      },
    );
  });
}

/** First what is grave or has a warning that most rows have not: many harmless kinds must not hide one that is not. */
function byConcern(groups: [string, PlanRow[]][], rows: readonly PlanRow[]): [string, PlanRow[]][] {
  const counts = new Map<string, number>();
  for (const text of rows.flatMap(notableOf)) counts.set(text, (counts.get(text) ?? 0) + 1);
  const isRare = (text: string) => (counts.get(text) ?? 0) * 2 < rows.length;
  const concern = (group: PlanRow[]) =>
    group.some(({ grave }) => grave.length > 0) ? 0 : group.some((row) => notableOf(row).some(isRare)) ? 1 : 2;
  return byRarity(groups).sort(([, a], [, b]) => concern(a) - concern(b));
}

export function effectsSection(rows: readonly PlanRow[], most: number): Section {
  const effects = byRarity(grouped(rows, ({ effect }) => effect));
  const [only, second] = effects;
  if (only && !second) {
    return listed([[`What happens in each: ${cleanForPlan(only[0])}`]], { rest: () => [`What happens: ${IN_LIST}`] });
  }
  return listed(
    effects.map(([effect, group]) => [`  ${rowNumbers(group, most)}: ${cleanForPlan(effect)}`]),
    {
      heading: ['What happens:'],
      rest: (left, shown) => [
        shown === 0 ? `What happens: ${left} different things, ${IN_LIST}` : `  and ${left} more, ${IN_LIST}`,
      ],
      most,
    },
  );
}

/** One line a row, but for those that are named with what is grave about them. */
export function rowsSection(rows: readonly PlanRow[], table: TableText): Section {
  const others = rows.filter(({ grave }) => grave.length === 0);
  const isAll = others.length === rows.length;
  return listed(
    others.map((row) => [table.lineOf(row)]),
    {
      heading: [isAll ? 'The rows:' : 'The other rows:', table.header],
      rest: (left, shown) => [shown === 0 ? `${left} rows, ${IN_LIST}` : `  … and ${left} more rows, ${IN_LIST}`],
      most: Number.POSITIVE_INFINITY,
    },
  );
}

export function leftOutSection({ leftOut }: Plan, most: number): Section {
  const reasons = byRarity(grouped(leftOut, ({ why }) => why));
  const which = leftOut.length === 1 ? 'it' : 'they';
  const heading = `Left out, since ${which} cannot be done: ${leftOut.length} of the table's rows`;
  return listed(
    reasons.map(([why, group]) => [`  ${rowNumbers(group, most)}: ${cleanForPlan(why, LONGEST_REASON)}`]),
    {
      heading: ['', heading],
      rest: (left, shown) => (shown === 0 ? ['', heading] : [`  and ${left} more reasons`]),
      most,
    },
  );
}

/** What is the same in every row, said once. */
export function sharedSection(lines: readonly string[]): Section {
  return listed(
    lines.map((line) => [`  ${line}`]),
    {
      heading: ['In every row:'],
      rest: (left, shown) => [shown === 0 ? `The same in every row: ${left} things, ${IN_LIST}` : `  and ${left} more`],
      most: Number.POSITIVE_INFINITY,
    },
  );
}

/** All that is known of a row; a fact of several lines is one part. */
export function partsOf(row: PlanRow): string[] {
  return [
    ...Object.entries(row.arguments).map(([name, value]) => `${cleanForPlan(name)}: ${describeValue(value)}`),
    ...row.facts.map((entry) => describeFact(entry).join('\n  ')),
  ];
}

interface Listed {
  heading?: string[];
  rest: (left: number, shown: number) => string[];
  most?: number;
}

function listed(items: string[][], { heading = [], rest, most = items.length }: Listed): Section {
  return { heading, items, rest: (shown) => rest(items.length - shown, shown), least: 1, most };
}
