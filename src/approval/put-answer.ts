// Puts what a person typed to a request. The one judge of it, for every way of asking: a front end only shows the plan and
// hands on what came back.
import type { Host } from '../calls/context.ts';
import { isConfirmed } from '../plan/plan.ts';
import type { ApprovalRequest, Way } from './request.ts';
import type { ApprovalRequests } from './requests.ts';

export type Put =
  | 'agreed'
  /** It counts, and another person has to agree, too. */
  | 'one-of-two'
  /** It is not what the plan asks for. Nothing has happened. */
  | 'mistyped'
  /** There was nothing in it. */
  | 'empty'
  /** Somebody else has said yes before. */
  | 'answered'
  /** The request has come to its end. */
  | 'too-late';

interface Given {
  /** As it came: nothing is known of it. */
  typed: unknown;
  way: Way;
  /** Who, as far as that is known. */
  by: string;
  /** In whose call it was asked, if it was in one. */
  host?: Pick<Host, 'call' | 'client' | 'session'>;
}

export function putAnswer(request: ApprovalRequest, { typed, way, by, host }: Given, requests: ApprovalRequests): Put {
  const see = (event: 'mistyped' | 'empty'): Put => {
    requests.see(request, { way, event, ...(host && namesOf(host)) });
    return event;
  };
  if (typeof typed !== 'string' || typed.trim() === '') return see('empty');
  if (!isConfirmed(request.plan, typed)) return see('mistyped');
  return requests.agree(request, { typed, way, by });
}

/** By which what was seen in a host is told from what was seen in others. */
export function namesOf({ call, client, session }: Pick<Host, 'call' | 'client' | 'session'>) {
  return { call, client, session };
}
