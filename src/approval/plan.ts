// The plan that a person reads, and what an agreement to it is bound to: tool, connection, account, caller, rendered
// arguments and facts. Made by the server; nothing in it is the model's prose.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Fact } from '../actions/action.ts';
import { cleanForPlan } from '../clean-text.ts';

// Longer than any ARN: what a person agrees to must not be cut.
const LONGEST_VALUE = 2100;
const DAY_MS = 24 * 60 * 60 * 1000;

const fact = z.strictObject({
  label: z.string(),
  shown: z.union([z.string(), z.array(z.string())]),
  bound: z.string().optional(),
  lastUse: z.strictObject({ at: z.string().optional(), where: z.string() }).optional(),
}) satisfies z.ZodType<Fact>;

/** As a schema too, since a plan waits in a file for the terminal and is checked when read back. */
export const planSchema = z.strictObject({
  tool: z.string(),
  connection: z.string(),
  /** 12 digits. */
  account: z.string(),
  /** ARN of the identity that will sign. */
  caller: z.string(),
  arguments: z.record(z.string(), z.string()),
  /** When the facts were read: ISO 8601. */
  madeAt: z.string(),
  title: z.string(),
  facts: z.array(fact),
  warnings: z.array(z.string()),
  effect: z.string(),
  confirm: z.strictObject({ what: z.string(), text: z.string().min(1) }),
});

export type Plan = z.output<typeof planSchema>;

/** The same for two calls of one tool by one identity with the same rendered arguments. */
export function callDigest(plan: Plan): string {
  const rendered = Object.entries(plan.arguments).sort(([a], [b]) => (a < b ? -1 : 1));
  return digest([plan.tool, plan.connection, plan.account, plan.caller, rendered]);
}

/** Of the plan as it is, text shown included: what an answer is given to. */
export function planDigest(plan: Plan): string {
  return digest(planSchema.parse(plan));
}

function digest(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/**
 * What is no longer as it was agreed to, one sentence each; empty while the agreement holds. Facts are compared by what
 * was shown and bound; a later last use counts only where the key was idle before.
 */
export function changesSince(agreed: Plan, current: Plan): string[] {
  const before = new Map(agreed.facts.map((entry) => [entry.label, entry]));
  const after = new Map(current.facts.map((entry) => [entry.label, entry]));
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((label) => {
    const was = before.get(label);
    const is = after.get(label);
    return holds(was, is, agreed.madeAt) ? [] : [`${label} was '${inShort(was)}', is '${inShort(is)}'`];
  });
  const others = [agreed, current].map((plan) => digest([callDigest(plan), plan.title, plan.effect, plan.confirm]));
  return changes.length === 0 && others[0] !== others[1] ? ['it is another change than the one shown'] : changes;
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
  const wasInUse = Date.parse(agreedAt) - Date.parse(was.at) < DAY_MS;
  return wasInUse && Date.parse(is.at) > Date.parse(was.at);
}

function inShort(entry: Fact | undefined): string {
  if (!entry) return 'not there';
  return cleanForPlan([entry.shown].flat().join('; ') + lastUseText(entry));
}

/** The text that a person reads, the same in a form and in a terminal. Every value in it is cleaned, every date has its age. */
export function describePlan(plan: Plan, now = new Date()): string {
  const facts: Fact[] = [
    { label: 'Account', shown: plan.account },
    { label: 'Acting as', shown: plan.caller },
    { label: 'Connection', shown: plan.connection },
    ...plan.facts,
  ];
  const lines = [
    cleanForPlan(plan.title),
    '',
    ...facts.flatMap(describeFact),
    '',
    `What happens: ${cleanForPlan(plan.effect)}`,
    ...plan.warnings.map((warning) => `WARNING: ${cleanForPlan(warning)}`),
  ];
  return lines.join('\n').replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00/g, (date) => withAge(date, now));
}

function describeFact(entry: Fact): string[] {
  const { shown } = entry;
  const label = cleanForPlan(entry.label);
  if (typeof shown === 'string') return [`${label}: ${cleanForPlan(shown + lastUseText(entry), LONGEST_VALUE)}`];
  return [`${label}:`, ...shown.map((line) => `  - ${cleanForPlan(line, LONGEST_VALUE)}`)];
}

function lastUseText({ lastUse }: Fact): string {
  if (!lastUse) return '';
  return `; last use: ${lastUse.at === undefined ? 'never' : `${lastUse.at}, ${lastUse.where}`}`;
}

function withAge(date: string, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - Date.parse(date)) / 60_000));
  if (minutes === 0) return `just now (${date})`;
  const [count, unit] =
    minutes < 120
      ? [minutes, 'minute']
      : minutes < 48 * 60
        ? [Math.round(minutes / 60), 'hour']
        : minutes < 730 * 24 * 60
          ? [Math.round(minutes / 60 / 24), 'day']
          : [Math.round(minutes / 60 / 24 / 365), 'year'];
  return `${count} ${unit}${count === 1 ? '' : 's'} ago (${date})`;
}

export function askToConfirm(plan: Plan): string {
  return `To agree, type ${cleanForPlan(plan.confirm.what)}`;
}

/** Whether `typed` is what this plan asks for. Checked here for every way of asking, never left to a host or an SDK. */
export function isConfirmed(plan: Plan, typed: unknown): boolean {
  return typeof typed === 'string' && typed.trim() !== '' && typed.trim() === plan.confirm.text;
}
