import { expect, it } from 'vitest';
import { raceForOneSlot, raceForOneUse, raceForTwoYeses } from './requests-race.ts';

// More of them, and with other disks: requests-race.slow.ts.
const ROUNDS = 100;

it('is used once at most, and has one end for all, with four answerers and four takers at once', async () => {
  const ends = await raceForOneUse(ROUNDS, 'without waiting');
  // It was a race.
  expect(ends).toMatchObject({ used: expect.any(Number), 'declined before a yes': expect.any(Number) });
});

it('takes two people where two are needed, one of whom answers in two ways at once', async () => {
  const ends = await raceForTwoYeses(ROUNDS, 'without waiting');
  expect(ends).toMatchObject({ used: expect.any(Number) });
  expect(Object.keys(ends).length).toBeGreaterThan(1);
});

it('is one request, for four processes that make the same call at once', async () => {
  await raceForOneSlot(ROUNDS, 'without waiting');
});
