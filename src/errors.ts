// Failures that a person or a model can act on, and what each leaves behind.

/** The codes that are ours; every other code in an `error` is AWS's own wire code. */
export const OWN_CODES = [
  'InvalidArguments',
  'UnknownConnection',
  'NoCredentials',
  'NetworkError',
  'Timeout',
  'BadResponse',
  'ReadOnly',
  'ApprovalPending',
  'ApprovalDeclined',
  'ApprovalDismissed',
  'ApprovalTimedOut',
  'ApprovalUnavailable',
  'FactsChanged',
  'Refused',
  'OutcomeUnknown',
  'NotAttempted',
  'RowsFailed',
  'Internal',
] as const;
export type OwnCode = (typeof OWN_CODES)[number];

/** What a failure leaves behind: nothing, nobody knows, or something after all. Of a read: always nothing. */
export type Outcome = 'not-done' | 'unknown' | 'changed';

/** A failure that a person or a model can act on; its message ends with the next step, where there is one. */
export abstract class Failure extends Error {
  abstract readonly code: string;
  abstract readonly outcome: Outcome;
  /** What a plan may say of it to a person: nothing that stood in the call, but what the operator or AWS has set. */
  abstract readonly inPlan: string | undefined;
}

/** A failure of ours. */
export class CallError extends Failure {
  readonly code: OwnCode;
  readonly outcome: Outcome;
  readonly inPlan: string | undefined;
  /** The argument or setting that is at fault, in this program's words. */
  readonly field: string | undefined;
  /** Texts in the call, or in its row, that may be secrets: whoever shows these leaves the texts out. */
  readonly unrepeated: readonly string[];

  constructor(code: OwnCode, message: string, options: CallErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.field = options.field;
    this.inPlan = options.inPlan;
    this.unrepeated = options.unrepeated ?? [];
    this.outcome = options.outcome ?? (code === 'OutcomeUnknown' || code === 'Internal' ? 'unknown' : 'not-done');
  }

  /** Whether the message itself says what the failure leaves behind. */
  get saysOutcome(): boolean {
    return this.code === 'ApprovalPending';
  }
}

interface CallErrorOptions extends ErrorOptions {
  outcome?: Outcome;
  field?: string;
  inPlan?: string;
  unrepeated?: readonly string[];
}

/** The code of whatever was thrown. */
export function codeOf(error: unknown): string {
  return error instanceof Failure ? error.code : 'Internal';
}

/** What whatever was thrown leaves behind: nobody knows, unless it says so itself. */
export function outcomeOf(error: unknown): Outcome {
  return error instanceof Failure ? error.outcome : 'unknown';
}

/** What whatever was thrown says, as it is: not cleaned. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Ends a `switch` over a closed set: a case that is left out does not compile. */
export function assertNever(left: never): never {
  throw new Error(`a case was left out: ${String(left)}`);
}
