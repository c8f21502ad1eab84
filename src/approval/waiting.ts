// How long a call waits for a person, and how it notices that one has answered.
import { setTimeout as sleep } from 'node:timers/promises';
import { isRepeatable } from '../actions/action.ts';
import type { CallContext } from '../calls/context.ts';
import type { ApprovalRequest } from './request.ts';
import type { ApprovalRequests } from './requests.ts';

const LOOK_EVERY_MS = 200;
const PROGRESS_EVERY_MS = 5000;
// For the facts, which are read once more, and the change itself. With less, a yes is left to the next call.
export const LEAST_FOR_RUNNING_MS = 5000;
// For sending what must not be sent twice: of a creation whose answer comes too late, nobody has the secret.
const LEAST_FOR_SENDING_ONCE_MS = 10_000;

/** How much time has to be left for sending the change, in milliseconds: half of a call's, where an operator allows little. */
export function leastForSending({ action, program }: CallContext): number {
  const leastMs = isRepeatable(action) ? LEAST_FOR_RUNNING_MS : LEAST_FOR_SENDING_ONCE_MS;
  return Math.min(leastMs, (program.settings.callTimeout * 1000) / 2);
}

/** Until when a person may be asked, on the clock of `performance.now()`: a single call has to end before its host gives up. */
export function askUntil({ plan }: ApprovalRequest, { program, host }: CallContext, since: number): number {
  const isTable = plan.rows[0]?.number !== undefined;
  const until = since + program.settings.approvalWait * 1000;
  return isTable ? until : Math.min(until, host.deadline - LEAST_FOR_RUNNING_MS);
}

/** Returns when there is an answer or an end, a newer call waits for the same, or it is time to stop. */
export async function untilNews(
  request: ApprovalRequest,
  requests: ApprovalRequests,
  { until, signal, call, onWaiting }: { until: number; signal: AbortSignal; call: string; onWaiting: () => void },
): Promise<void> {
  let toldAt = performance.now();
  for (;;) {
    if (requests.hasNews(request) || !requests.isNewest(request, call)) return;
    const left = until - performance.now();
    if (left <= 0 || signal.aborted) return;
    await sleep(Math.min(LOOK_EVERY_MS, left), undefined, { signal }).catch(() => {});
    if (performance.now() - toldAt < PROGRESS_EVERY_MS) continue;
    toldAt = performance.now();
    onWaiting();
  }
}
