// A bound on the time that a call may spend with AWS. Stopped while a person reads, so that reading costs nothing.
import { setMaxListeners } from 'node:events';

export class TimeLimit {
  readonly #aborter = new AbortController();
  #leftMs: number;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #deadline: number;

  /** @param deadline when it ends in any case, on the clock of `performance.now()` */
  constructor(ms: number, deadline = Number.POSITIVE_INFINITY) {
    this.#leftMs = ms;
    this.#deadline = deadline;
    this.start();
  }

  /** Aborted when the time is over. */
  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  /** What is left of it, in milliseconds. */
  get leftMs(): number {
    const now = performance.now();
    const leftMs = this.#timer ? this.#leftMs - (now - this.#startedAt) : this.#leftMs;
    return Math.max(0, Math.min(leftMs, this.#deadline - now));
  }

  start(): void {
    if (this.#timer) return;
    this.#startedAt = performance.now();
    const leftMs = Math.min(this.#leftMs, this.#deadline - this.#startedAt);
    this.#timer = setTimeout(() => this.#aborter.abort(), Math.max(1, leftMs));
  }

  stop(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leftMs -= performance.now() - this.#startedAt;
  }

  /** From now on ends with `signal`, too. @returns a function that undoes this */
  endWith(signal: AbortSignal): () => void {
    const end = () => this.#aborter.abort();
    // All rows of a table end with the one signal of their call, which Node would take for a leak.
    setMaxListeners(0, signal);
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    return () => signal.removeEventListener('abort', end);
  }
}

/** For work that takes no signal: it goes on, and nobody waits for it. @throws what `makeError` makes, once aborted */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, makeError: () => Error): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(makeError());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
