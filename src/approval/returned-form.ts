// A form that an earlier call has returned to its host: it is answered with the same call made again, or by nobody, which
// only time shows.
import type { CallContext } from '../calls/context.ts';
import { isFormOut } from './decide.ts';
import { noteVanished, putFormAnswer } from './form-answer.ts';
import type { ApprovalRequest, Seen } from './request.ts';
import type { ApprovalRequests } from './requests.ts';

/** What this call brings counts only for its own request, whatever the host sends with it. */
export function putReturned(
  request: ApprovalRequest | undefined,
  requests: ApprovalRequests,
  context: CallContext,
): void {
  const { token, answer } = context.host.returned ?? {};
  if (!request || !answer || token !== request.token) return;
  const shownAt = lastShown(requests.seenOf(request), context)?.at ?? request.createdAt;
  putFormAnswer(request, answer, requests, { afterMs: Date.now() - shownAt, context });
}

/**
 * Until when an answer is waited for, on the clock of `performance.now()`: no longer than in a call that shows a form itself.
 * @returns Infinity where no form is out
 */
export function returnedUntil(request: ApprovalRequest, requests: ApprovalRequests, context: CallContext): number {
  const seen = requests.seenOf(request);
  if (!isWaitedFor(seen, context)) return Number.POSITIVE_INFINITY;
  const shownAt = lastShown(seen, context)?.at ?? 0;
  return performance.now() + shownAt + context.program.settings.approvalWait * 1000 - Date.now();
}

/** When the wait is over. */
export function noteReturnedVanished(request: ApprovalRequest, requests: ApprovalRequests, context: CallContext): void {
  const seen = requests.seenOf(request);
  if (requests.hasNews(request) || !isWaitedFor(seen, context)) return;
  noteVanished(request, requests, context, { isOfHost: lastShown(seen, context)?.session === context.host.session });
}

/** A form that was shown before that has been open for a whole wait. @returns epoch milliseconds */
export function openSince({ program }: CallContext): number {
  return Date.now() - program.settings.approvalWait * 1000;
}

function isWaitedFor(seen: readonly Seen[], context: CallContext): boolean {
  const { host } = context;
  return host.returned !== undefined && !host.returned.answer && isFormOut(seen, host, openSince(context));
}

/** A host that starts a process for each call is known by its name alone. */
function lastShown(seen: readonly Seen[], { host }: CallContext): Seen | undefined {
  return seen.findLast(({ way, event, client }) => way === 'form' && event === 'shown' && client === host.client);
}
