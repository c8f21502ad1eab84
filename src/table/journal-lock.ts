// Keeps a journal to one call at a time, of this process or another: from before it is read until nothing more is
// written, or a row that one call does would be done again by another that has read of it too early.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CallError } from '../envelope.ts';

const heldHere = new Set<string>();

/**
 * Each first says that it is there and then looks for others, so that of two that come at once none, or one, goes on. A
 * process that was killed holds nothing.
 */
export class JournalLock {
  readonly #journal: string;
  readonly #file: string;
  #isHeld = false;

  /**
   * @param journal its absolute path; the file need not be there
   * @throws CallError Refused when another call holds it; the file system's error
   */
  constructor(journal: string) {
    this.#journal = journal;
    this.#file = `${journal}.${process.pid}.lock`;
    if (heldHere.has(journal)) throw busy();
    writeFileSync(this.#file, '', { mode: 0o600 });
    heldHere.add(journal);
    this.#isHeld = true;
    for (const pid of holdersOf(journal)) {
      if (pid === process.pid) continue;
      if (isRunning(pid)) {
        this.release();
        throw busy();
      }
      rmSync(`${journal}.${pid}.lock`, { force: true });
    }
  }

  /** May be called twice. */
  release(): void {
    // By then another call may hold it.
    if (!this.#isHeld) return;
    this.#isHeld = false;
    heldHere.delete(this.#journal);
    rmSync(this.#file, { force: true });
  }
}

function busy(): CallError {
  return new CallError('Refused', 'another call is at work on this very table: wait for it, or cancel it');
}

function holdersOf(journal: string): number[] {
  const start = `${path.basename(journal)}.`;
  return readdirSync(path.dirname(journal)).flatMap((name) => {
    const [, pid] = (name.startsWith(start) && /^(\d+)\.lock$/.exec(name.slice(start.length))) || [];
    return pid === undefined ? [] : Number(pid);
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
