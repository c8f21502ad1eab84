// When a request is sent again. The SDK's standard strategy, less its one mistake about IAM: it takes LimitExceeded
// (a quota that waiting does not raise) for throttling.
import { StandardRetryStrategy } from '@smithy/core/retry';

type RetryToken = Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>[0];
type RetryErrorInfo = Parameters<StandardRetryStrategy['refreshRetryTokenForRetry']>[1];

const FINAL_ERRORS = new Set(['LimitExceeded', 'LimitExceededException']);

export class IamRetryStrategy extends StandardRetryStrategy {
  override async refreshRetryTokenForRetry(token: RetryToken, info: RetryErrorInfo) {
    if (info.error instanceof Error && FINAL_ERRORS.has(info.error.name)) throw info.error;
    return super.refreshRetryTokenForRetry(token, info);
  }
}
