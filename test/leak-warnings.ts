// Fails the test during which Node warns of listeners that nobody takes off, such as eleven on one signal. Node itself says
// it once for each signal, on stderr, where nobody would see it.
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, expect } from 'vitest';

const warnings: string[] = [];
const listen = ({ name, message }: Error) => {
  if (name === 'MaxListenersExceededWarning') warnings.push(message);
};

process.on('warning', listen);
afterAll(() => void process.off('warning', listen));
afterEach(async () => {
  // A warning comes a moment after its cause.
  await setImmediate();
  expect(warnings.splice(0)).toEqual([]);
});
