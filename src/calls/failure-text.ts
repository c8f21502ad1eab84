// The one boundary at which whatever was thrown becomes the text of an `error`: "Code: message".
import { type Action, isChange } from '../actions/action.ts';
import { CallError, Failure } from '../errors.ts';
import { AwsError } from '../iam/errors.ts';
import { type Log, logInternal } from '../state/log.ts';

/** Of a change of which nothing was done it ends with that; what is not a `Failure` goes to the log. */
export function failureText(error: unknown, action: Action, log: Log): string {
  if (!(error instanceof Failure)) {
    return `Internal: this program failed (${logInternal(error, log)}); see server.log in its state dir`;
  }
  const saysOutcome = error instanceof CallError && error.saysOutcome;
  const isToBeSaid = isChange(action) && error.outcome === 'not-done' && !saysOutcome;
  return `${error.code}: ${isToBeSaid ? withNothingChanged(error.message) : error.message}`;
}

/** Every refusal ends with the state of the world. */
function withNothingChanged(message: string): string {
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} Nothing was changed.`;
}

/**
 * For the plan, whose words are this program's or AWS's: what a model wrote (a label, a template, the name of a column)
 * is told in the result alone.
 */
export function whyLeftOut(error: unknown): string {
  if (!(error instanceof Failure)) return 'Internal';
  const { code, message } = error;
  if (error instanceof AwsError || code === 'Refused') return `${code}: ${message}`;
  const { field } = error instanceof CallError ? error : {};
  return field === undefined ? code : `${code}: ${field}`;
}
