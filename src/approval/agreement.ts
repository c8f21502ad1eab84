// What a change needs from a person, as the page of a call sees it: whether they are asked by a request or by the host.
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { ApprovalRequest } from './request.ts';

/** What a call needs from a person before it can be made again. */
export interface ApprovalAsk {
  ask: 'approval';
  request: ApprovalRequest;
}

export interface Agreement {
  /** The one that the person was shown. */
  plan: Plan;
  /** Who has agreed, for the audit. */
  by: string;
  /**
   * Uses the yes up. A call that is cancelled before, or has too little time, leaves it to the next one.
   * @param leftMs for sending the change
   * @throws CallError ApprovalDismissed when another call was first, ApprovalDeclined when the person took it back,
   *   ApprovalPending when too little time is left
   */
  claim(leftMs: number): void;
  /**
   * Ends the request since it is about something that is no longer so, and asks anew. Undefined where the facts need not be
   * read again: the host has asked just now.
   * @returns what to throw
   */
  changed?: (what: string, current: Plan | undefined) => CallError;
}

export interface Approval {
  /** Whether somebody has been asked already, so that no plan has to be made for that. */
  readonly hasRequest: boolean;
  /** What the caller has to know beside the result. */
  readonly warnings: readonly string[];
  /** On record, once somebody was asked. */
  readonly trail: AuditTrail;
  /**
   * @param plan where nobody was asked yet
   * @throws CallError that says which refusal it was; nothing was changed then
   */
  agree(plan: Plan | undefined): Promise<Agreement | ApprovalAsk>;
  /** When the change was made, or failed. @param what it came to, in a few words */
  finished(what: string): void;
}

/** @throws CallError ApprovalUnavailable for what the file system throws */
export function kept<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    return unavailable(error);
  }
}

export function unavailable(error: unknown): never {
  if (error instanceof CallError) throw error;
  const why = cleanLine(error instanceof Error ? error.message : String(error));
  throw new CallError('ApprovalUnavailable', `requests cannot be kept (${why})`, { cause: error });
}

/** Puts on record what is thrown on the way to the change: then nothing was changed. */
export async function orRefused<T>({ trail }: Pick<Approval, 'trail'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    trail.notAgreed(error);
    throw error;
  }
}
