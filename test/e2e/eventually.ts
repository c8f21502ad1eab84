// Waiting for what another process does.
import { vi } from 'vitest';

// Longer than a busy machine needs; what is in order takes a few milliseconds.
const PATIENCE = { timeout: 30_000, interval: 20 };

/** Checks again and again until it does not throw. @returns what the check returns */
export function eventually<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, PATIENCE);
}
