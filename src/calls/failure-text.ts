// The one boundary at which whatever was thrown becomes the text of an `error`: "Code: message".
import { type Action, isChange } from '../actions/action.ts';
import { cleanLine } from '../clean-text.ts';
import { CallError, Failure } from '../errors.ts';
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
  return `${asSentence(message)} Nothing was changed.`;
}

/**
 * Of a call that failed as a whole.
 * @param name of the file that the caller wanted
 * @param error what was thrown: that the call has to be made again says it already, and so does what is about the file
 */
export function withoutOutput(text: string, name: unknown, error?: unknown): string {
  const saysItself = error instanceof CallError && (error.code.startsWith('Approval') || error.field === 'output_file');
  if (typeof name !== 'string' || saysItself) return text;
  return `${asSentence(text)} '${cleanLine(name, 100)}' was not written.`;
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

// In this program's words alone: a "user" that is called what a model has to say must not speak to the person.
const WHY: Readonly<Record<string, string>> = {
  NoSuchEntity: 'what it is about is not there',
  EntityAlreadyExists: 'it is there already',
  LimitExceeded: 'it would exceed a limit of AWS',
  DeleteConflict: 'something else still needs it',
  AccessDenied: 'this connection is not permitted to do it',
  Throttling: 'AWS had too many requests',
  InvalidArguments: 'a value is not valid',
  UnknownConnection: 'there is no such connection',
  NoCredentials: 'there are no credentials for it',
  NetworkError: 'AWS cannot be reached',
  Timeout: 'AWS did not answer in time',
  BadResponse: 'the answer cannot be read',
  ReadOnly: 'its connection is for reading only',
  Refused: 'this program does not do it',
};

/**
 * For the plan: nothing that stood in the call, not even in words of AWS's. The message is told in the result.
 */
export function whyLeftOut(error: unknown): string {
  if (!(error instanceof Failure)) return 'Internal';
  const { code, inPlan } = error;
  if (inPlan !== undefined) return `${code}: ${inPlan}`;
  const { field } = error instanceof CallError ? error : {};
  const which = field === undefined ? '' : ` (${field})`;
  const why = Object.hasOwn(WHY, code) ? `: ${WHY[code]}` : '';
  return `${code}${which}${why}`;
}
