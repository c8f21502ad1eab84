// The one shape in which every outcome of a known tool is told: {result, error, has_error}.

/** `error` is null or "Code: message"; `has_error` says which. `warnings` stands there only when there are any. */
export interface Envelope {
  [key: string]: unknown;
  result: unknown;
  error: string | null;
  has_error: boolean;
  warnings?: string[];
}

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
  'Internal',
] as const;
export type OwnCode = (typeof OWN_CODES)[number];

/** What a failure leaves behind: nothing, nobody knows, or something after all. Of a read: always nothing. */
export type Outcome = 'not-done' | 'unknown' | 'changed';

/** A failure that a person or a model can act on; its message ends with the next step, where there is one. */
export abstract class Failure extends Error {
  abstract readonly code: string;
  abstract readonly outcome: Outcome;
}

/** A failure of ours. */
export class CallError extends Failure {
  readonly code: OwnCode;
  readonly outcome: Outcome;

  constructor(code: OwnCode, message: string, options: ErrorOptions & { outcome?: Outcome } = {}) {
    super(message, options);
    this.code = code;
    this.outcome = options.outcome ?? (code === 'OutcomeUnknown' || code === 'Internal' ? 'unknown' : 'not-done');
  }
}

export function succeeded(result: unknown, warnings: readonly string[]): Envelope {
  return withWarnings({ result, error: null, has_error: false }, warnings);
}

export function failed(code: string, message: string, warnings: readonly string[] = []): Envelope {
  return withWarnings({ result: null, error: `${code}: ${message}`, has_error: true }, warnings);
}

function withWarnings(envelope: Envelope, warnings: readonly string[]): Envelope {
  return warnings.length > 0 ? { ...envelope, warnings: [...warnings] } : envelope;
}
