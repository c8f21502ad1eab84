// Thins out what is told again and again, so that a model that repeats itself does not fill the disk.

const WITHIN_MS = 60 * 60 * 1000;
// Of different things within that time. Whatever else there is counts together.
const MOST_KINDS = 1_000;

interface Repeat {
  /** How often it was seen by now, within the hour. */
  count: number;
  /** Counted with others of its kind. */
  isAmongOthers: boolean;
}

export class Repeats {
  readonly #counts = new Map<string, number>();
  #since = Number.NEGATIVE_INFINITY;

  /**
   * @param what exactly
   * @param kind roughly
   * @returns undefined where nothing is to be said: it is the third time, or the fifth
   */
  toTell(what: string, kind: string): Repeat | undefined {
    if (performance.now() - this.#since > WITHIN_MS) {
      this.#since = performance.now();
      this.#counts.clear();
    }
    const isAmongOthers = !this.#counts.has(what) && this.#counts.size >= MOST_KINDS;
    const key = isAmongOthers ? `others ${kind}` : what;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return Number.isInteger(Math.log2(count)) ? { count, isAmongOthers } : undefined;
  }
}
