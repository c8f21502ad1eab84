// What is known of hosts that declare forms: whether somebody has ever answered one there. Some declare forms and show
// them to nobody; whoever waits for those waits in vain, each time.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { openStateFolder, writePrivateFile } from '../state/state-dir.ts';
import { isOld, isThere, removeIfPossible } from './request-files.ts';

/** `answers`: somebody has typed what a form asked for. `vanished`: one was open for the whole wait, and nobody answered in any way. */
export type Habit = 'answers' | 'vanished';

const FOLDER = 'hosts';
const KNOWN_FOR_MS = 7 * 24 * 60 * 60 * 1000;
// So that a host in daily use stays known, and not each answer writes a file.
const FRESH_FOR_MS = 24 * 60 * 60 * 1000;

/**
 * By the host's name, version and era, in files of the state dir; what stands in them is for people. It is a hint and no
 * more: where the files cannot be read or written, nothing is known.
 */
export class HostHabits {
  readonly #stateDir: string;

  constructor(stateDir: string) {
    this.#stateDir = stateDir;
  }

  /** A host that has answered once is never taken for one that does not. */
  of(client: string, now = Date.now()): Habit | 'unknown' {
    const isKnown = (habit: Habit) => {
      const file = path.join(this.#stateDir, FOLDER, nameOf(client, habit));
      return isThere(file) && !isOld(file, now, KNOWN_FOR_MS);
    };
    try {
      if (isKnown('answers')) return 'answers';
      return isKnown('vanished') ? 'vanished' : 'unknown';
    } catch {
      return 'unknown';
    }
  }

  note(client: string, habit: Habit, now = Date.now()): void {
    // Of all hosts that give no name, nothing can be said.
    if (client === '') return;
    try {
      const folder = openStateFolder(this.#stateDir, FOLDER);
      const file = path.join(folder, nameOf(client, habit));
      if (isThere(file) && now < lstatSync(file).mtimeMs + FRESH_FOR_MS) return;
      writePrivateFile(file, `${JSON.stringify({ client, habit })}\n`);
      for (const name of readdirSync(folder)) {
        if (isOld(path.join(folder, name), now, KNOWN_FOR_MS)) removeIfPossible(path.join(folder, name));
      }
    } catch {
      // It is asked as if nothing were known.
    }
  }
}

function nameOf(client: string, habit: Habit): string {
  return `${createHash('sha256').update(client).digest('hex').slice(0, 32)}.${habit}`;
}
