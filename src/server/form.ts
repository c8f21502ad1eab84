// Asking by a form in the host (MCP elicitation). A host that declares forms may still decline, accept without
// content or never answer by itself: whatever comes back is only reported here, and judged in approval/decide.ts.
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ElicitResultSchema, ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import type { AskByForm } from '../approval/approval.ts';
import { askToConfirm, describePlan } from '../approval/plan.ts';
import { CallError } from '../envelope.ts';

const FIELD = 'confirmation';

export function hasForms(server: Server): boolean {
  return server.getClientCapabilities()?.elicitation?.form !== undefined;
}

/** @param relatedRequestId of the tool call for which the person is asked */
export function formIn(server: Server, relatedRequestId: string | number): AskByForm {
  return async (plan, { note, timeoutMs, signal }) => {
    useUpRequestIdZero(server);
    const askedAt = performance.now();
    try {
      // Not `elicitInput`, which checks the answer by the schema and throws on a mere empty one.
      const answer = await server.request(
        {
          method: 'elicitation/create',
          params: {
            mode: 'form',
            message: [note, describePlan(plan), `${askToConfirm(plan)}.`].filter(Boolean).join('\n\n'),
            requestedSchema: {
              type: 'object',
              properties: { [FIELD]: { type: 'string', title: askToConfirm(plan), minLength: 1 } },
              required: [FIELD],
            },
          },
        },
        ElicitResultSchema,
        { timeout: timeoutMs, signal, relatedRequestId },
      );
      const afterMs = performance.now() - askedAt;
      if (answer.action === 'accept') return { from: 'form', is: 'accepted', typed: answer.content?.[FIELD] };
      return { from: 'form', is: answer.action === 'decline' ? 'declined' : 'dismissed', afterMs };
    } catch (error) {
      // A cancelled and a timed-out request throw the same code; only the signal tells them apart.
      if (signal.aborted) throw new CallError('ApprovalDismissed', 'the call was cancelled while a person was asked');
      const isTimeout = error instanceof McpError && error.code === ErrorCode.RequestTimeout;
      return { from: 'form', is: isTimeout ? 'timed-out' : 'failed' };
    }
  };
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
