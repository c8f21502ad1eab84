// Keeps a journal to one call at a time, of this process or another: from before it is read until nothing more is
// written, or a row that one call does would be done again by another that has read of it too early.
import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CallError } from '../errors.ts';
import { isAlive, type LockOwner, THIS_PROCESS } from '../state/lock-owner.ts';

// A process of another machine or container cannot be looked for: it counts as running while it says so.
const SAYS_SO_EVERY_MS = 10_000;
const GONE_AFTER_MS = 60_000;

const heldHere = new Set<string>();

/**
 * Each first says that it is there and then looks for others, so that of two that come at once none, or one, goes on. A
 * process that was killed holds nothing, or if it ran elsewhere, for a minute.
 */
export class JournalLock {
  readonly #journal: string;
  readonly #file: string;
  readonly #heartbeat: NodeJS.Timeout;
  #isHeld = false;

  /**
   * @param journal its absolute path; the file need not be there
   * @throws CallError Refused when another call holds it; the file system's error
   */
  constructor(journal: string) {
    this.#journal = journal;
    this.#file = `${journal}.${crypto.randomUUID()}.lock`;
    if (heldHere.has(journal)) throw busy(journal);
    writeFileSync(this.#file, JSON.stringify(THIS_PROCESS), { mode: 0o600, flag: 'wx' });
    heldHere.add(journal);
    this.#isHeld = true;
    this.#heartbeat = setInterval(() => this.#sayThatItIsThere(), SAYS_SO_EVERY_MS).unref();
    try {
      refuseIfHeldElsewhere(journal, this.#file);
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** May be called twice. */
  release(): void {
    // By then another call may hold it.
    if (!this.#isHeld) return;
    this.#isHeld = false;
    clearInterval(this.#heartbeat);
    heldHere.delete(this.#journal);
    rmSync(this.#file, { force: true });
  }

  #sayThatItIsThere(): void {
    try {
      const now = new Date();
      utimesSync(this.#file, now, now);
    } catch {
      // Somebody has removed it by hand.
    }
  }
}

/** For a look alone: it may be held a moment later. @throws CallError Refused */
export function refuseIfHeld(journal: string): void {
  if (heldHere.has(journal)) throw busy(journal);
  refuseIfHeldElsewhere(journal);
}

/** Removes what processes left that were killed. */
function refuseIfHeldElsewhere(journal: string, own?: string): void {
  for (const file of locksOf(journal)) {
    if (file === own) continue;
    if (isHeld(file)) throw busy(file);
    rmSync(file, { force: true });
  }
}

function busy(file: string): CallError {
  return new CallError(
    'Refused',
    `another call is at work on this very table: wait for it, or cancel it (${path.basename(file)})`,
  );
}

function locksOf(journal: string): string[] {
  const start = `${path.basename(journal)}.`;
  const folder = path.dirname(journal);
  return readdirSync(folder).flatMap((name) =>
    name.startsWith(start) && name.endsWith('.lock') ? path.join(folder, name) : [],
  );
}

function isHeld(file: string): boolean {
  const silentMs = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY);
  try {
    const alive = isAlive(JSON.parse(readFileSync(file, 'utf8')) as LockOwner);
    if (alive !== undefined) return alive;
  } catch {
    // Gone, or half written.
  }
  return silentMs < GONE_AFTER_MS;
}
