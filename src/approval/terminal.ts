// Asking at a terminal, the server's side: leaves a request, and when the same call is made again, waits a while for its
// answer. A way that does not pass through the host, for hosts that show no forms or answer them by themselves.
import { setTimeout as sleep } from 'node:timers/promises';
import { changesSince, type Plan } from '../plan/plan.ts';
import type { Answer } from './decide.ts';
import type { ApprovalRequest, ApprovalRequests } from './requests.ts';

const LOOK_EVERY_MS = 200;

/**
 * Leaves a request and returns: whoever waited here would not hear of the command that a person has to run, since many
 * clients give up after 5 or 30 seconds. Where an earlier, identical call left one, it waits for the answer until
 * `deadline` (epoch milliseconds). The request outlives the call, cancelled or not, and so does a yes: see `claim` in
 * approval.ts.
 */
export async function askTerminal(
  plan: Plan,
  requests: ApprovalRequests,
  { deadline, signal, onWaiting }: { deadline: number; signal: AbortSignal; onWaiting: (id: string) => void },
): Promise<Answer> {
  try {
    const { request, isNew } = openRequest(plan, requests);
    const waiting = { from: 'terminal', is: 'waiting', id: request.id } as const;
    if (isNew) return waiting;
    onWaiting(request.id);
    for (;;) {
      const answer = answerTo(request, requests);
      if (answer) return answer;
      const left = deadline - Date.now();
      if (left <= 0 || signal.aborted) return waiting;
      await sleep(Math.min(LOOK_EVERY_MS, left), undefined, { signal }).catch(() => {});
    }
  } catch (error) {
    return { from: 'terminal', is: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

/** A no is used up by being read; a yes is left where it is. */
function answerTo({ id, plan }: ApprovalRequest, requests: ApprovalRequests): Answer | undefined {
  const answer = requests.answerTo(id);
  if (answer === 'unreadable') requests.remove(id);
  else if (answer?.decision === 'approved') {
    const { typed, planDigest, answeredBy } = answer;
    return { from: 'terminal', is: 'approved', typed, planDigest, plan, id, by: answeredBy };
  } else if (answer) {
    requests.take(id);
    return { from: 'terminal', is: 'declined', id, by: answer.answeredBy };
  }
  return requests.find(id) ? undefined : { from: 'terminal', is: 'gone' };
}

function openRequest(plan: Plan, requests: ApprovalRequests): { request: ApprovalRequest; isNew: boolean } {
  const waiting = requests.findForCall(plan);
  if (!waiting) return { request: requests.add(plan), isNew: true };
  // Shown to nobody's answer yet: what a person reads should be how things are now.
  const isOutdated = changesSince(waiting.plan, plan).length > 0 && !requests.answerTo(waiting.id);
  if (!isOutdated) return { request: waiting, isNew: false };
  requests.remove(waiting.id);
  return { request: requests.add(plan), isNew: true };
}
