// The time that a call may spend with AWS: that of its steps, and none in between.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { timed } from '../../src/calls/row-call.ts';
import { describeSummary, summaryOf } from '../../src/calls/summary.ts';
import { CallError } from '../../src/errors.ts';
import { TimeLimit } from '../../src/time-limit.ts';
import { aCall } from './a-call.ts';

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const end = () => reject(new Error('ended'));
    if (signal.aborted) end();
    signal.addEventListener('abort', end);
  });

describe('a step of a call', () => {
  it('gives what it comes to, and takes no time from the next', async () => {
    const call = aCall({ limitMs: 100 });
    expect(await timed(call, undefined, async () => 'done')).toBe('done');
    await sleep(150);
    expect(call.limit.signal.aborted).toBe(false);
    await timed(call, undefined, async () => {
      throw new Error('a failure');
    }).catch(() => {});
    await sleep(150);
    expect(call.limit.signal.aborted).toBe(false);
  });

  it('ends when the time of the call is over', async () => {
    await expect(timed({ limit: new TimeLimit(20) }, undefined, untilAborted)).rejects.toThrow('ended');
  });

  it('ends with the host that waits for it, and not with one that gives up later', async () => {
    const host = new AbortController();
    const call = aCall();
    await timed(call, host.signal, async () => {});
    await timed(call, host.signal, () => Promise.reject(new Error('x'))).catch(() => {});
    host.abort();
    expect(call.limit.signal.aborted).toBe(false);
    await expect(timed(call, host.signal, untilAborted)).rejects.toThrow('ended');
  });
});

describe('the summary of a table', () => {
  it('counts what would be done among what succeeded', () => {
    const summary = summaryOf([
      { is: 'done', result: null },
      { is: 'planned', would: {}, inShort: { sentTo: {} } },
      { is: 'failed', error: new CallError('Refused', 'no') },
      { is: 'not-attempted', why: 'x' },
      { is: 'not-attempted', why: 'x' },
      { is: 'not-attempted', why: 'x' },
    ]);
    expect(summary).toEqual({ rows: 6, succeeded: 2, failed: 1, not_attempted: 3 });
    expect(describeSummary(summary)).toBe('2 succeeded, 1 failed, 3 not attempted');
  });
});
