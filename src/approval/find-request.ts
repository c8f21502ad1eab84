// Which request a call has: the one that waits for it, the end of which it has to hear, or none, and then what came of the
// last one.
import type { CallContext } from '../calls/context.ts';
import { type ApprovalRequest, type Earlier, type RequestState, type Seen, VALID_FOR_MS } from './request.ts';
import type { ApprovalRequests } from './requests.ts';

interface Found {
  request?: ApprovalRequest;
  /** Of an identical call, where there is no request to go on with. */
  earlier?: Earlier;
}

/** Where the request waits, this call is the one that waits for it from here on. */
export function findRequest(callDigest: string, requests: ApprovalRequests, { host }: CallContext): Found {
  const known = requests.of(callDigest);
  if (!known) return {};
  const { request, state } = known;
  const seen = requests.seenOf(request);
  // In an earlier pass of the same call.
  const isOwn = seen.some(({ call }) => call === host.call);
  switch (state.is) {
    case 'open':
    case 'answered':
      if (!isOwn && !request.stands) requests.waitAs(request, host.call);
      return { request };
    case 'expired':
      return isOwn ? { request } : { earlier: { id: request.id, is: 'expired', at: request.createdAt + VALID_FOR_MS } };
    case 'closed':
      return isOwn || isUnheardNo(state, seen) || isStandingNo(request, state)
        ? { request }
        : { earlier: earlierOf(request, state) };
    default:
      return state satisfies never;
  }
}

type Ended = Extract<RequestState, { is: 'closed' }>;

/** A no that no call has heard is heard first; after that, the same can be asked for anew. */
function isUnheardNo({ closed }: Ended, seen: readonly Seen[]): boolean {
  return closed.is === 'declined' && !seen.some(({ event }) => event === 'told');
}

/** A yes would hold as long: so nobody is asked for the same again and again, and a table does without those rows. */
function isStandingNo({ stands, createdAt }: ApprovalRequest, { closed }: Ended): boolean {
  const isNo = closed.is === 'declined' && !closed.isDismissal;
  return stands === true && isNo && Date.now() < createdAt + VALID_FOR_MS;
}

function earlierOf({ id }: ApprovalRequest, { closed, outcome }: Ended): Earlier | undefined {
  const { is, at } = closed;
  switch (is) {
    case 'superseded':
      return undefined;
    case 'used': {
      const isUnheard = outcome?.isDelivered === false;
      return { id, is, at, ...(outcome && { what: outcome.what }), ...(isUnheard && { isUnheard }) };
    }
    case 'declined':
    case 'changed':
      return { id, is, at, ...(closed.what !== undefined && { what: closed.what }) };
    default:
      return is satisfies never;
  }
}
