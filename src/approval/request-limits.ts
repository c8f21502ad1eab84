// How many requests may wait, so that a person can tell them apart and no asker fills the list of all.
import type { Seen } from './request.ts';
import { isThere, type RequestFolder } from './request-files.ts';
import type { RequestSlots, Slot } from './request-slots.ts';
import { seenIn } from './request-state.ts';

const MOST_OF_AN_ASKER = 20;
const MOST_IN_ALL = 100;

/**
 * @returns the request that is to give way to a new one of this asker: beyond twenty, its own oldest one that nobody reads;
 *   where there is no room in all, the oldest of whoever has more than twenty. Undefined where none has to
 * @throws Error when there is no room in all
 */
export function oneTooMany(folder: RequestFolder, slots: RequestSlots, asker: string, now: number): Slot | undefined {
  const waiting = slots.waiting(now);
  const of = (whose: string) => waiting.filter((slot) => slot.asker === whose);
  const own = of(asker);
  const isFull = waiting.length >= MOST_IN_ALL;
  if (!isFull && own.length < MOST_OF_AN_ASKER) return undefined;
  const mayGo = ({ id }: Slot, isRead: (seen: readonly Seen[]) => boolean) =>
    !isThere(folder.fileOf(id, 'yes-1.json')) && !isRead(seenIn(folder, id));
  const oldest = own.find((slot) => mayGo(slot, isBeforeSomebody));
  if (oldest || !isFull) return oldest;
  const isOfAnother = (slot: Slot) => slot.asker !== asker && of(slot.asker).length > MOST_OF_AN_ASKER;
  const other =
    own.length < MOST_OF_AN_ASKER ? waiting.find((slot) => isOfAnother(slot) && mayGo(slot, wasRead)) : undefined;
  if (other) return other;
  throw new Error(`${waiting.length} requests wait already; answer or decline some of them first`);
}

function wasRead(seen: readonly Seen[]): boolean {
  return seen.some(({ event }) => event === 'looked' || event === 'mistyped');
}

/** Also in a form that is still open, as far as is known. */
function isBeforeSomebody(seen: readonly Seen[]): boolean {
  return wasRead(seen) || seen.filter(({ way }) => way === 'form').at(-1)?.event === 'shown';
}
