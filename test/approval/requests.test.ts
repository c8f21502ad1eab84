import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TOLD_FOR_MS, VALID_FOR_MS } from '../../src/approval/request.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { planDigest } from '../../src/plan/plan.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { A_NO, A_YES, aDraft } from './a-request.ts';

const onPosix = it.skipIf(process.platform === 'win32');
const GONE_AFTER_MS = VALID_FOR_MS + TOLD_FOR_MS;

let stateDir: string;
let requests: ApprovalRequests;
const inFolder = (name: string) => path.join(stateDir, 'requests', name);
const files = () => readdirSync(inFolder('')).sort();
const opened = (...draft: Parameters<typeof aDraft>) => requests.open(aDraft(...draft)).request;
/** As another process sees the same files. */
const elsewhere = () => new ApprovalRequests(stateDir);

beforeEach(() => {
  stateDir = temporaryFolder();
  requests = new ApprovalRequests(stateDir);
});

afterEach(() => {
  vi.useRealTimers();
});

/** Lets the clock say another time; files keep their own. */
function setClock(now: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now });
}

/** As if the file had been written so long ago. */
function makeOlder(name: string, ms: number): void {
  const at = (Date.now() - ms) / 1000;
  utimesSync(inFolder(name), at, at);
}

describe('a request', () => {
  it('is found by a call that is the same, and by no other', () => {
    const { id } = opened();
    expect(elsewhere().of('a1')).toMatchObject({ request: { id }, state: { is: 'open' } });
    expect(requests.of('b2')).toBeUndefined();
  });

  it('is looked for without making a folder', () => {
    expect(requests.of('a1')).toBeUndefined();
    expect(readdirSync(stateDir)).toEqual([]);
  });

  it('is found until its end has been told for ten minutes', () => {
    const { createdAt } = opened();
    setClock(createdAt + GONE_AFTER_MS - 1);
    expect(requests.of('a1')?.state).toEqual({ is: 'expired' });
    setClock(createdAt + GONE_AFTER_MS);
    expect(requests.of('a1')).toBeUndefined();
  });

  it('is found by its id while it waits', () => {
    const request = opened();
    expect(elsewhere().find(request.id)).toEqual(request);
    requests.close(request, A_NO);
    expect(requests.find(request.id)).toBeUndefined();
    expect(requests.find('../a1')).toBeUndefined();
  });

  it('is the one that an identical call finds instead of opening another', () => {
    const { request, isNew } = requests.open(aDraft());
    expect(isNew).toBe(true);
    expect(elsewhere().open(aDraft({ asker: 'another host' }))).toEqual({ request, isNew: false });
    expect(files()).toEqual(['a1.slot', `${request.id}.request.json`].sort());
  });

  it('is not the one of another call that somebody has put into the slot', () => {
    const other = opened({ callDigest: 'b2' });
    opened();
    writeFileSync(inFolder('a1.slot'), readFileSync(inFolder('b2.slot')));
    expect(requests.of('a1')).toBeUndefined();
    expect(opened().id).not.toBe(other.id);
  });

  it.each(['used', 'declined', 'changed', 'superseded'] as const)('is followed by a new one when it was %s', (is) => {
    const first = opened();
    requests.close(first, { is, by: 'ana' });
    const { request, isNew } = elsewhere().open(aDraft());
    expect(isNew).toBe(true);
    expect(request.id).not.toBe(first.id);
    expect(requests.of('a1')).toMatchObject({ request: { id: request.id }, state: { is: 'open' } });
    expect(requests.stateOf(first)).toMatchObject({ is: 'closed', closed: { is } });
  });

  it('is followed by a new one when it is expired, answered or not', () => {
    const first = opened();
    requests.agree(first, A_YES);
    setClock(first.createdAt + VALID_FOR_MS - 1);
    expect(requests.open(aDraft()).isNew).toBe(false);
    setClock(first.createdAt + VALID_FOR_MS);
    const { request, isNew } = requests.open(aDraft());
    expect(isNew).toBe(true);
    expect(requests.stateOf(request)).toEqual({ is: 'open', yeses: [] });
  });

  it('leaves its end to be told until a new one follows', () => {
    const request = opened();
    requests.close(request, { ...A_NO, isDismissal: true });
    requests.leaveOutcome(request, { what: 'done', isDelivered: true });
    expect(elsewhere().of('a1')?.state).toEqual({
      is: 'closed',
      closed: { ...A_NO, isDismissal: true, at: expect.any(Number) },
      outcome: { what: 'done', isDelivered: true, at: expect.any(Number) },
    });
  });

  it('keeps its first outcome', () => {
    const request = opened();
    requests.close(request, { is: 'used', by: 'call 1' });
    requests.leaveOutcome(request, { what: 'done', isDelivered: true });
    requests.leaveOutcome(request, { what: 'Throttling: slower', isDelivered: true });
    expect(requests.stateOf(request)).toMatchObject({ outcome: { what: 'done' } });
  });

  it('takes over a slot that is no slot', () => {
    mkdirSync(path.join(stateDir, 'requests'), { recursive: true, mode: 0o700 });
    writeFileSync(inFolder('a1.slot'), '{"id":');
    makeOlder('a1.slot', 1000);
    const { request, isNew } = requests.open(aDraft());
    expect(isNew).toBe(true);
    expect(requests.of('a1')?.request.id).toBe(request.id);
  });

  onPosix('is in files that only this user can read', () => {
    const request = opened();
    requests.see(request, { way: 'form', event: 'shown' });
    requests.waitAs(request, 'call 1');
    requests.agree(request, A_YES);
    requests.claim(request, 'call 1');
    requests.leaveOutcome(request, { what: 'done', isDelivered: true });
    opened();
    expect(statSync(inFolder('')).mode & 0o777).toBe(0o700);
    expect(files()).toHaveLength(9);
    for (const name of files()) expect(statSync(inFolder(name)).mode & 0o777).toBe(0o600);
  });

  onPosix('is not read through a link', () => {
    const { id } = opened();
    renameSync(inFolder(`${id}.request.json`), path.join(stateDir, 'moved'));
    symlinkSync(path.join(stateDir, 'moved'), inFolder(`${id}.request.json`));
    expect(requests.unanswered('terminal')).toEqual([]);
    expect(requests.find(id)).toBeUndefined();
    expect(requests.of('a1')).toBeUndefined();
  });

  it('is not what some file in the folder says, unless it is whole and under its own id', () => {
    const { id } = opened();
    const whole = readFileSync(inFolder(`${id}.request.json`), 'utf8');
    writeFileSync(inFolder('other2.request.json'), whole);
    writeFileSync(inFolder('broken.request.json'), whole.slice(0, 50));
    writeFileSync(inFolder('extras.request.json'), JSON.stringify({ ...JSON.parse(whole), id: 'extras', more: 1 }));
    expect(requests.unanswered('terminal').map((request) => request.id)).toEqual([id]);
    for (const other of ['other2', 'broken', 'extras']) expect(requests.find(other)).toBeUndefined();
  });
});

describe('a yes', () => {
  it('is used once', () => {
    const request = opened();
    expect(requests.claim(request, 'call 1')).toBe(false);
    expect(elsewhere().agree(request, A_YES)).toBe('agreed');
    expect(requests.stateOf(request)).toEqual({
      is: 'answered',
      yeses: [{ ...A_YES, planDigest: planDigest(request.plan), at: expect.any(Number) }],
    });
    expect(requests.claim(request, 'call 1')).toBe(true);
    expect(elsewhere().claim(request, 'call 2')).toBe(false);
    expect(requests.stateOf(request)).toMatchObject({ closed: { is: 'used', by: 'call 1' } });
  });

  it('is the first one', () => {
    const request = opened();
    expect(requests.agree(request, A_YES)).toBe('agreed');
    expect(elsewhere().agree(request, { ...A_YES, by: 'bob' })).toBe('answered');
    expect(requests.stateOf(request)).toMatchObject({ yeses: [{ by: 'ana' }] });
  });

  it('counts for nothing after a no', () => {
    const request = opened();
    expect(requests.close(request, A_NO)).toBe(true);
    expect(elsewhere().agree(request, A_YES)).toBe('too-late');
    expect(requests.claim(request, 'call 1')).toBe(false);
  });

  it('counts for nothing after ten minutes, and is not used then', () => {
    const [early, late] = [opened(), opened({ callDigest: 'b2' })];
    requests.agree(early, A_YES);
    setClock(late.createdAt + VALID_FOR_MS);
    expect(requests.claim(early, 'call 1')).toBe(false);
    expect(requests.stateOf(early)).toEqual({ is: 'expired' });
    expect(requests.agree(late, A_YES)).toBe('too-late');
  });

  it('is not used by a process that slept over the ten minutes, and the end says so', () => {
    const request = opened();
    requests.agree(request, A_YES);
    const clock = vi.spyOn(Date, 'now').mockReturnValue(request.createdAt + VALID_FOR_MS);
    clock.mockReturnValueOnce(request.createdAt + VALID_FOR_MS - 1);
    expect(requests.claim(request, 'call 1')).toBe(false);
    clock.mockRestore();
    const what = 'ApprovalTimedOut: the request was older than ten minutes';
    expect(requests.stateOf(request)).toMatchObject({ closed: { is: 'used' }, outcome: { what } });
  });

  it('counts until the last of ten minutes', () => {
    const request = opened();
    setClock(request.createdAt + VALID_FOR_MS - 1);
    expect(requests.agree(request, A_YES)).toBe('agreed');
    expect(requests.claim(request, 'call 1')).toBe(true);
  });

  it('is taken back by a no while it has not been used', () => {
    const request = opened();
    requests.agree(request, A_YES);
    expect(elsewhere().close(request, A_NO)).toBe(true);
    expect(requests.claim(request, 'call 1')).toBe(false);
    expect(requests.stateOf(request)).toMatchObject({ closed: A_NO });
  });

  it('is not taken back when it was used, and there is no second one', () => {
    const request = opened();
    requests.agree(request, A_YES);
    requests.claim(request, 'call 1');
    expect(requests.close(request, A_NO)).toBe(false);
    expect(requests.agree(request, A_YES)).toBe('too-late');
    expect(requests.stateOf(request)).toMatchObject({ closed: { is: 'used' } });
  });

  it('is kept for no way in which the request may not be answered', () => {
    const request = opened({ ways: ['form'] });
    expect(() => requests.agree(request, A_YES)).toThrow(`request ${request.id} cannot be answered by terminal`);
    expect(requests.agree(request, { ...A_YES, way: 'form' })).toBe('agreed');
  });

  it.each(['', '{"typed":"LE77",', '{}'])(
    'that cannot be read (%j) is not used, and is in the way of any other',
    (text) => {
      const request = opened();
      writeFileSync(inFolder(`${request.id}.yes-1.json`), text);
      expect(requests.stateOf(request)).toEqual({ is: 'answered', yeses: [undefined] });
      expect(requests.agree(request, A_YES)).toBe('answered');
      expect(requests.claim(request, 'call 1')).toBe(false);
      expect(requests.close(request, A_NO)).toBe(true);
    },
  );

  onPosix('is not read through a link', () => {
    const request = opened();
    requests.agree(request, A_YES);
    renameSync(inFolder(`${request.id}.yes-1.json`), path.join(stateDir, 'moved'));
    symlinkSync(path.join(stateDir, 'moved'), inFolder(`${request.id}.yes-1.json`));
    expect(requests.stateOf(request)).toEqual({ is: 'answered', yeses: [undefined] });
    expect(requests.claim(request, 'call 1')).toBe(false);
  });
});

describe('an end', () => {
  it('is the first one', () => {
    const request = opened();
    expect(requests.close(request, A_NO)).toBe(true);
    expect(elsewhere().close(request, { is: 'changed', by: 'the server' })).toBe(false);
    expect(requests.stateOf(request)).toMatchObject({ closed: A_NO });
  });

  it('is one even where it cannot be read', () => {
    const request = opened();
    requests.agree(request, A_YES);
    writeFileSync(inFolder(`${request.id}.closed.json`), '{"is":');
    expect(requests.stateOf(request)).toMatchObject({ is: 'closed', closed: { is: 'superseded' } });
    expect(requests.claim(request, 'call 1')).toBe(false);
    expect(requests.close(request, A_NO)).toBe(false);
    expect(requests.open(aDraft()).isNew).toBe(true);
  });

  it('is none for a process that slept until all was tidied away', () => {
    const request = opened();
    requests.agree(request, A_YES);
    requests.claim(request, 'call 1');
    requests.tidy(Date.now() + GONE_AFTER_MS);
    expect(requests.close(request, A_NO)).toBe(false);
    expect(requests.agree(request, A_YES)).toBe('too-late');
    expect(requests.claim(request, 'call 2')).toBe(false);
  });
});

describe('a request that two people have to agree to', () => {
  const BRIDGED = { ...A_YES, way: 'bridge', by: 'ana@example.com', approver: 'chat' } as const;
  const forTwo = () => opened({ yesesNeeded: 2, ways: ['form', 'terminal', 'bridge'] });

  it('takes two yeses of one person for one', () => {
    const request = forTwo();
    expect(requests.agree(request, A_YES)).toBe('one-of-two');
    expect(elsewhere().agree(request, { ...A_YES, way: 'form', by: 'form' })).toBe('answered');
    expect(requests.stateOf(request)).toMatchObject({ is: 'open', yeses: [{ by: 'ana' }] });
    expect(requests.claim(request, 'call 1')).toBe(false);
    expect(requests.hasNews(request)).toBe(false);
  });

  it('is answered by two', () => {
    const request = forTwo();
    expect(requests.agree(request, BRIDGED)).toBe('one-of-two');
    expect(elsewhere().agree(request, A_YES)).toBe('agreed');
    expect(requests.agree(request, { ...BRIDGED, approver: 'another' })).toBe('answered');
    expect(requests.hasNews(request)).toBe(true);
    expect(requests.claim(request, 'call 1')).toBe(true);
  });
});

describe('news of a request', () => {
  it('is an answer, an end, or that it is gone', () => {
    const [answered, closed, gone, open] = ['a', 'b', 'c', 'd'].map((callDigest) => opened({ callDigest }));
    if (!answered || !closed || !gone || !open) throw new Error('they were opened');
    for (const each of [answered, closed, gone, open]) expect(requests.hasNews(each)).toBe(false);
    requests.agree(answered, A_YES);
    requests.close(closed, A_NO);
    rmSync(inFolder(`${gone.id}.request.json`));
    for (const each of [answered, closed, gone]) expect(requests.hasNews(each)).toBe(true);
    expect(requests.hasNews(open)).toBe(false);
  });
});

describe('the calls that wait for a request', () => {
  it('give way to the newest one', () => {
    const request = opened();
    expect(requests.isNewest(request, 'call 1')).toBe(true);
    requests.waitAs(request, 'call 1');
    elsewhere().waitAs(request, 'call 2');
    expect(requests.isNewest(request, 'call 1')).toBe(false);
    expect(requests.isNewest(request, 'call 2')).toBe(true);
  });
});

describe('what was seen of a request', () => {
  const shown = { way: 'form', event: 'shown', call: 'call 1' } as const;
  const mistyped = { way: 'form', event: 'mistyped' } as const;
  const at = expect.any(Number);

  it('is kept in order, and is nothing at first', () => {
    const request = opened();
    expect(requests.seenOf(request)).toEqual([]);
    requests.see(request, shown);
    elsewhere().see(request, mistyped);
    expect(requests.seenOf(request)).toEqual([
      { ...shown, at },
      { ...mistyped, at },
    ]);
  });

  it('survives half a line, at the end and before others', () => {
    const request = opened();
    requests.see(request, shown);
    appendFileSync(inFolder(`${request.id}.seen.jsonl`), '{"at":1790000000000,"way":"fo');
    expect(requests.seenOf(request)).toEqual([{ ...shown, at }]);
    requests.see(request, mistyped);
    expect(requests.seenOf(request)).toEqual([
      { ...shown, at },
      { ...mistyped, at },
    ]);
  });
});

describe('unanswered requests', () => {
  it('are those that can be answered in this way, oldest first', () => {
    const now = Date.now();
    const open = (callDigest: string, ways: ('form' | 'terminal')[], createdAt: number) =>
      requests.open(aDraft({ callDigest, ways }), createdAt).request;
    const younger = open('a', ['form', 'terminal'], now);
    const older = open('b', ['terminal'], now - 1000);
    open('c', ['form'], now);
    requests.agree(open('d', ['terminal'], now), A_YES);
    requests.close(open('e', ['terminal'], now), A_NO);
    open('f', ['terminal'], now - VALID_FOR_MS);
    expect(requests.unanswered('terminal').map(({ id }) => id)).toEqual([older.id, younger.id]);
  });

  it('are none that no call would find', () => {
    const request = opened();
    rmSync(inFolder('a1.slot'));
    expect(requests.unanswered('terminal')).toEqual([]);
    expect(requests.find(request.id)).toEqual(request);
  });
});

describe('the limit of waiting requests', () => {
  const open = (count: number, asker = 'a host') =>
    Array.from({ length: count }, (_, n) =>
      requests.open(aDraft({ asker, callDigest: `${asker}-${n}` }), Date.now() - 1000 + n),
    ).map(({ request }) => request);
  const ofA = (n: number) => requests.of(`a host-${n}`)?.state;

  it("lets an asker's own oldest unseen request give way to its 21st", () => {
    const [first, second] = open(20);
    if (!first || !second) throw new Error('they were opened');
    requests.see(first, { way: 'terminal', event: 'looked' });
    opened({ callDigest: 'one-more' });
    expect(ofA(0)).toEqual({ is: 'open', yeses: [] });
    expect(ofA(1)).toMatchObject({
      is: 'closed',
      closed: { is: 'superseded', by: 'a newer request of the same host' },
    });
    expect(ofA(2)).toEqual({ is: 'open', yeses: [] });
  });

  it('lets no answered request give way', () => {
    const [first] = open(20);
    if (!first) throw new Error('it was opened');
    requests.agree(first, A_YES);
    opened({ callDigest: 'one-more' });
    expect(ofA(0)).toMatchObject({ is: 'answered' });
    expect(ofA(1)).toMatchObject({ is: 'closed' });
  });

  it('is soft where all of an asker have been seen', () => {
    for (const request of open(20)) requests.see(request, { way: 'form', event: 'shown' });
    opened({ callDigest: 'one-more' });
    expect(requests.unanswered('form')).toHaveLength(21);
  });

  it('takes a form that nobody answered for one that nobody reads', () => {
    const [first] = open(20);
    if (!first) throw new Error('it was opened');
    for (const event of ['shown', 'vanished'] as const) requests.see(first, { way: 'form', event });
    opened({ callDigest: 'one-more' });
    expect(requests.stateOf(first)).toMatchObject({ closed: { is: 'superseded' } });
  });

  it('has whoever fills the list of all give way to another asker, but for what somebody has read', () => {
    const all = Array.from({ length: 100 }, (_, n) => {
      const request = opened({ callDigest: `form-${n}` });
      requests.see(request, { way: 'form', event: 'shown' });
      return request;
    });
    const [first, second] = all;
    if (!first || !second) throw new Error('they were opened');
    requests.see(first, { way: 'terminal', event: 'looked' });
    expect(() => opened({ callDigest: 'one-more' })).toThrow('100 requests wait already');
    opened({ asker: 'another host', callDigest: 'one-more' });
    expect([first, second].map((request) => requests.stateOf(request).is)).toEqual(['open', 'closed']);
  });

  it('leaves the requests of other askers alone', () => {
    open(20);
    opened({ asker: 'another host', callDigest: 'one-more' });
    expect(requests.unanswered('form')).toHaveLength(21);
  });

  it('does not count those that have ended, nor those of calls that are open already', () => {
    const [first] = open(20);
    if (!first) throw new Error('it was opened');
    expect(opened({ callDigest: 'a host-0' }).id).toBe(first.id);
    requests.close(first, A_NO);
    opened({ callDigest: 'one-more' });
    expect(requests.unanswered('form')).toHaveLength(20);
  });

  it('is 100 for all together: then an asker without one of its own is refused', () => {
    for (const asker of ['a', 'b', 'c', 'd', 'e']) open(20, asker);
    expect(() => opened({ asker: 'f', callDigest: 'one-more' })).toThrow('100 requests wait already');
    expect(requests.unanswered('form')).toHaveLength(100);
    expect(files()).toHaveLength(200);
    opened({ asker: 'e', callDigest: 'one-more' });
    expect(requests.unanswered('form')).toHaveLength(100);
  });
});

describe('a clock that was set back', () => {
  it('makes no yes last longer', () => {
    const request = opened();
    requests.agree(request, A_YES);
    const aDayAgo = request.createdAt - 24 * 60 * 60 * 1000;
    expect(requests.stateOf(request, aDayAgo)).toEqual({ is: 'expired' });
    expect(requests.stateOf(request, request.createdAt - 59_000).is).toBe('answered');
  });
});

describe('what somebody has put into the folder', () => {
  const at = (name: string) => path.join(stateDir, 'requests', name);

  it('keeps nobody from asking, though it cannot be removed', () => {
    opened();
    mkdirSync(at('abcdef.waiter'));
    writeFileSync(at('abcdef.request.json'), '{}');
    const old = new Date(Date.now() - VALID_FOR_MS - TOLD_FOR_MS - 1000);
    utimesSync(at('abcdef.request.json'), old, old);
    expect(requests.open(aDraft({ callDigest: 'another' })).isNew).toBe(true);
  });

  it('in the place of a slot ends in an error, and leaves no request', () => {
    mkdirSync(path.join(stateDir, 'requests'), { recursive: true, mode: 0o700 });
    mkdirSync(at('broken.slot'));
    expect(() => requests.open(aDraft({ callDigest: 'broken' }))).toThrow('other calls go on opening');
    expect(requests.unanswered('terminal')).toEqual([]);
  });
});

describe('tidying', () => {
  /** A request that has been through everything, and the one that follows it. */
  function wholeLife() {
    const request = opened();
    requests.see(request, { way: 'form', event: 'shown' });
    requests.waitAs(request, 'call 1');
    requests.agree(request, A_YES);
    requests.claim(request, 'call 1');
    requests.leaveOutcome(request, { what: 'done', isDelivered: true });
    return { request, follower: opened() };
  }

  it('removes nothing before its time, and all after it', () => {
    const { request } = wholeLife();
    const before = files();
    requests.tidy(request.createdAt + GONE_AFTER_MS - 1);
    expect(files()).toEqual(before);
    requests.tidy(Date.now() + GONE_AFTER_MS);
    expect(files()).toEqual([]);
  });

  it('removes a request of twenty minutes, and leaves the way to the one that follows it', () => {
    const { request, follower } = wholeLife();
    // As a process leaves it that is killed after it has settled which one follows.
    writeFileSync(
      inFolder('a1.slot'),
      JSON.stringify({ id: request.id, asker: 'a host', createdAt: request.createdAt }),
    );
    expect(requests.of('a1')?.request.id).toBe(follower.id);
    for (const name of files()) if (!name.startsWith(follower.id)) makeOlder(name, GONE_AFTER_MS);
    requests.tidy();
    expect(files()).toEqual(['a1.slot', `${follower.id}.request.json`].sort());
    expect(requests.of('a1')).toMatchObject({ request: { id: follower.id }, state: { is: 'open' } });
  });

  it('goes on where a process was killed that tidied', () => {
    const { id } = opened();
    const slot = readFileSync(inFolder('a1.slot'), 'utf8');
    // Nothing is to follow, and the slot is about to be removed.
    writeFileSync(inFolder(`${id}.next.json`), slot);
    makeOlder(`${id}.next.json`, 1000);
    requests.close({ id }, A_NO);
    expect(requests.open(aDraft()).isNew).toBe(true);
    expect(requests.of('a1')?.state).toEqual({ is: 'open', yeses: [] });
  });

  it('does not remove a request that waits, though the clock of the file system is another one', () => {
    const { id } = opened();
    makeOlder(`${id}.request.json`, GONE_AFTER_MS);
    makeOlder('a1.slot', GONE_AFTER_MS);
    requests.tidy();
    expect(requests.of('a1')).toMatchObject({ request: { id }, state: { is: 'open' } });
  });

  it('removes what lies about without a request once it is twenty minutes old', () => {
    opened();
    const leftovers = ['orphan.yes-1.json', 'orphan.closed.json', 'half.request.json', 'b2.slot', '.0815.tmp'];
    for (const name of leftovers) writeFileSync(inFolder(name), '{');
    const before = files();
    requests.tidy();
    expect(files()).toEqual(before);
    for (const name of leftovers) makeOlder(name, GONE_AFTER_MS);
    requests.tidy();
    expect(files()).toHaveLength(2);
  });

  it('leaves a folder alone', () => {
    opened();
    mkdirSync(inFolder('mine'));
    requests.tidy(Date.now() + GONE_AFTER_MS);
    expect(files()).toEqual(['mine']);
  });

  it('happens whenever a request is opened', () => {
    wholeLife();
    for (const name of files()) makeOlder(name, GONE_AFTER_MS);
    writeFileSync(inFolder('orphan.yes-1.json'), '{}');
    makeOlder('orphan.yes-1.json', GONE_AFTER_MS);
    requests.open(aDraft({ callDigest: 'b2', account: '999988887777' }));
    expect(files()).not.toContain('orphan.yes-1.json');
  });
});
