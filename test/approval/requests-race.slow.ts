// Like requests-race.test.ts, for longer, also with writes that wait for the disk, and on one without hard links.
import { describe, it } from 'vitest';
import { type Disk, raceForOneSlot, raceForOneUse } from './requests-race.ts';

const ROUNDS = 300;
const timeout = 300_000;
const DISKS: Disk[] = ['real', 'without waiting', 'without hard links'];

describe.each(DISKS)(`a request in ${ROUNDS} rounds, on a disk that is %s,`, (disk) => {
  it('is used once at most, and has one end for all', { timeout }, async () => {
    const ends = await raceForOneUse(ROUNDS, disk);
    process.stderr.write(`${ROUNDS} requests, disk ${disk}: ${JSON.stringify(ends)}\n`);
  });

  it('is one request for four processes', { timeout }, async () => {
    await raceForOneSlot(ROUNDS, disk);
  });
});
