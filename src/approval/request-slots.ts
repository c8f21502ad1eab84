// Which request a call leads to: the one that `DIGEST.slot` names. When it has come to its end, whoever creates
// `ID.next.json` beside it has settled which request follows, and replaces the slot after that. So no two calls follow
// one request, no slot is missing in between, and a process that is killed there leaves the way to the newest request.
import { rmSync } from 'node:fs';
import * as z from 'zod';
import { writePrivateFile } from '../state/state-dir.ts';
import { ID, TOLD_FOR_MS, VALID_FOR_MS } from './request.ts';
import { createdOnce, isOld, isThere, type RequestFolder, readAs } from './request-files.ts';

// There is more than one only where processes were killed. Against a circle that somebody has made by hand.
const MOST_STEPS = 20;
// Longer than any step takes, so that the process which was to take the next one must have been killed.
const SETTLED_WITHIN_MS = 500;

/** With what the limits need, so that they do not have to read every request. */
const slotSchema = z.strictObject({ id: z.string().regex(ID), asker: z.string(), createdAt: z.number() });
export type Slot = z.output<typeof slotSchema>;

export class RequestSlots {
  readonly #folder: RequestFolder;

  constructor(folder: RequestFolder) {
    this.#folder = folder;
  }

  /** The newest request of a call, whether it waits or not. */
  of(callDigest: string): Slot | undefined {
    const first = this.#first(callDigest);
    return first && this.#newestAfter(first);
  }

  /** Those that lead to a request without an end, oldest first. */
  waiting(now: number): Slot[] {
    return this.#folder
      .callDigests()
      .flatMap((callDigest) => this.of(callDigest) ?? [])
      .filter(({ createdAt }) => now < createdAt + VALID_FOR_MS)
      .filter(({ id }) => !isThere(this.#folder.fileOf(id, 'closed.json')))
      .sort((a, b) => a.createdAt - b.createdAt);
  }

  /**
   * Makes the call lead to a request.
   * @param last what `of` has said before, which has come to its end
   * @returns false when somebody else was faster: look again
   */
  put(callDigest: string, slot: Slot, last: Slot | undefined): boolean {
    const file = this.#folder.slotOf(callDigest);
    if (!last) {
      if (createdOnce(file, slot)) return true;
      if (isLeft(file) && !this.of(callDigest)) rmSync(file, { force: true });
      return false;
    }
    const next = this.#nextFile(last);
    if (!createdOnce(next, slot)) {
      if (isLeft(next)) this.#finish(callDigest, last);
      return false;
    }
    // The last one may have been tidied away since: then nothing leads here.
    if (this.of(callDigest)?.id !== slot.id) {
      rmSync(next, { force: true });
      return false;
    }
    writePrivateFile(file, JSON.stringify(slot));
    return true;
  }

  /** Removes a slot that leads to nothing that could still be told. */
  tidy(callDigest: string, now: number): void {
    const file = this.#folder.slotOf(callDigest);
    const first = this.#first(callDigest);
    if (!first) {
      if (isOld(file, now)) rmSync(file, { force: true });
      return;
    }
    const last = this.#newestAfter(first);
    if (last.id !== first.id) writePrivateFile(file, JSON.stringify(last));
    if (now < last.createdAt + VALID_FOR_MS + TOLD_FOR_MS) return;
    // A request that is followed by itself can be followed by no other. So the slot stays what it is until it is removed
    // by the one process that has settled this.
    const next = this.#nextFile(last);
    if (createdOnce(next, last) || isOld(next, now, SETTLED_WITHIN_MS)) this.#remove(callDigest, last);
  }

  /** Whether the way from a call to its newest request goes by this one. */
  goesBy(id: string, callDigest: string): boolean {
    const first = this.#first(callDigest);
    return first !== undefined && this.#from(first).some((slot) => slot.id === id);
  }

  /** What a process did not come to that was killed after `next.json`, or with half of it on the disk. */
  #finish(callDigest: string, last: Slot): void {
    const file = this.#nextFile(last);
    const next = readAs(slotSchema, file);
    if (!next) rmSync(file, { force: true });
    else if (next.id === last.id) this.#remove(callDigest, last);
  }

  #remove(callDigest: string, last: Slot): void {
    if (this.#first(callDigest)?.id === last.id) rmSync(this.#folder.slotOf(callDigest), { force: true });
  }

  #first(callDigest: string): Slot | undefined {
    return readAs(slotSchema, this.#folder.slotOf(callDigest));
  }

  #newestAfter(first: Slot): Slot {
    return this.#from(first).at(-1) ?? first;
  }

  /** This one and those that follow it. */
  #from(first: Slot): Slot[] {
    const way = [first];
    while (way.length < MOST_STEPS) {
      const last = way.at(-1) ?? first;
      const next = readAs(slotSchema, this.#nextFile(last));
      if (!next || next.id === last.id) break;
      way.push(next);
    }
    return way;
  }

  #nextFile = ({ id }: Slot) => this.#folder.fileOf(id, 'next.json');
}

const isLeft = (file: string) => isOld(file, Date.now(), SETTLED_WITHIN_MS);
