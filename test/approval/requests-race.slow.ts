// Like requests-race.test.ts, for longer: most rounds take as long as the disk needs.
import { it } from 'vitest';
import { raceForOneSlot, raceForOneUse } from './requests-race.ts';

const ROUNDS = 300;
const timeout = 300_000;

it(`is used once at most, and has one end for all, in ${ROUNDS} rounds`, { timeout }, async () => {
  const ends = await raceForOneUse(ROUNDS);
  process.stderr.write(`Ends of ${ROUNDS} requests: ${JSON.stringify(ends)}\n`);
});

it(`is one request for four processes, in ${ROUNDS} rounds`, { timeout }, () => raceForOneSlot(ROUNDS));
