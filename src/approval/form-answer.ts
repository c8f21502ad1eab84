// What becomes of what came back from a form in the host.
import type { CallContext, FormAnswer } from '../calls/context.ts';
import { HostHabits } from './host-habits.ts';
import { namesOf, putAnswer } from './put-answer.ts';
import { type ApprovalRequest, MOST_TYPING_ATTEMPTS, type Seen } from './request.ts';
import type { ApprovalRequests } from './requests.ts';

// Faster than this nobody has read anything: the host answered by itself.
const FASTEST_PERSON_MS = 1000;

/**
 * Puts it to the request, where the next pass of the call finds it.
 * @param options.afterMs for how long the form was open
 * @returns whether somebody has mistyped, and may try again
 */
export function putFormAnswer(
  request: ApprovalRequest,
  answer: FormAnswer,
  requests: ApprovalRequests,
  { afterMs, context: { host } }: { afterMs: number; context: CallContext },
): { mayTryAgain: boolean } {
  const see = (event: Seen['event']) => requests.see(request, { way: 'form', event, ...namesOf(host) });
  switch (answer.is) {
    case 'accepted': {
      // By another way: what was typed here is neither needed nor wrong. And a form that was closed stays closed, however
      // many answers its host had on their way.
      if (requests.hasNews(request) || mistypes(request, requests) >= MOST_TYPING_ATTEMPTS) break;
      const put = putAnswer(request, { typed: answer.typed, way: 'form', by: 'form', host }, requests);
      if (put === 'agreed' || put === 'one-of-two') new HostHabits(requests.stateDir).note(host.client, 'answers');
      return { mayTryAgain: put === 'mistyped' && mistypes(request, requests) < MOST_TYPING_ATTEMPTS };
    }
    case 'declined':
    case 'dismissed':
      // Somebody who has typed before has read it.
      if (afterMs < FASTEST_PERSON_MS && mistypes(request, requests) === 0) see('too-fast');
      else end(request, answer.is, requests);
      break;
    case 'failed':
      see('failed');
      break;
    default:
      answer satisfies never;
  }
  return { mayTryAgain: false };
}

/**
 * Nobody has answered the form for the whole wait, nor in another way.
 * @param options.isOfHost false where it may have gone with an earlier session, which says nothing of the host
 */
export function noteVanished(
  request: ApprovalRequest,
  requests: ApprovalRequests,
  { program, host }: CallContext,
  { isOfHost = true } = {},
): void {
  requests.see(request, { way: 'form', event: 'vanished', ...namesOf(host) });
  // Without a wait, nothing is known by that.
  if (isOfHost && program.settings.approvalWait > 0) new HostHabits(requests.stateDir).note(host.client, 'vanished');
}

/** A no takes back a yes that was not used yet. A form that is only closed leaves it. */
function end(request: ApprovalRequest, is: 'declined' | 'dismissed', requests: ApprovalRequests): void {
  if (is === 'declined') requests.close(request, { is: 'declined', by: 'form' });
  else if (!requests.hasNews(request)) {
    const what = 'the form was closed without an answer';
    requests.close(request, { is: 'declined', by: 'form', isDismissal: true, what });
  }
}

function mistypes(request: ApprovalRequest, requests: ApprovalRequests): number {
  return requests.seenOf(request).filter(({ way, event }) => way === 'form' && event === 'mistyped').length;
}
