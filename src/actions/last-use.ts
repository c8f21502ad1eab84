// Whether a key is in use, by when it was used last.
import type { Fact } from './action.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** @param now when the last use was read: milliseconds since the epoch */
export function wasUsedWithinADay(lastUse: Fact['lastUse'], now: number): boolean {
  return lastUse?.at !== undefined && now - Date.parse(lastUse.at) < DAY_MS;
}
