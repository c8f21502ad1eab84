// How many requests may wait, so that a person can tell them apart and no asker fills the list of all.
import { isThere, type RequestFolder } from './request-files.ts';
import type { RequestSlots, Slot } from './request-slots.ts';

const MOST_OF_AN_ASKER = 20;
const MOST_IN_ALL = 100;

/**
 * @returns the asker's own oldest request that nobody has looked at, which is to give way to a new one; undefined where
 *   there is room, or the asker has no such request
 * @throws Error when there is no room in all
 */
export function oneTooMany(folder: RequestFolder, slots: RequestSlots, asker: string, now: number): Slot | undefined {
  const waiting = slots.waiting(now);
  const own = waiting.filter((slot) => slot.asker === asker);
  const isFull = waiting.length >= MOST_IN_ALL;
  if (!isFull && own.length < MOST_OF_AN_ASKER) return undefined;
  const isUntouched = ({ id }: Slot) =>
    !isThere(folder.fileOf(id, 'yes-1.json')) && !isThere(folder.fileOf(id, 'seen.jsonl'));
  const oldest = own.find(isUntouched);
  if (oldest || !isFull) return oldest;
  throw new Error(`${waiting.length} requests wait already; answer or decline some of them first`);
}
