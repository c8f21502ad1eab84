// Sends one change, and says of an answer that was lost what can be said.
import type { Change } from '../actions/action.ts';
import { CallError, Failure, outcomeOf } from '../errors.ts';
import { AwsError } from '../iam/errors.ts';
import { responseMetadata } from '../iam/response.ts';
import { logInternal } from '../state/log.ts';
import type { Connected } from './connect.ts';
import type { CallContext } from './context.ts';
import type { Program } from './program.ts';
import { type RowCall, timed } from './row-call.ts';
import { runAction } from './run-context.ts';

/**
 * Cancelling the call does not stop it half-way.
 * @returns what the action answers
 * @throws whatever it throws; where nobody knows whether it was done, an error that says so, and where to look
 */
export async function sendChange(
  call: RowCall,
  context: CallContext & Connected & { action: Change },
): Promise<unknown> {
  const { action, program, accountOf } = context;
  try {
    const result = await timed(call, undefined, (signal) => runAction(call, accountOf(call), context, signal));
    if (call.change) call.change = { ...call.change, ...action.changedBy?.(result) };
    return result;
  } catch (error) {
    if (error instanceof AwsError && error.answerLost) {
      const words = action.alreadyDone(error);
      if (words !== undefined) {
        call.warnings.push(`What came of the first attempt was not told; ${words}.`);
        return answerOf(error, action);
      }
    }
    const outcome = outcomeOf(error);
    throw outcome === 'unknown' ? outcomeUnknown(error, action.whereToLook(call.input), program) : error;
  }
}

/** The answer that was lost, as far as a later one tells: nothing, for an action whose answers say more. */
function answerOf({ exchange }: AwsError, { output }: Change): unknown {
  const answer = { ResponseMetadata: responseMetadata(exchange) };
  return output.safeParse(answer).success ? answer : null;
}

/** IAM's own 5xx keeps its code, since it is an answer; every other doubt is OutcomeUnknown. */
function outcomeUnknown(error: unknown, whereToLook: string, { log }: Program): Failure {
  const why = error instanceof Failure ? error.message : `this program failed (${logInternal(error, log)})`;
  const message = `${why}; whether the change was made is not known: ${whereToLook}`;
  return error instanceof AwsError && error.isAnswer
    ? new AwsError(error.code, message, { ...error, cause: error })
    : new CallError('OutcomeUnknown', message, { cause: error });
}
