// Tells the host how far a table is: counts, a few times a second at most.
import type { Host } from '../calls/context.ts';

const LEAST_APART_MS = 300;

export class Progress {
  readonly #tell: Host['onProgress'];
  readonly #rows: number;
  readonly #total: number;
  #read = 0;
  #done = 0;
  #failed = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  /** @param phases how often each row is gone through: facts, facts once more after a person has agreed, the change itself */
  constructor(tell: Host['onProgress'], rows: number, phases: number) {
    this.#tell = tell;
    this.#rows = rows;
    this.#total = rows * phases;
  }

  /** A row's facts were read. @param isAgain since a person has agreed, perhaps in an earlier call */
  read(isAgain: boolean): void {
    this.#read = (this.#read % this.#rows) + 1;
    const steps = isAgain ? this.#rows + this.#read : this.#read;
    this.#say(`facts read for ${this.#read} of ${this.#rows} rows`, steps);
  }

  /** A row came to its end. */
  ran(isFailure: boolean): void {
    this.#done += 1;
    if (isFailure) this.#failed += 1;
    // The last phase: rows that were left out have gone through fewer before it.
    const steps = this.#total - this.#rows + this.#done;
    this.#say(`${this.#done} of ${this.#rows} rows done, ${this.#failed} failed`, steps, this.#done === this.#rows);
  }

  #say(message: string, steps: number, isLast = false): void {
    const now = performance.now();
    if (!isLast && now - this.#toldAt < LEAST_APART_MS) return;
    this.#toldAt = now;
    this.#tell(message, { done: Math.min(steps, this.#total), total: this.#total });
  }
}
