// Asking by a form in the host (MCP elicitation). A host that declares forms may still decline, accept without
// content or never answer by itself: whatever comes back is only reported here, and judged by whoever asked.
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ElicitResultSchema, ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import type { AskByForm } from '../approval/approval.ts';
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

type FormAnswer =
  | { is: 'accepted'; typed: unknown }
  | { is: 'declined' | 'dismissed'; afterMs: number }
  | { is: 'timed-out' | 'failed' };

export function hasForms(server: Server): boolean {
  return server.getClientCapabilities()?.elicitation?.form !== undefined;
}

/** @param relatedRequestId of the tool call for which the person is asked */
export function approvalFormIn(server: Server, relatedRequestId: string | number): AskByForm {
  return async (plan, { note, listFile, timeoutMs, signal }) => {
    const { askToConfirm, describePlan } = await import('../plan/describe-plan.ts');
    const answer = await ask(server, relatedRequestId, {
      message: [note, describePlan(plan, { listFile }), `${askToConfirm(plan)}.`].filter(Boolean).join('\n\n'),
      field: 'confirmation',
      title: askToConfirm(plan),
      timeoutMs,
      signal,
    });
    return { from: 'form', ...answer };
  };
}

/** @throws CallError NoCredentials when no code was typed */
export function mfaFormIn(
  server: Server,
  relatedRequestId: string | number,
  options: Pick<Question, 'timeoutMs' | 'signal'>,
): AskForMfaCode {
  return async (device, { again }) => {
    const answer = await ask(server, relatedRequestId, {
      message: `To sign in to AWS, ${again ? 'another' : 'a'} code of your MFA device is needed: ${cleanForPlan(device)}`,
      field: 'code',
      title: 'Type the six digits that the device shows',
      ...options,
    });
    const typed = answer.is === 'accepted' && typeof answer.typed === 'string' ? answer.typed.replaceAll(' ', '') : '';
    if (/^\d{6}$/.test(typed)) return typed;
    throw new CallError(
      'NoCredentials',
      `no MFA code was given for ${cleanForPlan(device)}; call again to be asked anew`,
    );
  };
}

async function ask(server: Server, relatedRequestId: string | number, question: Question): Promise<FormAnswer> {
  const { message, field, title, timeoutMs, signal } = question;
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
      ElicitResultSchema,
      { timeout: timeoutMs, signal, relatedRequestId },
    );
    if (answer.action === 'accept') return { is: 'accepted', typed: answer.content?.[field] };
    const afterMs = performance.now() - askedAt;
    return { is: answer.action === 'decline' ? 'declined' : 'dismissed', afterMs };
  } catch (error) {
    // A cancelled and a timed-out request throw the same code; only the signal tells them apart.
    if (signal.aborted) throw new CallError('ApprovalDismissed', 'the call was cancelled while a person was asked');
    const isTimeout = error instanceof McpError && error.code === ErrorCode.RequestTimeout;
    return { is: isTimeout ? 'timed-out' : 'failed' };
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
