// The plan that a person reads, and what an agreement to it is bound to: tool, connection, account, caller, rendered
// arguments and facts. Made by the server; nothing in it is the model's prose.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { cleanForPlan } from '../clean-text.ts';

// Longer than any ARN: what a person agrees to must not be cut.
const LONGEST_VALUE = 2100;

const fact = z.strictObject({
  label: z.string(),
  shown: z.union([z.string(), z.array(z.string())]),
  bound: z.string().optional(),
});
type PlanFact = z.output<typeof fact>;

/** As a schema too, since a plan waits in a file for the terminal and is checked when read back. */
export const planSchema = z.strictObject({
  tool: z.string(),
  connection: z.string(),
  /** 12 digits. */
  account: z.string(),
  /** ARN of the identity that will sign. */
  caller: z.string(),
  arguments: z.record(z.string(), z.string()),
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

/** The call and every fact; of a fact with `bound`, that instead of the text shown. */
export function planDigest(plan: Plan): string {
  const facts = plan.facts.map(({ label, shown, bound }) => [label, bound ?? shown]);
  return digest([callDigest(plan), plan.title, facts, plan.warnings, plan.effect, plan.confirm]);
}

function digest(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** One sentence a fact that differs, for the error that refuses an agreement given to other facts. */
export function changedFacts(agreed: Plan, current: Plan): string[] {
  const before = new Map(agreed.facts.map((entry) => [entry.label, entry]));
  const after = new Map(current.facts.map((entry) => [entry.label, entry]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((label) => {
    const was = before.get(label);
    const is = after.get(label);
    return boundOf(was) === boundOf(is) ? [] : [`${label} was '${inShort(was)}', is '${inShort(is)}'`];
  });
}

function boundOf(entry: PlanFact | undefined): string {
  return JSON.stringify(entry && (entry.bound ?? entry.shown));
}

function inShort(entry: PlanFact | undefined): string {
  return entry ? cleanForPlan([entry.shown].flat().join('; ')) : 'not there';
}

/** The text that a person reads, the same in a form and in a terminal. Every value in it is cleaned. */
export function describePlan(plan: Plan): string {
  const facts: PlanFact[] = [
    { label: 'Account', shown: plan.account },
    { label: 'Acting as', shown: plan.caller },
    { label: 'Connection', shown: plan.connection },
    ...plan.facts,
  ];
  return [
    plan.title,
    '',
    ...facts.flatMap(describeFact),
    '',
    `What happens: ${cleanForPlan(plan.effect)}`,
    ...plan.warnings.map((warning) => `WARNING: ${cleanForPlan(warning)}`),
  ].join('\n');
}

function describeFact({ label, shown }: PlanFact): string[] {
  if (typeof shown === 'string') return [`${label}: ${cleanForPlan(shown, LONGEST_VALUE)}`];
  return [`${label}:`, ...shown.map((line) => `  - ${cleanForPlan(line, LONGEST_VALUE)}`)];
}

export function askToConfirm(plan: Plan): string {
  return `To agree, type ${plan.confirm.what}`;
}

/** Whether `typed` is what this plan asks for. Checked here for every way of asking, never left to a host or an SDK. */
export function isConfirmed(plan: Plan, typed: unknown): boolean {
  return typeof typed === 'string' && typed.trim() === plan.confirm.text;
}
