// A request for a person's agreement, as it stands in its files: what is asked, what was answered, how it ended, and
// what its call came to. Each file is written once; `seen` is appended to.
import { randomBytes, randomInt } from 'node:crypto';
import * as z from 'zod';
import { planSchema } from '../plan/plan.ts';

export const VALID_FOR_MS = 10 * 60 * 1000;
/** For so long after that, its end and its outcome can still be told to an identical call. */
export const TOLD_FOR_MS = 10 * 60 * 1000;

// Without characters that look alike: a person may read an id out to another.
const ID_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const ID_LENGTH = 6;
export const ID = new RegExp(`^[${ID_ALPHABET}]{${ID_LENGTH}}$`);

const way = z.enum(['form', 'terminal', 'page', 'bridge', 'host']);
/**
 * How a person can answer. `page` is one in a browser, `bridge` a program that an operator has entrusted with a key, and `host`
 * the host's own dialog, before the call reaches this program.
 */
export type Way = z.output<typeof way>;

/** In a form: after that many wrong texts, there is the terminal. */
export const MOST_TYPING_ATTEMPTS = 3;

/** An earlier request of an identical call, for the person and the model to know of. */
const earlier = z.strictObject({
  id: z.string().regex(ID),
  is: z.enum(['used', 'declined', 'changed', 'expired']),
  /** Epoch milliseconds. */
  at: z.number(),
  /** What it came to, or what had changed. */
  what: z.string().optional(),
  /** It was cancelled, so that its host has heard nothing of what it came to. */
  isUnheard: z.literal(true).optional(),
});
export type Earlier = z.output<typeof earlier>;

export const requestSchema = z.strictObject({
  id: z.string().regex(ID),
  /** Names this very request to a host that has to give it back: 128 bits, in hexadecimal. By itself it agrees to nothing. */
  token: z.string().regex(/^[0-9a-f]{32}$/),
  /** Epoch milliseconds. */
  createdAt: z.number(),
  /** Of the call that it belongs to: see calls/identity.ts. */
  callDigest: z.string(),
  /** Ways in which it may be answered. */
  ways: z.array(way),
  /** Whoever asks, so that one asker cannot fill the list of all. */
  asker: z.string(),
  /** How many different people have to agree. */
  yesesNeeded: z.union([z.literal(1), z.literal(2)]),
  /** Its yes is not used up: it holds until the request expires or somebody says no. Any number of calls may wait for it. */
  stands: z.literal(true).optional(),
  earlier: earlier.optional(),
  plan: planSchema,
});
export type ApprovalRequest = z.output<typeof requestSchema>;

export const yesSchema = z.strictObject({
  /** What the person typed: it is checked again before the request is used. */
  typed: z.string(),
  way,
  /** Who agreed, as far as that is known. */
  by: z.string(),
  /** Of the plan that the person saw. */
  planDigest: z.string(),
  at: z.number(),
  /** By a bridge: the name of the approver whose key has signed it. */
  approver: z.string().optional(),
  /** Theirs, of this answer: see signature.ts. */
  signature: z.string().optional(),
});
export type Yes = z.output<typeof yesSchema>;

export const closedSchema = z.strictObject({
  is: z.enum(['used', 'declined', 'changed', 'superseded']),
  at: z.number(),
  /** Who ended it: a person, or the call that uses it. */
  by: z.string(),
  /** By a bridge: the name of the approver whose key has signed it, and the signature. */
  approver: z.string().optional(),
  signature: z.string().optional(),
  /** A person closed the form after reading it, and did not say no. */
  isDismissal: z.literal(true).optional(),
  /** Why, where nobody has just said no: what had changed, or how the asking ended. */
  what: z.string().optional(),
});
export type Closed = z.output<typeof closedSchema>;

export const outcomeSchema = z.strictObject({
  at: z.number(),
  /** What the call came to, in a few words: "done", or "Code: message". */
  what: z.string(),
  /** False where the call was cancelled, so that its host has heard nothing. */
  isDelivered: z.boolean(),
});
export type RequestOutcome = z.output<typeof outcomeSchema>;

export const seenSchema = z.strictObject({
  at: z.number(),
  way,
  event: z.enum([
    'shown',
    'looked',
    'mistyped',
    /** The host accepted its form without what a person has to type. */
    'empty',
    /** The form was declined or closed before anybody could have read it. */
    'too-fast',
    /** Nobody answered the form while the call waited. */
    'vanished',
    'failed',
    /** The client gave up the call that showed the form. */
    'cancelled',
    /** The host was gone, and the form with it. */
    'left',
    /** An identical call was told how the request ended. */
    'told',
    /** A call was told of the command for a person. */
    'pending',
  ]),
  /** The call in which it was: its random name. */
  call: z.string().optional(),
  /** Of a form: the host, as in calls/context.ts. */
  client: z.string().optional(),
  session: z.string().optional(),
  /** By a bridge: the name of its approver. */
  approver: z.string().optional(),
});
export type Seen = z.output<typeof seenSchema>;

/**
 * Where a request stands: open as long as yeses are missing. One of them is undefined where somebody has written what is
 * no yes.
 */
export type RequestState =
  | { is: 'open'; yeses: Yeses }
  | { is: 'answered'; yeses: Yeses }
  | { is: 'closed'; closed: Closed; outcome?: RequestOutcome }
  | { is: 'expired' };

export type Yeses = readonly (Yes | undefined)[];

export const THIS_MACHINE = "this machine's user";

/** Who agreed, for telling two people apart: whoever sits at this machine is one, however they answer. */
export function personOf({ approver }: Pick<Yes, 'approver'>): string {
  return approver === undefined ? THIS_MACHINE : `approver ${approver}`;
}

export function isWaiting({ is }: RequestState): boolean {
  return is === 'open' || is === 'answered';
}

export function newId(): string {
  return Array.from({ length: ID_LENGTH }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('');
}

export function newToken(): string {
  return randomBytes(16).toString('hex');
}

/** How a person has a request on a page: one was opened for it, or it is on the one that they have open. */
export type OnPage = 'opened' | 'in-open-page';
