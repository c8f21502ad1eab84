// Asking at a terminal, the server's side: leaves a request and waits a while for its answer. A way that does not pass
// through the host, for hosts that show no forms or answer them by themselves.
import { setTimeout as sleep } from 'node:timers/promises';
import { CallError } from '../envelope.ts';
import type { Answer } from './decide.ts';
import { changesSince, type Plan } from './plan.ts';
import type { ApprovalRequest, ApprovalRequests } from './requests.ts';

const LOOK_EVERY_MS = 200;

/**
 * Takes up the request that an earlier, identical call left, or leaves a new one, and waits until `deadline` (epoch
 * milliseconds). A cancelled call withdraws its request.
 */
export async function askTerminal(
  plan: Plan,
  requests: ApprovalRequests,
  { deadline, signal, onWaiting }: { deadline: number; signal: AbortSignal; onWaiting: (id: string) => void },
): Promise<Answer> {
  let request: ApprovalRequest | undefined;
  try {
    request = openRequest(plan, requests);
    onWaiting(request.id);
    for (;;) {
      const answer = takeAnswer(request, requests);
      if (answer) return answer;
      const left = deadline - Date.now();
      if (left <= 0) return { from: 'terminal', is: 'waiting', id: request.id };
      if (signal.aborted) break;
      await sleep(Math.min(LOOK_EVERY_MS, left), undefined, { signal }).catch(() => {});
    }
    requests.remove(request.id);
  } catch (error) {
    return { from: 'terminal', is: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
  throw new CallError('ApprovalDismissed', 'the call was cancelled while a person was asked');
}

function takeAnswer({ id, plan }: ApprovalRequest, requests: ApprovalRequests): Answer | undefined {
  const answer = requests.take(id);
  if (answer?.decision === 'approved') {
    const { typed, planDigest, answeredBy } = answer;
    return { from: 'terminal', is: 'approved', typed, planDigest, plan, id, by: answeredBy };
  }
  if (answer) return { from: 'terminal', is: 'declined', id, by: answer.answeredBy };
  return requests.find(id) ? undefined : { from: 'terminal', is: 'gone' };
}

function openRequest(plan: Plan, requests: ApprovalRequests): ApprovalRequest {
  const waiting = requests.findForCall(plan);
  if (!waiting) return requests.add(plan);
  // Shown to nobody's answer yet: what a person reads should be how things are now.
  const isOutdated = changesSince(waiting.plan, plan).length > 0 && !requests.isAnswered(waiting.id);
  if (!isOutdated) return waiting;
  requests.remove(waiting.id);
  return requests.add(plan);
}
