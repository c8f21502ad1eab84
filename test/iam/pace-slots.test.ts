// Who holds the places that a connection has, and for how long. What throttling costs over the wire is in pace.test.ts.
import { expect, it } from 'vitest';
import { Pace } from '../../src/iam/pace.ts';

const throttled = () => Object.assign(new Error('Rate exceeded'), { name: 'Throttling', $fault: 'client' });

it('gives a place back while AWS throttles whoever had it, so that another request is sent beside it', async () => {
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
