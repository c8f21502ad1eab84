import { describe, expect, it } from 'vitest';
import { RecentRequests } from '../../src/approval/recent-requests.ts';
import { TOLD_FOR_MS, VALID_FOR_MS } from '../../src/approval/request.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { A_NO, A_YES, aDraft } from './a-request.ts';

function folder() {
  const requests = new ApprovalRequests(temporaryFolder());
  const recent = new RecentRequests(requests, 'terminal');
  const ask = (callDigest: string, now = Date.now()) => requests.open(aDraft({ callDigest }), now).request;
  return { requests, recent, ask };
}

describe('the requests that can still be told of', () => {
  it('are those that wait, oldest first, and then those that do not, newest first', () => {
    const { requests, recent, ask } = folder();
    const now = Date.now();
    const [declined, expired, younger, older, agreed] = [
      ask('a', now - 5000),
      ask('b', now - VALID_FOR_MS),
      ask('c', now - 1000),
      ask('d', now - 2000),
      ask('e', now - 3000),
    ];
    requests.close(declined, A_NO);
    requests.agree(agreed, A_YES);
    requests.open(aDraft({ callDigest: 'f', ways: ['form'] }));
    expect(recent.all().map(({ request, state }) => [request.id, state.is])).toEqual([
      [older.id, 'open'],
      [younger.id, 'open'],
      [agreed.id, 'answered'],
      [declined.id, 'closed'],
      [expired.id, 'expired'],
    ]);
    expect(recent.isWaiting()).toBe(true);
  });

  it('are none where there is no folder, and none is made by looking', () => {
    const { recent } = folder();
    expect([recent.all(), recent.isWaiting(), recent.marks()]).toEqual([[], false, '']);
  });

  it('leave marks that change with everything that becomes of one, and with nothing else', () => {
    const { requests, recent, ask } = folder();
    const request = ask('a');
    let before = recent.marks();
    const isNew = (now?: number) => {
      const marks = recent.marks(now);
      const changed = marks !== before;
      before = marks;
      return changed;
    };
    requests.see(request, { way: 'terminal', event: 'looked' });
    requests.waitAs(request, 'a call');
    expect(isNew()).toBe(false);
    recent.all();
    expect([isNew(Date.now() + VALID_FOR_MS), isNew()]).toEqual([true, true]);
    requests.agree(request, A_YES);
    expect([isNew(), isNew()]).toEqual([true, false]);
    requests.claim(request, 'a call');
    expect(isNew()).toBe(true);
    requests.leaveOutcome(request, { what: 'done', isDelivered: true });
    expect(isNew()).toBe(true);
    ask('b');
    expect(isNew()).toBe(true);
  });

  it('are no longer those that were tidied away', () => {
    const { requests, recent, ask } = folder();
    ask('a', Date.now() - VALID_FOR_MS - TOLD_FOR_MS);
    recent.all();
    requests.tidy(Date.now() + VALID_FOR_MS + TOLD_FOR_MS);
    expect(recent.all()).toEqual([]);
  });
});
