// The time that a call may spend with AWS; what comes of its end is in test/iam and test/table.
import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { TimeLimit } from '../src/time-limit.ts';

it('ends with a signal that all rows of a table share, without a warning of a leak, and lets go of it', () => {
  // leak-warnings.ts fails this test where there is one.
  const cancelled = new AbortController();
  const limits = Array.from({ length: 100 }, () => new TimeLimit(60_000));
  const [early, ...rest] = limits.map((limit) => ({ limit, unlink: limit.endWith(cancelled.signal) }));
  early?.unlink();
  expect(getEventListeners(cancelled.signal, 'abort')).toHaveLength(99);
  cancelled.abort();
  expect(early?.limit.signal.aborted).toBe(false);
  expect(rest.every(({ limit }) => limit.signal.aborted)).toBe(true);
  for (const { unlink } of rest) unlink();
  expect(getEventListeners(cancelled.signal, 'abort')).toEqual([]);
  for (const limit of limits) limit.stop();
});
