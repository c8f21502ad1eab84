// How a person is asked through their host, which differs with the era of the protocol.

import type { Ask } from '../call.ts';
import type { CallContext } from '../calls/context.ts';
import type { MfaCode } from '../iam/mfa.ts';

/** Of one call, over all its passes. */
export interface Asking {
  /** What was typed for this call. Undefined where the host has no forms. */
  mfaCode: MfaCode | undefined;
  /**
   * Asks for what a pass needs. What came of it stands with the request, or is given by `mfaCode`, when this returns.
   * @throws CallError ApprovalDismissed when the call was cancelled meanwhile
   */
  ask(ask: Ask, context: CallContext): Promise<void>;
}
