// What one call has at hand, in every pass: its action, the program, and what its host gives.
import type { Action } from '../actions/action.ts';
import type { MfaCode } from '../iam/mfa.ts';
import type { Program } from './program.ts';

/**
 * What came back from a form. A host that declares forms may decline, accept without content or never answer by itself:
 * nothing of it is taken for a person's before it was judged.
 */
export type FormAnswer =
  /** What was typed, as it came. */
  | { is: 'accepted'; typed: unknown }
  | { is: 'declined' | 'dismissed' }
  /** The host answered with an error. */
  | { is: 'failed' };

/** What the host gives with one call. */
export interface Host {
  /** Aborted when the host cancels the call. */
  signal: AbortSignal;
  /** Whether it says that it can show forms. */
  hasForms: boolean;
  /**
   * Where forms are returned to the host, and not pushed to it while its call waits: what came with this call from one that
   * an identical call has returned. `token` is a request's, if it is anything: the host gives it back as it likes.
   */
  returned?: { token?: string; answer?: FormAnswer };
  /**
   * What a person has typed for this call. Undefined where the host has no way to ask.
   * @throws CallError NoCredentials when they were asked and typed none
   */
  mfaCode: MfaCode | undefined;
  /** Tells the host that the call is alive. */
  onProgress: (message: string, count?: { done: number; total: number }) => void;
  /** The call's random name, the same in all its passes. */
  call: string;
  /** Which host this is, as far as that is known: one that starts a process for each call is the same all the time. */
  asker: string;
  /** Which program it is: name, version and era of the protocol. Empty where it does not say. */
  client: string;
  /** Its random name as long as it is connected: a form that was shown in an earlier session is gone. */
  session: string;
  /** When a single call has to be over, or its host may have given it up: on the clock of `performance.now()`. */
  deadline: number;
}

export interface CallContext {
  action: Action;
  program: Program;
  host: Host;
}

/** What a person has to give before the same call, made again, can go on: a code of each of these MFA devices. */
export interface MfaAsk {
  ask: 'mfa';
  devices: string[];
}
