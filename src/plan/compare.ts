// Facts that were read again, against the plan that a person agreed to: which rows still are what was shown.
import { isDeepStrictEqual } from 'node:util';
import type { Fact, MovingPart } from '../actions/action.ts';
import { stableCaller } from '../calls/identity.ts';
import type { RowCall, RowOutcomes } from '../calls/row-call.ts';
import { CallError, codeOf } from '../errors.ts';
import { inShort, valueInShort } from './fact-text.ts';
import type { MadePlan } from './make-plan.ts';
import { type Plan, type PlanRow, warningsOf } from './plan.ts';

/** The rows that cannot be planned, as outcomes. */
export function failedRows({ failures }: MadePlan): RowOutcomes {
  return new Map([...failures].map(([call, error]) => [call, { is: 'failed', error }]));
}

/** There was no time for their facts, or nobody is there any more: of these rows none is refused. */
export function notAttempted(calls: readonly RowCall[], known: RowOutcomes, why: string): RowOutcomes {
  const isOverdue = (call: RowCall) => {
    const outcome = known.get(call);
    return outcome?.is !== 'failed' || codeOf(outcome.error) === 'Timeout';
  };
  const overdue = calls.filter(isOverdue).map((call) => [call, { is: 'not-attempted', why }] as const);
  return new Map([...known, ...overdue]);
}

/** What has changed of each row since a person agreed, in words; nothing of those that are as they were. */
export function changedRows(agreed: Plan, { rows }: MadePlan): Map<RowCall, string> {
  const shown = new Map(agreed.rows.map((row) => [row.number, row]));
  const changed = new Map<RowCall, string>();
  for (const [call, now] of rows) {
    const then = shown.get(call.number);
    const differences = then ? rowChangesSince(then, now) : ['it was not in the plan'];
    if (differences.length > 0) changed.set(call, differences.join('; '));
  }
  return changed;
}

export function factsChanged(what: string): CallError {
  return new CallError(
    'FactsChanged',
    `since the plan that the person agreed to, this has changed: ${what}; call again to ask anew`,
  );
}

const ANOTHER = 'it is another change than the one shown';

/** What is done, by whom, and what is said of it. */
function changeOf({
  number,
  connection,
  account,
  caller,
  arguments: rendered,
  target,
  title,
  effect,
  confirm,
}: PlanRow) {
  return { number, connection, account, caller: stableCaller(caller), rendered, target, title, effect, confirm };
}

/** Of several with one label, which no action has, each with its place. */
function byLabel(facts: readonly Fact[]): Map<string, Fact> {
  const byName = new Map<string, Fact>();
  for (const fact of facts) {
    const { label } = fact;
    byName.set(byName.has(label) ? `${label} (${byName.size})` : label, fact);
  }
  return byName;
}

/**
 * What is no longer as it was agreed to, one sentence each; empty while the agreement holds. Facts are compared by what
 * was shown and bound; that a part of one has moved on counts only where it was idle before. A new warning is a change.
 */
function rowChangesSince(agreed: PlanRow, current: PlanRow): string[] {
  const before = byLabel([...agreed.way.facts, ...agreed.facts]);
  const after = byLabel([...current.way.facts, ...current.facts]);
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((label) => {
    const was = before.get(label);
    const is = after.get(label);
    return holds(was, is) ? [] : [`${label} was '${inShort(was)}', is '${inShort(is)}'`];
  });
  if (changes.length > 0) return changes;
  if (!isDeepStrictEqual(changeOf(agreed), changeOf(current))) return [ANOTHER];
  return newWarnings(agreed, current).map((text) => `there is a new warning: ${valueInShort(text)}`);
}

/** One that is gone while all facts hold is no change: it lapsed, as what is said of the last day does. */
function newWarnings(agreed: PlanRow, current: PlanRow): string[] {
  const known = new Set(warningsOf(agreed));
  return [
    ...current.way.grave.filter((text) => !agreed.way.grave.includes(text)),
    ...current.grave.filter((text) => !agreed.grave.includes(text)),
    ...[...current.notKnown, ...current.warnings].filter((text) => !known.has(text)),
  ];
}

function holds(was: Fact | undefined, is: Fact | undefined): boolean {
  if (!was || !is) return false;
  const same = JSON.stringify([was.shown, was.bound]) === JSON.stringify([is.shown, is.bound]);
  return same && isNoNews(was.movesOn, is.movesOn);
}

/**
 * What was seen to be in use may move on while the person reads: else nobody could ever stop what somebody keeps using.
 * That something idle moves on is news, and so is anything that is not later than before.
 */
function isNoNews(was: MovingPart | undefined, is: MovingPart | undefined): boolean {
  if (was?.at === is?.at) return (was === undefined) === (is === undefined);
  if (was?.at === undefined || is?.at === undefined) return false;
  return was.isInUse === true && Date.parse(is.at) > Date.parse(was.at);
}
