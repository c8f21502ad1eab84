// One of several processes that work on the same requests at the same time: see requests-race.test.ts.
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { pause } from '../../src/state/pause.ts';
import { A_NO, A_YES, aDraft } from './a-request.ts';

export interface Order {
  do: 'open' | 'agree' | 'agree by form' | 'agree as approver' | 'decline' | 'claim' | 'look';
  callDigest: string;
  /** When to begin: epoch milliseconds. */
  at: number;
}
/** What the process was told. */
export type Told = string | boolean;

const START_WITHIN_MS = 0.5;
// A no takes less than a yes, and would always be first.
const NO_WITHIN_MS = 4;
const LOOK_EVERY_MS = 0.5;

const [, , stateDir = '', name = ''] = process.argv;
const requests = new ApprovalRequests(stateDir);

process.on('message', (order: Order) => process.send?.(carryOut(order)));
// The test's process has gone.
process.on('disconnect', () => process.exit());

function carryOut({ do: what, callDigest, at }: Order): Told {
  const draft = aDraft({ callDigest, asker: name });
  const request = requests.of(callDigest)?.request;
  // All begin at about the same time, and in another order each time.
  pause(Math.max(0, at - Date.now()) + (what === 'decline' ? NO_WITHIN_MS : START_WITHIN_MS) * Math.random());
  if (what === 'open') {
    const { request, isNew } = requests.open(draft);
    return `${isNew ? 'new' : 'found'} ${request.id}`;
  }
  if (!request) throw new Error(`${callDigest} was not opened`);
  const end = () => {
    const state = requests.stateOf(request);
    return state.is === 'closed' ? `${state.closed.is} by ${state.closed.by}` : undefined;
  };
  switch (what) {
    case 'agree':
      return requests.agree(request, { ...A_YES, by: name });
    case 'agree by form':
      return requests.agree(request, { ...A_YES, way: 'form', by: name });
    case 'agree as approver':
      return requests.agree(request, { ...A_YES, by: name, approver: name });
    case 'decline':
      return requests.close(request, { ...A_NO, by: name });
    case 'claim':
      // There will be a yes or an end.
      for (;;) {
        if (requests.claim(request, name)) return true;
        if (end()) return false;
        pause(LOOK_EVERY_MS);
      }
    case 'look':
      return end() ?? 'no end';
    default:
      return what satisfies never;
  }
}
