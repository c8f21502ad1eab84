// A process that is killed before each of its changes to the files of requests, one after the other.
import { it } from 'vitest';
import { killBeforeChanges } from './requests-killed.ts';

it('leaves files that the next process can go on with, wherever a process is killed', {
  timeout: 300_000,
}, async () => {
  await killBeforeChanges({ step: 1 });
});
