// Like requests-race.test.ts, for longer, and also with writes that reach the disk: these take most of the time then.
import { describe, it } from 'vitest';
import { raceForOneSlot, raceForOneUse } from './requests-race.ts';

const ROUNDS = 300;
const timeout = 300_000;

describe.each([true, false])(`a request, in ${ROUNDS} rounds, with writes that reach the disk: %s`, (isSynced) => {
  it('is used once at most, and has one end for all', { timeout }, async () => {
    const ends = await raceForOneUse({ rounds: ROUNDS, isSynced });
    process.stderr.write(`Ends of ${ROUNDS} requests: ${JSON.stringify(ends)}\n`);
  });

  it('is one request for four processes', { timeout }, async () => {
    await raceForOneSlot({ rounds: ROUNDS, isSynced });
  });
});
