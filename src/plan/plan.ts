// The plan that a person reads, and what an agreement to it is bound to: tool, and for each row connection, account,
// caller, rendered arguments and facts. Made by the server; nothing in it is the model's prose.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Fact, Target } from '../actions/action.ts';
import { wasUsedWithinADay } from '../actions/last-use.ts';
import { cleanForPlan } from '../clean-text.ts';
import { inShort } from './fact-text.ts';

const fact = z.strictObject({
  label: z.string(),
  shown: z.union([z.string(), z.array(z.string())]),
  bound: z.string().optional(),
  fromOperator: z.literal(true).optional(),
  lastUse: z.strictObject({ at: z.string().optional(), where: z.string() }).optional(),
}) satisfies z.ZodType<Fact>;

const target = z.strictObject({
  owner: z.strictObject({ id: z.string(), shown: z.string(), plural: z.string() }),
  thing: z.strictObject({ id: z.string(), shown: z.string() }),
  fields: z.array(z.string()).readonly(),
}) satisfies z.ZodType<Target>;

const planRow = z.strictObject({
  /** In the table, from 1; absent for a call without one. */
  number: z.int().optional(),
  connection: z.string(),
  /** 12 digits. */
  account: z.string(),
  /** ARN of the identity that will sign. */
  caller: z.string(),
  arguments: z.record(z.string(), z.string()),
  target,
  title: z.string(),
  facts: z.array(fact),
  grave: z.array(z.string()),
  notKnown: z.array(z.string()),
  warnings: z.array(z.string()),
  effect: z.string(),
  confirm: z.strictObject({ what: z.string(), text: z.string().min(1) }),
});

/** As a schema too, since a plan waits in a file for the terminal and is checked when read back. */
export const planSchema = z.strictObject({
  tool: z.string(),
  /** When the facts were read: ISO 8601. */
  madeAt: z.string(),
  /** What will be done: one call, or the rows of a table that can be done. */
  rows: z.array(planRow).min(1),
  /** The rows of the table that cannot, and why. */
  leftOut: z.array(z.strictObject({ number: z.int(), why: z.string() })),
});

export type PlanRow = z.output<typeof planRow>;
export type Plan = z.output<typeof planSchema>;

/** The same for two calls of one tool by the same identities with the same rendered arguments. */
export function callDigest(plan: Plan): string {
  return digest([plan.tool, plan.rows.map(callParts)]);
}

function callParts({ number, connection, account, caller, arguments: rendered }: PlanRow): unknown {
  const sorted = Object.entries(rendered).sort(([a], [b]) => (a < b ? -1 : 1));
  return [number, connection, account, caller, sorted];
}

/** Of the plan as it is, text shown included: what an answer is given to. */
export function planDigest(plan: Plan): string {
  return digest(planSchema.parse(plan));
}

function digest(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** What is no longer as it was agreed to, in any row. */
export function changesSince(agreed: Plan, current: Plan): string[] {
  if (callDigest(agreed) !== callDigest(current)) return [ANOTHER];
  return agreed.rows.flatMap((row, index) => {
    const now = current.rows[index];
    return now ? rowChangesSince(row, now, agreed.madeAt) : [ANOTHER];
  });
}

const ANOTHER = 'it is another change than the one shown';

/**
 * What is no longer as it was agreed to, one sentence each; empty while the agreement holds. Facts are compared by what
 * was shown and bound; a later last use counts only where the key was idle before. A new warning is a change.
 * @param agreedAt when the facts of `agreed` were read
 */
export function rowChangesSince(agreed: PlanRow, current: PlanRow, agreedAt: string): string[] {
  const before = new Map(agreed.facts.map((entry) => [entry.label, entry]));
  const after = new Map(current.facts.map((entry) => [entry.label, entry]));
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((label) => {
    const was = before.get(label);
    const is = after.get(label);
    return holds(was, is, agreedAt) ? [] : [`${label} was '${inShort(was)}', is '${inShort(is)}'`];
  });
  if (changes.length > 0) return changes;
  const others = [agreed, current].map((row) => digest([callParts(row), row.title, row.effect, row.confirm]));
  if (others[0] !== others[1]) return [ANOTHER];
  return newWarnings(agreed, current).map((text) => `there is a new warning: ${cleanForPlan(text)}`);
}

/** One that is gone while all facts hold is no change: it lapsed, such as that a key was used within a day. */
function newWarnings(agreed: PlanRow, current: PlanRow): string[] {
  const known = new Set(warningsOf(agreed));
  return [
    ...current.grave.filter((text) => !agreed.grave.includes(text)),
    ...[...current.notKnown, ...current.warnings].filter((text) => !known.has(text)),
  ];
}

/** All that a row is warned of, in the order in which a person reads it. */
export function warningsOf({ grave, notKnown, warnings }: PlanRow): string[] {
  return [...grave, ...notKnown, ...warnings];
}

function holds(was: Fact | undefined, is: Fact | undefined, agreedAt: string): boolean {
  if (!was || !is) return false;
  const same = JSON.stringify([was.shown, was.bound]) === JSON.stringify([is.shown, is.bound]);
  return same && isNoNews(was.lastUse, is.lastUse, agreedAt);
}

/**
 * A leaked key is used again while the person reads. One more use of a key known to be in use is no news, or nobody
 * could ever turn off a key that an attacker keeps using; the use of a key that was idle for a day is.
 */
function isNoNews(was: Fact['lastUse'], is: Fact['lastUse'], agreedAt: string): boolean {
  if (was?.at === is?.at) return (was === undefined) === (is === undefined);
  if (was?.at === undefined || is?.at === undefined) return false;
  return wasUsedWithinADay(was, Date.parse(agreedAt)) && Date.parse(is.at) > Date.parse(was.at);
}

/** What a person types to agree: what the one change asks for, or how many rows there are. */
export function confirmationOf({ rows }: Plan): PlanRow['confirm'] {
  const [only, second] = rows;
  return only && !second ? only.confirm : { what: 'the number of rows', text: String(rows.length) };
}

/** Whether `typed` is what this plan asks for. Checked here for every way of asking, never left to a host or an SDK. */
export function isConfirmed(plan: Plan, typed: unknown): boolean {
  return typeof typed === 'string' && typed.trim() !== '' && typed.trim() === confirmationOf(plan).text;
}
