// Forms in the host (MCP elicitation). A host that declares forms may still decline, accept without content or never
// answer by itself: whatever comes back is only reported here, and judged by whoever asked.
import { SdkError, SdkErrorCode, type Server } from '@modelcontextprotocol/server';
import { LEAST_FOR_RUNNING_MS } from '../approval/waiting.ts';
import { cleanForPlan } from '../clean-text.ts';
import { CallError } from '../errors.ts';
import type { AskForMfaCode } from './mfa-codes.ts';

interface Question {
  message: string;
  /** The one field that is filled in, and what stands above it. */
  field: string;
  title: string;
  timeoutMs: number;
  signal: AbortSignal;
}

export type FormAnswer =
  | { is: 'accepted'; typed: unknown }
  | { is: 'declined' | 'dismissed'; afterMs: number }
  | { is: 'timed-out' | 'failed' | 'withdrawn' };

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
    const answer = await ask(server, relatedRequestId, {
      message: `To sign in to AWS, ${again ? 'another' : 'a'} code of your MFA device is needed: ${cleanForPlan(device)}`,
      field: 'code',
      title: 'Type the six digits that the device shows',
      timeoutMs: Math.max(1, Math.min(waitMs, leftMs)),
      signal,
    });
    if (answer.is === 'withdrawn') {
      throw new CallError('ApprovalDismissed', 'the call was cancelled while a person was asked');
    }
    const typed = answer.is === 'accepted' && typeof answer.typed === 'string' ? answer.typed.replaceAll(' ', '') : '';
    if (/^\d{6}$/.test(typed)) return typed;
    throw new CallError(
      'NoCredentials',
      `no MFA code was given for ${cleanForPlan(device)}; call again to be asked anew`,
    );
  };
}

/** Shows a form with one field. Never rejects: what came back is told as it is. */
export async function ask(
  server: Server,
  relatedRequestId: string | number,
  { message, field, title, timeoutMs, signal }: Question,
): Promise<FormAnswer> {
  useUpRequestIdZero(server);
  const askedAt = performance.now();
  try {
    // Not `elicitInput`, which checks the answer by the schema and throws on a mere empty one.
    const answer = await server.request(
      {
        method: 'elicitation/create',
        params: {
          mode: 'form',
          message,
          requestedSchema: {
            type: 'object',
            properties: { [field]: { type: 'string', title, minLength: 1 } },
            required: [field],
          },
        },
      },
      { timeout: timeoutMs, signal, relatedRequestId },
    );
    if (answer.action === 'accept') return { is: 'accepted', typed: answer.content?.[field] };
    const afterMs = performance.now() - askedAt;
    return { is: answer.action === 'decline' ? 'declined' : 'dismissed', afterMs };
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
