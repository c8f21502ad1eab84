// How a call notices that a person has answered, and how an answer is put.
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { putAnswer } from '../../src/approval/put-answer.ts';
import type { ApprovalRequest } from '../../src/approval/request.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { untilNews } from '../../src/approval/waiting.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { A_NO, A_YES, aDraft } from './a-request.ts';

const CALL = 'this call';
const HOST = { call: CALL, client: 'a host', session: 'a session' };
let requests: ApprovalRequests;
let request: ApprovalRequest;
beforeEach(() => {
  requests = new ApprovalRequests(temporaryFolder());
  request = requests.open(aDraft()).request;
  requests.waitAs(request, CALL);
});

describe('the wait for news', () => {
  /** @returns how long it took, and how often the host was told */
  async function wait(ms: number, signal = new AbortController().signal) {
    const onWaiting = vi.fn();
    const startedAt = performance.now();
    await untilNews(request, requests, { until: startedAt + ms, signal, call: CALL, onWaiting });
    return { ms: performance.now() - startedAt, told: onWaiting.mock.calls.length };
  }

  it('is over at once where there is an answer, an end, or a newer call', async () => {
    requests.agree(request, A_YES);
    expect((await wait(5000)).ms).toBeLessThan(1000);
    request = requests.open(aDraft({ callDigest: 'b2' })).request;
    requests.close(request, A_NO);
    expect((await wait(5000)).ms).toBeLessThan(1000);
    request = requests.open(aDraft({ callDigest: 'c3' })).request;
    requests.waitAs(request, 'a newer call');
    expect((await wait(5000)).ms).toBeLessThan(1000);
  });

  it('is over soon after an answer, and when the host gives up', async () => {
    setTimeout(() => requests.agree(request, A_YES), 50);
    expect((await wait(10_000)).ms).toBeLessThan(5000);
    request = requests.open(aDraft({ callDigest: 'b2' })).request;
    requests.waitAs(request, CALL);
    const cancelled = new AbortController();
    setTimeout(() => cancelled.abort(), 50);
    expect((await wait(10_000, cancelled.signal)).ms).toBeLessThan(5000);
  });

  it('is over when its time is, during which a host hears nothing for five seconds', async () => {
    const { ms, told } = await wait(300);
    expect(ms).toBeGreaterThan(290);
    expect(told).toBe(0);
  });

  it('tells the host every five seconds that it goes on', async () => {
    vi.spyOn(performance, 'now')
      .mockReturnValueOnce(0) // it begins
      .mockReturnValueOnce(0) // time is left
      .mockReturnValueOnce(4999)
      .mockReturnValueOnce(4999)
      .mockReturnValueOnce(5000)
      .mockReturnValueOnce(5000)
      .mockReturnValue(60_000);
    onTestFinished(() => void vi.restoreAllMocks());
    const onWaiting = vi.fn();
    await untilNews(request, requests, { until: 10_000, signal: new AbortController().signal, call: CALL, onWaiting });
    expect(onWaiting).toHaveBeenCalledTimes(1);
  });
});

describe('an answer', () => {
  const put = (typed: unknown) => putAnswer(request, { typed, way: 'form', by: 'ana', host: HOST }, requests);

  it.each([undefined, null, 5, '', '  \n', ['LE77'], { typed: 'LE77' }])(
    'that is %j is empty, and is seen',
    (typed) => {
      expect(put(typed)).toBe('empty');
      expect(requests.seenOf(request)).toEqual([{ at: expect.any(Number), way: 'form', event: 'empty', ...HOST }]);
      expect(requests.stateOf(request).is).toBe('open');
    },
  );

  it('that is something else than what is asked for is mistyped, and is seen', () => {
    expect(put('LE78')).toBe('mistyped');
    expect(requests.seenOf(request)).toMatchObject([{ event: 'mistyped', call: CALL }]);
    expect(requests.stateOf(request).is).toBe('open');
  });

  it('that is what is asked for is a yes, the first time', () => {
    expect(put(' LE77 ')).toBe('agreed');
    expect(requests.stateOf(request)).toMatchObject({ is: 'answered', yeses: [{ by: 'ana', way: 'form' }] });
    expect(put('LE77')).toBe('answered');
    requests.close(request, A_NO);
    expect(put('LE77')).toBe('too-late');
    expect(requests.seenOf(request)).toEqual([]);
  });
});
