// The plan that a person reads, and what an agreement to it is bound to: tool, and for each row connection, account,
// caller, rendered arguments and facts. Made by the server; nothing in it is the model's prose.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Cell, Fact, MovingPart, Target } from '../actions/action.ts';

const movingPart = z.strictObject({
  shown: z.string(),
  at: z.string().optional(),
  isInUse: z.literal(true).optional(),
}) satisfies z.ZodType<MovingPart>;

const fact = z.strictObject({
  label: z.string(),
  shown: z.union([z.string(), z.array(z.string())]),
  bound: z.string().optional(),
  fromOperator: z.literal(true).optional(),
  movesOn: movingPart.optional(),
}) satisfies z.ZodType<Fact>;

const cell = z.strictObject({
  column: z.string(),
  shown: z.string(),
  at: z.string().optional(),
}) satisfies z.ZodType<Cell>;

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
  /** How requests get to AWS, where that is out of the ordinary, and what is grave about it: the same for all that go so. */
  way: z.strictObject({ facts: z.array(fact), grave: z.array(z.string()) }),
  arguments: z.record(z.string(), z.string()),
  target,
  title: z.string(),
  facts: z.array(fact),
  cells: z.array(cell),
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

/** Of the plan as it is, text shown included: what an answer is given to. */
export function planDigest(plan: Plan): string {
  return createHash('sha256')
    .update(JSON.stringify(planSchema.parse(plan)))
    .digest('hex');
}

/** All that a row is warned of, in the order in which a person reads it. */
export function warningsOf({ way, grave, notKnown, warnings }: PlanRow): string[] {
  return [...way.grave, ...grave, ...notKnown, ...warnings];
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
