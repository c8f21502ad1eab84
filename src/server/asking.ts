// How a person is asked through their host, which differs with the era of the protocol.
import { type InputRequiredResult, isInputRequiredResult } from '@modelcontextprotocol/server';
import type { Ask } from '../call.ts';
import type { CallContext, Host } from '../calls/context.ts';
import type { Envelope } from '../envelope.ts';
import type { MfaCode } from '../iam/mfa.ts';

/** Of one call, over all its passes. */
export interface Asking {
  /** What was typed for this call. Undefined where the host has no forms. */
  mfaCode: MfaCode | undefined;
  /** Where the host makes the call again to answer: what it has brought. */
  returned?: Host['returned'];
  /**
   * Asks for what a pass needs.
   * @returns undefined when something came of it, which the next pass finds; or what the host has to be told, so that it
   *   makes the same call again
   * @throws CallError ApprovalDismissed when the call was cancelled meanwhile
   */
  ask(ask: Ask, context: CallContext): Promise<InputRequiredResult | undefined>;
}

/** Whether the host has to make the call again, in the place of an envelope. */
export function isInputRequired(outcome: Envelope | InputRequiredResult): outcome is InputRequiredResult {
  return isInputRequiredResult(outcome);
}
