// Some of the moments at which a process may be killed; requests-killed.slow.ts has all.
import { it } from 'vitest';
import { killBeforeChanges } from './requests-killed.ts';

it('leaves files that the next process can go on with, where a process is killed', async () => {
  await killBeforeChanges({ step: 7 });
});
