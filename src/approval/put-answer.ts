// Puts what a person typed to a request. The one judge of it, for every way of asking: a front end only shows the plan and
// hands on what came back.
import type { Host } from '../calls/context.ts';
import { isConfirmed } from '../plan/plan.ts';
import type { ApprovalRequest, Way, Yes } from './request.ts';
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
  /** By a bridge: whose signature it has. */
  signed?: Required<Pick<Yes, 'approver' | 'at' | 'signature'>>;
  /** In whose call it was asked, if it was in one. */
  host?: Pick<Host, 'call' | 'client' | 'session'>;
}

export function putAnswer(request: ApprovalRequest, given: Given, requests: ApprovalRequests): Put {
  const { typed, way, by, signed, host } = given;
  const see = (event: 'mistyped' | 'empty'): Put => {
    const approver = signed && { approver: signed.approver };
    requests.see(request, { way, event, ...approver, ...(host && namesOf(host)) });
    return event;
  };
  if (typeof typed !== 'string' || typed.trim() === '') return see('empty');
  if (!isConfirmed(request.plan, typed)) return see('mistyped');
  return requests.agree(request, { typed, way, by, ...signed });
}

/** By which what was seen in a host is told from what was seen in others. */
export function namesOf({ call, client, session }: Pick<Host, 'call' | 'client' | 'session'>) {
  return { call, client, session };
}
