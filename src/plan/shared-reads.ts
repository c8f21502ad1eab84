// Facts that several rows of a table need are read once for all of them: what is known of one user, say.
import { CallError } from '../errors.ts';
import type { Account } from '../iam/account.ts';
import { TimeLimit, unlessAborted } from '../time-limit.ts';

export class SharedReads {
  readonly #limitMs: number;
  readonly #signal: AbortSignal;
  readonly #isShared: boolean;
  readonly #read = new Map<Account, Map<string, Promise<unknown>>>();

  /**
   * @param options.limitMs for each read: not that of the row which happens to come first
   * @param options.signal ends all of them
   * @param options.isShared whether several rows may need the same. Else reads end with the wait of the only row
   */
  constructor({ limitMs, signal, isShared }: { limitMs: number; signal: AbortSignal; isShared: boolean }) {
    this.#limitMs = limitMs;
    this.#signal = signal;
    this.#isShared = isShared;
  }

  /**
   * @param what is read of the account
   * @param waiting ends the wait of whoever asks, and of nobody else
   * @throws CallError Timeout when the wait was ended; whatever `read` throws
   */
  once<T>(
    account: Account,
    what: readonly [string, unknown],
    waiting: AbortSignal,
    read: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const ofAccount = this.#read.get(account) ?? new Map<string, Promise<unknown>>();
    this.#read.set(account, ofAccount);
    const key = JSON.stringify(what);
    const known = ofAccount.get(key) as Promise<T> | undefined;
    const reading = known ?? (this.#isShared ? this.#begin(read) : read(waiting));
    ofAccount.set(key, reading);
    return this.#isShared ? unlessAborted(reading, waiting, () => lateFor(what[0])) : reading;
  }

  async #begin<T>(read: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = new TimeLimit(this.#limitMs);
    const unlink = limit.endWith(this.#signal);
    try {
      return await read(limit.signal);
    } finally {
      unlink();
      limit.stop();
    }
  }
}

function lateFor(operation: string): CallError {
  return new CallError('Timeout', `${operation} was not finished within the time allowed (--call-timeout)`);
}
