// Tells the host how far a table is: counts, a few times a second at most.
import type { Host } from '../calls/context.ts';

const LEAST_APART_MS = 300;

export class Progress {
  readonly #tell: Host['onProgress'];
  readonly #total: number;
  #done = 0;
  #failed = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #steps = 0;

  /** @param total steps of all phases together */
  constructor(tell: Host['onProgress'], total: number) {
    this.#tell = tell;
    this.#total = total;
  }

  /** A row's facts were read. */
  checked(of: number): void {
    this.#steps += 1;
    this.#say(`facts read for ${((this.#steps - 1) % of) + 1} of ${of} rows`);
  }

  /** A row came to its end. */
  ran(of: number, isFailure: boolean): void {
    this.#done += 1;
    // The last phase: rows that were left out have gone through fewer before it.
    this.#steps = this.#total - of + this.#done;
    if (isFailure) this.#failed += 1;
    this.#say(`${this.#done} of ${of} rows done, ${this.#failed} failed`, this.#done === of);
  }

  #say(message: string, isLast = false): void {
    const now = performance.now();
    if (!isLast && now - this.#toldAt < LEAST_APART_MS) return;
    this.#toldAt = now;
    this.#tell(message, { done: Math.min(this.#steps, this.#total), total: this.#total });
  }
}
