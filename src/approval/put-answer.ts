// Puts what a person typed to a request. The one judge of it, for every way of asking: a front end only shows the plan and
// hands on what came back.
import { isConfirmed } from '../plan/plan.ts';
import type { ApprovalRequest, Way } from './request.ts';
import type { ApprovalRequests } from './requests.ts';

export type Put =
  | 'agreed'
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
  /** The random name of the call in which it was asked. */
  call?: string;
}

export function putAnswer(request: ApprovalRequest, { typed, way, by, call }: Given, requests: ApprovalRequests): Put {
  const see = (event: 'mistyped' | 'empty'): Put => {
    requests.see(request, { way, event, call });
    return event;
  };
  if (typeof typed !== 'string' || typed.trim() === '') return see('empty');
  if (!isConfirmed(request.plan, typed)) return see('mistyped');
  return requests.agree(request, { typed, way, by });
}
