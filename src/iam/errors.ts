// Everything that can go wrong on the way to AWS and back, as one kind of error with the wire code and the certainty
// (or not) that nothing was done.
import { cleanLine } from '../clean-text.ts';
import { assertNever, Failure, type Outcome, OWN_CODES, type OwnCode } from '../errors.ts';
import { AnswerError, isAnswerLost, isConnectTimeout } from './answers.ts';
import { afterCertificateProblem, isCertificateProblem } from './certificates.ts';
import { ProxyError } from './proxy-error.ts';
import type { ExchangeMetadata } from './response.ts';
import { isThrottling, NotSentError } from './throttling.ts';

/** A failed request. `code` is AWS's wire code (`NoSuchEntity`) or one of ours; `message` is cleaned and of one line. */
export class AwsError extends Failure {
  readonly code: string;
  /** False when the request may have been carried out although no answer says so. */
  readonly notDone: boolean;
  /** Whether the answer to an earlier attempt at the same request was lost. */
  readonly answerLost: boolean;
  /** Whether AWS itself said so, in an answer of its own. */
  readonly isAnswer: boolean;
  /** What the code alone does not say. */
  readonly reason: Reason | undefined;
  readonly inPlan: string | undefined;
  /** The exchange that brought the error, where there was one. */
  readonly exchange: ExchangeMetadata;

  constructor(code: string, message: string, options: AwsErrorOptions) {
    super(message, { cause: options.cause });
    this.code = code;
    this.notDone = options.notDone;
    this.answerLost = options.answerLost ?? false;
    this.isAnswer = options.isAnswer ?? false;
    this.reason = options.reason;
    this.inPlan = options.inPlan;
    this.exchange = (options.cause as SdkError | undefined)?.$metadata ?? {};
  }

  get outcome(): Outcome {
    return this.notDone ? 'not-done' : 'unknown';
  }

  /** The same error of a request that only reads: it leaves nothing undecided, whatever became of its answer. */
  asOfARead(): AwsError {
    return new AwsError(this.code, this.message, { ...this, notDone: true, cause: this.cause });
  }
}

/** Codes with which AWS says that the credentials are no longer good, whatever the expiry that was told with them. */
export const STALE_CREDENTIALS: ReadonlySet<string> = new Set(['ExpiredToken', 'InvalidClientTokenId']);

interface AwsErrorOptions {
  notDone: boolean;
  answerLost?: boolean;
  isAnswer?: boolean;
  reason?: Reason | undefined;
  inPlan?: string | undefined;
  cause?: unknown;
}

/** With AccessDenied: a policy denies it, rather than no policy allowing it. */
type Reason = 'explicit-deny';

export const AFTER_EXPLICIT_DENY =
  "an explicit deny is in the way, which no permission lifts; AWS's quarantine of a leaked key (AWSCompromisedKeyQuarantine) is one";

interface SdkError extends Error {
  $fault?: 'client' | 'server';
  $metadata?: ExchangeMetadata;
  $response?: { headers?: Record<string, string> };
  Code?: string;
  code?: string;
  syscall?: string;
  hostname?: string;
  address?: string;
  port?: number;
}

/**
 * Turns what the SDK threw for `operation` into an `AwsError`; an `AwsError` passes unchanged.
 * @param redact takes secrets out of what AWS said, before it is cut: of a secret that was cut, the rest is not known any
 *   more. IAM quotes the canonical request of a wrong signature, session token included
 */
export function toAwsError(thrown: unknown, operation: string, redact: (text: string) => string): AwsError {
  if (thrown instanceof AwsError) return thrown;
  const error = firstOfMany(thrown instanceof Error ? thrown : new Error(String(thrown)));
  const answerLost = error.$metadata?.answerLost ?? isAnswerLost(thrown);
  const { code, message, isDone, isAnswer, reason } =
    error.$fault !== undefined
      ? serviceError(error, redact)
      : error instanceof AnswerError
        ? answerError(error, operation)
        : transportError(error, operation);
  return new AwsError(code, message, {
    // Whatever the last attempt came to: an earlier one may have been carried out.
    notDone: isDone === 'no' && !answerLost,
    answerLost,
    isAnswer,
    reason,
    cause: error,
  });
}

/** What an error says. `isDone` is about the last attempt alone. */
interface Told {
  code: string;
  message: string;
  isDone: 'no' | 'perhaps';
  isAnswer?: boolean;
  reason?: Reason;
}

/** A host with several addresses fails with one error for all, which names none. */
function firstOfMany(error: Error): SdkError {
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? Object.assign(first, { $metadata: (error as SdkError).$metadata }) : error;
}

function serviceError(error: SdkError, redact: (text: string) => string): Told {
  // The SDK names classes with a suffix that the wire code has not: NoSuchEntityException, NoSuchEntity.
  const code = error.Code ?? error.name.replace(/Exception$/, '');
  // A code that no AWS service has, or one of ours, would be taken for something that it is not.
  const isAws = /^[A-Za-z][\w.]{1,99}$/.test(code) && !OWN_CODES.some((own) => own === code);
  const message = cleanLine(redact(error.message), 1000);
  if (!isAws)
    return { code: 'BadResponse', message: `an error that is not IAM's came back: ${message}`, isDone: 'perhaps' };
  const reason = code === 'AccessDenied' && /explicit deny/.test(message) ? 'explicit-deny' : undefined;
  const nextStep = reason === 'explicit-deny' ? AFTER_EXPLICIT_DENY : nextStepAfter(code, message, error, redact);
  return {
    code,
    message: nextStep === undefined ? message : `${message.replace(/[.:\s]+$/, '')}: ${nextStep}`,
    isDone: error.$fault === 'client' ? 'no' : 'perhaps',
    isAnswer: true,
    reason,
  };
}

const MORE_TIME = 'allow more time (--call-timeout, or for a table --table-timeout), or give it fewer rows';

function nextStepAfter(
  code: string,
  message: string,
  error: SdkError,
  redact: (text: string) => string,
): string | undefined {
  if (isThrottling(error)) {
    return `AWS throttled this request until the time allowed was over; ${MORE_TIME}`;
  }
  switch (code) {
    case 'InvalidClientTokenId':
      return 'the access key of this connection is unknown or inactive; check its credentials';
    case 'SignatureDoesNotMatch':
      return /expired|not yet current/.test(message)
        ? `the clock of this machine is wrong (AWS's says ${cleanLine(redact(error.$response?.headers?.date ?? 'something else'), 40)}); set it`
        : 'check the secret key of this connection';
    case 'ExpiredToken':
      return 'the session of this connection has ended; sign in again';
    case 'AccessDenied':
      return afterAccessDenied(message);
    default:
      return undefined;
  }
}

function afterAccessDenied(message: string): string | undefined {
  const missing = /perform:? (\w+:\w+)/.exec(message)?.[1];
  if (missing === 'iam:GetAccessKeyLastUsed') return 'either that permission is missing, or there is no such key';
  if (missing === 'sts:AssumeRole') {
    return "the caller lacks that permission, or the role's trust policy (with its external id) does not admit the caller";
  }
  return missing && `the permission ${missing} is missing; 'aws-iam-mcp policy' prints all that the tools need`;
}

function answerError(error: AnswerError & SdkError, operation: string): Told {
  const lost = `the answer to ${operation} was lost: ${error.message}${howOftenSent(error)}`;
  switch (error.reason) {
    case 'late':
      return { code: 'Timeout', message: lost, isDone: 'perhaps' };
    case 'lost':
      return { code: 'NetworkError', message: lost, isDone: 'perhaps' };
    case 'foreign':
      return {
        code: 'BadResponse',
        message:
          `${error.message} came back for ${operation}, which is not IAM's answer: ` +
          'is a proxy, a captive portal or a wrong endpoint in between?',
        isDone: 'perhaps',
      };
    default:
      return assertNever(error.reason);
  }
}

/** For whoever has to find out what was done. */
function howOftenSent({ $metadata }: SdkError): string {
  const sent = $metadata?.attempts;
  if (sent === undefined) return '';
  return `; it was sent ${sent === 1 ? 'once' : sent === 2 ? 'twice' : `${sent} times`}`;
}

const CHECK_THE_WAY = 'check the network and any proxy';

function transportError(error: SdkError, operation: string): Told {
  const told = (code: OwnCode, message: string, isDone: Told['isDone']): Told => ({ code, message, isDone });
  if (error instanceof NotSentError) {
    const why = error.isThrottled ? 'AWS throttled this connection' : 'others of this connection were ahead of it';
    const message = `${operation} still waited for its turn when the time allowed was over, since ${why}; ${MORE_TIME}`;
    return told('Timeout', message, 'no');
  }
  if (error instanceof ProxyError) return told(error.isLate ? 'Timeout' : 'NetworkError', error.message, 'no');
  const at = cleanLine(error.hostname ?? [error.address, error.port].filter(Boolean).join(':'), 200) || 'its address';
  switch (error.code) {
    case 'ERR_INVALID_URL':
      return told('NetworkError', 'the endpoint setting (such as AWS_ENDPOINT_URL) is not a URL: correct it', 'no');
    case 'ECONNREFUSED':
      return told(
        'NetworkError',
        `nothing answers at ${at}: check the network, the proxy and any endpoint setting`,
        'no',
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return told(
        'NetworkError',
        `the name ${at} cannot be resolved: check the network and any endpoint setting`,
        'no',
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return told('NetworkError', `${at} cannot be reached: check the network`, 'no');
  }
  const isConnecting = isConnectTimeout(error) || (error.code === 'ETIMEDOUT' && error.syscall === 'connect');
  if (isConnecting) {
    const message = `no connection for ${operation} within the time allowed (--connect-timeout): ${CHECK_THE_WAY}`;
    return told('Timeout', message, 'no');
  }
  if (error.syscall === 'connect') {
    return told('NetworkError', `no connection to ${at} (${cleanLine(error.code ?? '')}): check the network`, 'no');
  }
  if (error.code === 'ETIMEDOUT') {
    const message = `no answer to ${operation} within the time allowed (--answer-timeout)${howOftenSent(error)}`;
    return told('Timeout', message, 'perhaps');
  }
  if (error.name === 'AbortError') {
    const message = `${operation} was not finished within the time allowed for the call (--call-timeout)`;
    return told('Timeout', `${message}${howOftenSent(error)}`, 'perhaps');
  }
  if (isAnswerLost(error)) {
    const message = `the connection broke during ${operation} (${error.code}), before its answer came`;
    return told('NetworkError', `${message}${howOftenSent(error)}`, 'perhaps');
  }
  if (error.code !== undefined && isCertificateProblem(error.code)) {
    const message = `the server's certificate is not trusted (${error.code}): ${afterCertificateProblem(error.code)}`;
    return told('NetworkError', message, 'no');
  }
  if (/^(ECONNRESET|EPROTO|ERR_SSL_\w+)$/.test(error.code ?? '')) {
    return told('NetworkError', `the connection could not be made secure (${error.code}): ${CHECK_THE_WAY}`, 'no');
  }
  if (error.$metadata?.httpStatusCode !== undefined) {
    // The parser failed on it. Its message may quote the answer, and so a secret: it is not repeated.
    return told('BadResponse', `the answer to ${operation} could not be read`, 'perhaps');
  }
  return told('Internal', `${operation} failed in this program (${cleanLine(error.name, 60)})`, 'perhaps');
}
