// Everything that can go wrong on the way to AWS and back, as one kind of error with the wire code and the certainty
// (or not) that nothing was done.
import { cleanLine } from '../clean-text.ts';
import type { OwnCode } from '../envelope.ts';
import { AnswerError, isAnswerLost } from './answers.ts';
import type { ExchangeMetadata } from './response.ts';

/** A failed request. `code` is AWS's wire code (`NoSuchEntity`) or one of ours; `message` is cleaned and of one line. */
export class AwsError extends Error {
  readonly code: string;
  /** False when the request may have been carried out although no answer says so. */
  readonly notDone: boolean;
  /** Whether the answer to an earlier attempt at the same request was lost. */
  readonly answerLost: boolean;
  /** Whether AWS itself said so, in an answer of its own. */
  readonly isAnswer: boolean;
  /** The exchange that brought the error, where there was one. */
  readonly exchange: ExchangeMetadata;

  constructor(code: string, message: string, options: AwsErrorOptions) {
    super(message, { cause: options.cause });
    this.code = code;
    this.notDone = options.notDone;
    this.answerLost = options.answerLost ?? false;
    this.isAnswer = options.isAnswer ?? false;
    this.exchange = (options.cause as SdkError | undefined)?.$metadata ?? {};
  }

  /** The same error of a request that only reads: it leaves nothing undecided, whatever became of its answer. */
  asOfARead(): AwsError {
    return new AwsError(this.code, this.message, { ...this, notDone: true, cause: this.cause });
  }
}

interface AwsErrorOptions {
  notDone: boolean;
  answerLost?: boolean;
  isAnswer?: boolean;
  cause?: unknown;
}

interface SdkError extends Error {
  $fault?: 'client' | 'server';
  $metadata?: ExchangeMetadata;
  Code?: string;
  code?: string;
  syscall?: string;
  hostname?: string;
  address?: string;
  port?: number;
}

const NEXT_STEPS: Record<string, string> = {
  InvalidClientTokenId: 'the access key of this connection is unknown or inactive; check its credentials',
  SignatureDoesNotMatch: 'check the secret key of this connection and the clock of this machine',
  ExpiredToken: 'the session of this connection has ended; sign in again',
  Throttling: 'IAM is being asked too often; try again in a few seconds',
};

/** Turns what the SDK threw for `operation` into an `AwsError`; an `AwsError` passes unchanged. */
export function toAwsError(thrown: unknown, operation: string): AwsError {
  if (thrown instanceof AwsError) return thrown;
  const error = (thrown instanceof Error ? thrown : new Error(String(thrown))) as SdkError;
  const answerLost = error.$metadata?.answerLost ?? isAnswerLost(error);
  if (error.$fault !== undefined) return serviceError(error, answerLost);
  if (error instanceof AnswerError) {
    const message =
      error.reason === 'lost'
        ? `the answer to ${operation} was lost: ${error.message}`
        : `${error.message} came back for ${operation}, which is not IAM's answer: ` +
          'is a proxy, a captive portal or a wrong endpoint in between?';
    return new AwsError(error.reason === 'lost' ? 'NetworkError' : 'BadResponse', message, {
      notDone: false,
      answerLost: true,
      cause: error,
    });
  }
  return transportError(error, operation, answerLost);
}

function serviceError(error: SdkError, answerLost: boolean): AwsError {
  // The SDK names classes with a suffix that the wire code has not: NoSuchEntityException, NoSuchEntity.
  const code = cleanLine(error.Code ?? error.name.replace(/Exception$/, ''), 100);
  const nextStep = NEXT_STEPS[code];
  const said = cleanLine(error.message, 1000);
  return new AwsError(code, nextStep ? `${said}: ${nextStep}` : said, {
    // A 5xx is an answer, but IAM's documentation gives no promise that nothing was done before it.
    notDone: error.$fault === 'client',
    isAnswer: true,
    answerLost,
    cause: error,
  });
}

function transportError(error: SdkError, operation: string, answerLost: boolean): AwsError {
  const fail = (code: OwnCode, message: string, notDone: boolean) =>
    new AwsError(code, message, { notDone, answerLost, cause: error });
  const at = cleanLine(error.hostname ?? [error.address, error.port].filter(Boolean).join(':'), 200);
  switch (error.code) {
    case 'ECONNREFUSED':
      return fail(
        'NetworkError',
        `nothing answers at ${at}: check the network, the proxy and any endpoint setting`,
        true,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return fail(
        'NetworkError',
        `the name ${at} cannot be resolved: check the network and any endpoint setting`,
        true,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return fail('NetworkError', `${at} cannot be reached: check the network`, true);
  }
  if (
    /did not establish a connection/.test(error.message) ||
    (error.code === 'ETIMEDOUT' && error.syscall === 'connect')
  ) {
    return fail('Timeout', `no connection for ${operation} within the time allowed (--connect-timeout)`, true);
  }
  if (error.code === 'ETIMEDOUT') {
    return fail('Timeout', `no answer to ${operation} within the time allowed (--answer-timeout)`, false);
  }
  if (error.name === 'AbortError') {
    return fail(
      'Timeout',
      `${operation} was not finished within the time allowed for the call (--call-timeout)`,
      false,
    );
  }
  if (isAnswerLost(error)) {
    return fail(
      'NetworkError',
      `the connection broke during ${operation} (${error.code}), before its answer came`,
      false,
    );
  }
  if (error.code !== undefined && /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(error.code)) {
    return fail('NetworkError', `the server's certificate is not trusted (${error.code})`, true);
  }
  if (error.code === 'ECONNRESET' || error.code === 'EPROTO') {
    return fail('NetworkError', `the connection could not be made secure (${error.code})`, true);
  }
  if (error.$metadata?.httpStatusCode !== undefined) {
    // The parser failed on it. Its message may quote the answer, and so a secret: it is not repeated.
    return fail('BadResponse', `the answer to ${operation} could not be read`, false);
  }
  return fail('Internal', `${operation} failed in this program (${cleanLine(error.name, 60)})`, false);
}
