// What it looks like when AWS is asked too often. Free of the SDK, whose own list counts LimitExceeded, a quota that
// waiting does not raise, and codes of services that are not called here.
import type { ExchangeMetadata } from './response.ts';

const CODES: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'RequestLimitExceeded',
  'RequestThrottled',
  'SlowDown',
  'Throttled',
  'Throttling',
  'TooManyRequests',
]);

/**
 * Whether `error` is AWS's own answer that this request was one too many. Nothing was done then, so that even a request
 * that must not be sent twice may be sent again. Not so of a 5xx, whatever its code, or of a page that a proxy wrote.
 */
export function isThrottling(error: unknown): boolean {
  if (!(error instanceof Error) || !('$fault' in error)) return false;
  const { name, Code = name, $metadata } = error as Error & { Code?: string; $metadata?: ExchangeMetadata };
  const status = $metadata?.httpStatusCode ?? 400;
  return status < 500 && (status === 429 || CODES.has(Code.replace(/Exception$/, '')));
}

/** A request that was still waiting for its turn when the time allowed for it was over. */
export class NotSentError extends Error {
  readonly isThrottled: boolean;

  /** @param isThrottled whether AWS was throttling the connection meanwhile */
  constructor(isThrottled: boolean) {
    super('not sent');
    this.isThrottled = isThrottled;
  }
}
