// What a call is made with, from its first step to its last.
import type { Action } from '../actions/action.ts';
import type { AskByForm } from '../approval/approval.ts';
import type { Envelope } from '../envelope.ts';
import type { MfaCode } from '../iam/mfa.ts';
import type { Program } from './program.ts';

export interface CallContext {
  action: Action;
  program: Program;
  host: Host;
}

/** What the host gives with one call. */
export interface Host {
  /** Aborted when the host cancels the call. */
  signal: AbortSignal;
  /** Undefined where the host has no forms. */
  askByForm: AskByForm | undefined;
  /**
   * What a person has typed for this call. Undefined where the host has no way to ask.
   * @throws CallError NoCredentials when they were asked and typed none
   */
  mfaCode: MfaCode | undefined;
  /** Tells the host that the call is alive. */
  onProgress: (message: string, count?: { done: number; total: number }) => void;
}

/** What a person has to give before the same call, made again, can go on: a code of each of these MFA devices. */
export interface Ask {
  ask: 'mfa';
  devices: string[];
}

export function isAsk(outcome: Envelope | Ask): outcome is Ask {
  return 'ask' in outcome;
}
