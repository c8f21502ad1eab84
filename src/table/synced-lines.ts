// Lines appended to a file that are on the disk before whoever wrote one goes on. Those written while the disk is busy
// go there together, so that a table of a thousand rows waits for some dozens of syncs and not for two thousand.
import { close, fdatasync, write } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const writeBytes = promisify(write);
const sync = promisify(fdatasync);
const closeFile = promisify(close);

const GATHERED_FOR_MS = 2;

interface Waiting {
  line: string;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export class SyncedLines {
  readonly #descriptor: number;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  /** After a failure, which may have left half a line: what follows must not become a part of it. */
  #isBroken = false;

  /** @param descriptor open for appending; this closes it */
  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Resolves when the line is on the disk. Rejects when it could not be written. */
  append(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** After all that was appended. */
  async close(): Promise<void> {
    await this.#flushing;
    await closeFile(this.#descriptor);
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Each sync costs this process as much as a request: what comes within this time goes with it.
      await sleep(GATHERED_FOR_MS);
      const group = this.#waiting;
      this.#waiting = [];
      try {
        const lines = group.map(({ line }) => `${line}\n`).join('');
        await this.#writeWhole(Buffer.from(this.#isBroken ? `\n${lines}` : lines));
        await sync(this.#descriptor);
        this.#isBroken = false;
        for (const { resolve } of group) resolve();
      } catch (error) {
        this.#isBroken = true;
        for (const { reject } of group) reject(error);
      }
    }
    this.#flushing = undefined;
  }

  async #writeWhole(bytes: Buffer): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await writeBytes(this.#descriptor, bytes, written, bytes.length - written);
      written += bytesWritten;
    }
  }
}
