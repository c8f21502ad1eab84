// What is said once of a dry run of many rows: how many are how grave, what they come to, where they go, and what a person
// would be warned of.
import type { PlannedInShort } from '../calls/row-call.ts';
import { byRarity, grouped } from '../plan/row-groups.ts';
import type { SettledRow } from './entries.ts';
import { rowList } from './row-list.ts';

// Of more different values, none says much of the table.
const MOST_VALUES = 6;
const MOST_CHOICES = 20;
// Of warnings that are not grave.
const MOST_NOTABLE = 20;

interface Planned extends PlannedInShort {
  number: number;
}

/** @returns undefined where nothing could be planned */
export function briefDryRun(rows: readonly SettledRow[]): Record<string, unknown> | undefined {
  const planned = rows.flatMap(({ prepared: { number = 0 }, outcome }) =>
    outcome.is === 'planned' ? [{ number, ...outcome.inShort }] : [],
  );
  if (planned.length === 0) return undefined;
  const sentTo = grouped(planned, ({ sentTo }) => JSON.stringify(sentTo)).map(([, group]) => ({
    ...group[0]?.sentTo,
    ...rowsOf(group, planned),
  }));
  return { ...changesIn(planned), sent_to: sentTo };
}

function changesIn(planned: readonly Planned[]): Record<string, unknown> {
  const changes = planned.flatMap(({ number, plan }) => (plan ? [{ number, ...plan }] : []));
  if (changes.length === 0) return {};
  const severity = { grave: 0, notable: 0, plain: 0 };
  for (const change of changes) severity[change.severity] += 1;
  const choices = counts(
    changes.map((change) => change.choices),
    MOST_CHOICES,
  );
  const cells = counts(
    changes.map((change) => change.cells),
    MOST_VALUES,
  );
  const effects = byRarity(grouped(changes, ({ effect }) => effect)).map(([text, group]) => ({
    text,
    ...rowsOf(group, changes),
  }));
  return {
    severity,
    ...(Object.keys(choices).length > 0 && { changes_to: choices }),
    ...(Object.keys(cells).length > 0 && { now: cells }),
    warnings: warningsOf(changes),
    effects,
  };
}

/** Grave ones first, which are never left out. */
function warningsOf(changes: readonly { number: number; warnings: { severity: string; text: string }[] }[]) {
  const said = changes.flatMap(({ number, warnings }) => warnings.map((warning) => ({ number, ...warning })));
  const kinds = byRarity(grouped(said, ({ severity, text }) => JSON.stringify([severity, text]))).map(([, group]) => ({
    severity: group[0]?.severity,
    text: group[0]?.text,
    rows: rowList([...new Set(group.map(({ number }) => number))]),
  }));
  const grave = kinds.filter(({ severity }) => severity === 'grave');
  const notable = kinds.filter(({ severity }) => severity !== 'grave');
  const rest = notable.length - MOST_NOTABLE;
  const more = rest > 0 ? [{ severity: 'notable', text: `and ${rest} more: see detail "full"` }] : [];
  return [...grave, ...notable.slice(0, MOST_NOTABLE), ...more];
}

/** How many rows have which value; nothing of what is different almost everywhere. */
function counts(ofRows: readonly [string, string][][], most: number): Record<string, Record<string, number>> {
  const byName = grouped(ofRows.flat(), ([name]) => name).flatMap(([name, values]) => {
    const groups = grouped(values, ([, value]) => value).sort(([, a], [, b]) => b.length - a.length);
    const isTelling = groups.length <= most && (groups.length === 1 || groups.length < values.length);
    return isTelling ? [[name, Object.fromEntries(groups.map(([value, { length }]) => [value, length]))] as const] : [];
  });
  return Object.fromEntries(byName);
}

/** Not where it is all of them. */
function rowsOf(group: readonly { number: number }[], all: readonly unknown[]): { rows?: (number | string)[] } {
  return group.length === all.length ? {} : { rows: rowList(group.map(({ number }) => number)) };
}
