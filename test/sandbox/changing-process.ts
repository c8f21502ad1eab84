// A process that adds users to a kept account, one after the other, and says of each that it is done: see
// kept-account.test.ts. `NAME COUNT` are what its users are called and how many there are to be.
import { writeSync } from 'node:fs';
import { KeptAccount } from '../../src/sandbox/kept-account.ts';

const [, , stateDir = '', name = '', count = '', , reset = ''] = process.argv;

const kept = KeptAccount.open(stateDir, { now: () => new Date(), reset: reset === 'reset' });
writeSync(1, 'opened\n');
for (let n = 1; n <= Number(count); n += 1) {
  kept.exclusively(() => kept.account.addUser(`${name}-${n}`));
  writeSync(1, `${name}-${n}\n`);
}
