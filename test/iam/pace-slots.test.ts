// Who holds the places that a connection has, and for how long. What throttling costs over the wire is in pace.test.ts.
import { expect, it, vi } from 'vitest';
import { Pace } from '../../src/iam/pace.ts';
import { useVirtualTime } from '../virtual-time.ts';

const throttled = () => Object.assign(new Error('Rate exceeded'), { name: 'Throttling', $fault: 'client' });

it('gives a place back while AWS throttles whoever had it, so that another request is sent beside it', async () => {
  useVirtualTime();
  const pace = new Pace(1);
  const gaveUp = new AbortController();
  let refused = 0;
  const endless = pace.send(() => {
    refused += 1;
    return Promise.reject(throttled());
  }, gaveUp.signal);
  const other = pace.send(async () => 'answered', AbortSignal.timeout(20_000));
  expect(await other).toBe('answered');
  expect(refused).toBeGreaterThan(0);
  gaveUp.abort();
  // The last word is AWS's, and the place is free again.
  await expect(endless).rejects.toThrow('Rate exceeded');
  expect(await pace.send(async () => 'answered too', AbortSignal.timeout(20_000))).toBe('answered too');
});

it('forgets after half a minute that AWS throttled, so that what comes then goes at once', async () => {
  useVirtualTime();
  const pace = new Pace(1);
  let refusals = 3;
  await pace.send(async () => {
    refusals -= 1;
    if (refusals >= 0) throw throttled();
  });
  expect(pace.isSlowed).toBe(true);
  vi.advanceTimersByTime(29_000);
  expect(pace.isSlowed).toBe(true);
  vi.advanceTimersByTime(2000);
  expect(pace.isSlowed).toBe(false);
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: 20 }, () => pace.send(async () => 'answered')));
  // A millisecond each, and no wait for a limiter.
  expect(performance.now() - startedAt).toBe(20);
});
