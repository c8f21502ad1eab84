// Sends one change, and says what is known of it afterwards.
import type { Change } from '../actions/action.ts';
import { CallError, Failure } from '../errors.ts';
import { AwsError } from '../iam/errors.ts';
import { logInternal } from '../state/log.ts';
import type { Program } from './program.ts';
import { type RowCall, timed } from './row-call.ts';

interface Sending {
  action: Change;
  program: Program;
  /** Sends one. */
  run: (call: RowCall, signal: AbortSignal) => Promise<unknown>;
}

/** From here on, cancelling the call must not stop it half-way. */
export async function sendChange(call: RowCall, { action, run, program }: Sending): Promise<unknown> {
  try {
    return await timed(call, undefined, (signal) => run(call, signal));
  } catch (error) {
    const outcome = error instanceof Failure ? error.outcome : 'unknown';
    throw outcome === 'unknown' ? outcomeUnknown(error, action.whereToLook(call.input), program) : error;
  }
}

/** IAM's own 5xx keeps its code, since it is an answer; every other doubt is OutcomeUnknown. */
function outcomeUnknown(error: unknown, whereToLook: string, { log }: Program): Failure {
  const why = error instanceof Failure ? error.message : `this program failed (${logInternal(error, log)})`;
  const message = `${why}; whether the change was made is not known: ${whereToLook}`;
  return error instanceof AwsError && error.isAnswer
    ? new AwsError(error.code, message, { ...error, cause: error })
    : new CallError('OutcomeUnknown', message, { cause: error });
}
