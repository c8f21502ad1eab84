// When a request is sent again. The SDK's standard strategy, less its one mistake about IAM, that it takes LimitExceeded
// (a quota that waiting does not raise) for throttling; and less what `pace.ts` does better.
import { StandardRetryStrategy } from '@smithy/core/retry';
import { isOutOfTime } from './answers.ts';
import { isThrottling, NotSentError } from './throttling.ts';

type RetryToken = Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>[0];
type RetryErrorInfo = Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>[1];

/** How often a request that may be sent again is sent at most. */
export const ATTEMPTS = 3;

const FINAL_ERRORS = new Set(['LimitExceeded', 'LimitExceededException']);

export class IamRetryStrategy extends StandardRetryStrategy {
  readonly #attempts: number;

  constructor(attempts: number) {
    super(attempts);
    this.#attempts = attempts;
  }

  override async refreshRetryTokenForRetry(token: RetryToken, info: RetryErrorInfo) {
    // At once, or the SDK would prefer its own error of an aborted signal, which leaves open what was done.
    if (isFinal(info.error)) throw info.error;
    // Each request with a quota of its own. The SDK's is one for all requests of a client and lasts for 35 retries: in a
    // table of hundreds of rows the last ones would fail of what the first ones survived. Against a storm of retries it
    // is not needed, where a connection has a few requests on their way and each is sent three times at most.
    return new StandardRetryStrategy(this.#attempts).refreshRetryTokenForRetry(token, info);
  }
}

function isFinal(error: unknown): boolean {
  // Throttled for longer than there was time.
  if (isThrottling(error) || error instanceof NotSentError) return true;
  // Who was silent for the whole time that an answer may take will be so again, and the host does not wait for that: most
  // give a call up after a minute.
  if (isOutOfTime(error)) return true;
  return error instanceof Error && FINAL_ERRORS.has(error.name);
}
