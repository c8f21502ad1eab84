// What a request for a fact comes to. What this connection may not read, or the endpoint does not tell, is said in the
// plan and is no obstacle to the change; any other failure ends the call.
import { AwsError } from '../iam/errors.ts';
import type { PlanContext } from './action.ts';
import type { WhyUnread } from './unread.ts';

export type Reading<T> = { value: T; why?: undefined } | { value?: undefined; why: WhyUnread };

/**
 * AWS itself has every operation: where its own endpoint seems to lack one, something in between answered, which may
 * hide what a person has to see.
 * @throws AwsError for any other failure, such as a broken connection or no such user
 */
export async function readIfAvailable<T>(
  request: Promise<T>,
  { endpoint }: Pick<PlanContext, 'endpoint'>,
): Promise<Reading<T>> {
  try {
    return { value: await request };
  } catch (error) {
    if (error instanceof AwsError && error.code === 'AccessDenied') return { why: 'not-permitted' };
    if (error instanceof AwsError && endpoint !== undefined && isOperationUnknown(error)) return { why: 'untold' };
    throw error;
  }
}

/**
 * For what was listed, and is gone since, or what a stand-in for AWS merely names: no reason not to go on.
 * @throws whatever else `reading` does
 */
export async function unlessGone<T>(reading: Promise<Reading<T>>): Promise<Reading<T>> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchEntity') return { why: 'not-found' };
    throw error;
  }
}

// What stand-ins for AWS (moto, LocalStack and others) say of an operation that they do not have, without "Exception".
const UNKNOWN_OPERATION = new Set([
  'InvalidAction',
  'NotImplemented',
  'NotImplementedError',
  'UnknownOperation',
  'UnsupportedOperation',
  'MethodNotAllowed',
]);
// Not Implemented and Method Not Allowed mean just that, whatever code stands beside them.
const UNKNOWN_BY_STATUS = new Set([405, 501]);
// With these they answer by a page of theirs. Not 200, the status of a captive portal, nor what proxies say of a server
// that they do not reach.
const STATUS_OF_A_PAGE = new Set([400, 404, 405, 500, 501]);

/** Only of an endpoint that is not AWS's own: AWS has them all. */
export function isOperationUnknown({ code, isAnswer, exchange: { httpStatusCode: status = 0 } }: AwsError): boolean {
  if (code === 'BadResponse') return STATUS_OF_A_PAGE.has(status);
  return isAnswer && (UNKNOWN_OPERATION.has(code.replace(/Exception$/, '')) || UNKNOWN_BY_STATUS.has(status));
}
