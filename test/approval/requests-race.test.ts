import { expect, it } from 'vitest';
import { raceForOneSlot, raceForOneUse } from './requests-race.ts';

// More of them, and with writes that reach the disk: requests-race.slow.ts.
const ROUNDS = 100;

it('is used once at most, and has one end for all, with four answerers and four takers at once', async () => {
  const ends = await raceForOneUse({ rounds: ROUNDS, isSynced: false });
  // It was a race.
  expect(ends).toMatchObject({ used: expect.any(Number), 'declined before a yes': expect.any(Number) });
});

it('is one request, for four processes that make the same call at once', async () => {
  await raceForOneSlot({ rounds: ROUNDS, isSynced: false });
});
