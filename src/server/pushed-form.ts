// Pushes a form to a host of the versions to 2025-11-25, and waits for what comes back.
import { SdkError, SdkErrorCode, type Server } from '@modelcontextprotocol/server';
import { LEAST_FOR_RUNNING_MS } from '../approval/waiting.ts';
import type { FormAnswer } from '../calls/context.ts';
import { CallError } from '../errors.ts';
import { answerIn, formFor, mfaCodeIn, mfaQuestion, type Question } from './form.ts';
import type { AskForMfaCode } from './mfa-codes.ts';

/** The form was taken back, by this side or as the time was over. */
type Unanswered = { is: 'timed-out' } | { is: 'withdrawn' };

/**
 * @param options.deadline of the call, on the clock of `performance.now()`
 * @throws CallError NoCredentials when no code was typed, ApprovalDismissed when the call was cancelled
 */
export function mfaFormIn(
  server: Server,
  relatedRequestId: string | number,
  { waitMs, deadline, signal }: { waitMs: number; deadline: number; signal: AbortSignal },
): AskForMfaCode {
  return async (device, { again }) => {
    const leftMs = deadline - LEAST_FOR_RUNNING_MS - performance.now();
    const answer = await push(server, relatedRequestId, mfaQuestion(device, { again }), {
      timeoutMs: Math.max(1, Math.min(waitMs, leftMs)),
      signal,
    });
    if (answer.is === 'withdrawn') {
      throw new CallError('ApprovalDismissed', 'the call was cancelled while a person was asked');
    }
    return mfaCodeIn(answer.is === 'timed-out' ? undefined : answer, device);
  };
}

/** Pushes a form to the host. Never rejects: what came back is told as it is. */
export async function push(
  server: Server,
  relatedRequestId: string | number,
  question: Question,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<FormAnswer | Unanswered> {
  useUpRequestIdZero(server);
  try {
    // Not `elicitInput`, which checks the answer by the schema and throws on a mere empty one.
    const answer = await server.request(
      { method: 'elicitation/create', params: formFor(question) },
      { timeout: timeoutMs, signal, relatedRequestId },
    );
    return answerIn(answer, question.field);
  } catch (error) {
    const code = error instanceof SdkError ? error.code : undefined;
    // A withdrawn and a timed-out request throw the same code; only the signal tells them apart.
    if (signal.aborted || code === SdkErrorCode.ConnectionClosed) return { is: 'withdrawn' };
    return { is: code === SdkErrorCode.RequestTimeout ? 'timed-out' : 'failed' };
  }
}

const beyondZero = new WeakSet<Server>();

/**
 * Clients made with the SDK's v1 line overlook the cancellation of a request with the id 0, which is the server's
 * first: a form would stay open though nobody waits for it. So a ping goes first.
 */
function useUpRequestIdZero(server: Server): void {
  if (beyondZero.has(server)) return;
  beyondZero.add(server);
  server.ping().catch(() => {});
}
