// Lets one process at a time work on what is kept in a folder. Each puts down a file of its own, whose name says who it
// is, and looks for others: of two that come at once none, or one, goes on. Those that wait say so, too. A name is never
// used again, so what a killed process left can be removed by anybody.
import { closeSync, constants, lstatSync, openSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isAlive, type LockOwner, THIS_PROCESS } from './lock-owner.ts';
import { pause } from './pause.ts';

// What is done meanwhile takes milliseconds, and there may be a dozen processes. Only one that was stopped takes longer.
const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 4;
// A pause needs no clock, so that the wait ends even where the clock stands still.
const MOST_LOOKS = 5_000;
// A process of another machine or container cannot be looked for.
const GONE_AFTER_MS = 10_000;

// A host's name may have anything in it.
const AMONG = THIS_PROCESS.among.replaceAll(/[^\w-]/g, '-');
const NAME = /^(?<pid>\d+)\.(?<started>\d*)\.(?<among>[\w-]*)\.[\w-]{36}\.(?:lock|waiting)$/;

/** Somebody else holds the lock, for longer than is to be waited. Nothing was done. */
export class FolderBusy extends Error {}

interface FolderLock {
  folder: string;
  /** Begins the names of this lock's files, where the folder has other locks in it. */
  prefix?: string;
  /** What the others are busy with: "the audit". */
  what: string;
}

/**
 * Does what may not be interrupted by another process. It blocks while one holds the lock.
 * @param work synchronous, so that within one process nothing comes between
 * @throws FolderBusy; what `work` throws; the file system's error, ENOENT where there is no such folder
 */
export function withFolderLock<T>(lock: FolderLock, work: () => T): T {
  const own = take(lock);
  try {
    return work();
  } finally {
    rmSync(own, { force: true });
  }
}

function take({ folder, prefix = '', what }: FolderLock): string {
  const name = `${prefix}${THIS_PROCESS.pid}.${THIS_PROCESS.started}.${AMONG}.${crypto.randomUUID()}`;
  const own = path.join(folder, `${name}.lock`);
  const waiting = path.join(folder, `${name}.waiting`);
  const until = performance.now() + PATIENCE_MS;
  try {
    for (let looks = 1; ; looks += 1) {
      const isFirst = looks === 1;
      let { holder, isAwaited } = lookInto(folder, prefix, name);
      // A process with a thousand changes to make would otherwise leave no moment to the others.
      if (holder === undefined && !(isFirst && isAwaited)) {
        create(own);
        ({ holder } = lookInto(folder, prefix, name));
        if (holder === undefined) return own;
        rmSync(own, { force: true });
      }
      if (performance.now() > until || looks >= MOST_LOOKS) {
        throw new FolderBusy(`another process is busy with ${what} (${holder ?? folder})`);
      }
      if (isFirst) create(waiting);
      // Two that have got in each other's way are not to do so again; whoever has waited longer comes first.
      pause(LOOK_EVERY_MS * (isFirst ? 1 : Math.random()));
    }
  } finally {
    rmSync(waiting, { force: true });
  }
}

function create(file: string): void {
  closeSync(openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600));
}

/** Who else holds the lock, or waits for it. Removes what processes left that were killed. */
function lookInto(folder: string, prefix: string, own: string): { holder: string | undefined; isAwaited: boolean } {
  let holder: string | undefined;
  let isAwaited = false;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const { name } = entry;
    const isLock = name.endsWith('.lock');
    if (!name.startsWith(prefix) || name.startsWith(own)) continue;
    if (!(isLock || name.endsWith('.waiting')) || entry.isDirectory()) continue;
    const file = path.join(folder, name);
    if (!isHeld(name.slice(prefix.length), file)) rmSync(file, { force: true });
    else if (isLock) holder = file;
    else isAwaited = true;
  }
  return { holder, isAwaited };
}

function isHeld(name: string, file: string): boolean {
  const { pid = '', started = '', among } = NAME.exec(name)?.groups ?? {};
  const owner: LockOwner = {
    pid: Number(pid),
    started,
    among: among === AMONG ? THIS_PROCESS.among : (among ?? ''),
  };
  const alive = isAlive(owner);
  if (alive !== undefined) return alive;
  const stats = lstatSync(file, { throwIfNoEntry: false });
  // Its clock may be ahead of this one's.
  if (stats === undefined || Math.abs(Date.now() - stats.mtimeMs) >= GONE_AFTER_MS) return false;
  return !isKnownForLong(file);
}

const knownSince = new Map<string, number>();

/** Where the clock of the day stands still, no file grows older. */
function isKnownForLong(file: string): boolean {
  const since = knownSince.get(file) ?? performance.now();
  if (performance.now() - since >= GONE_AFTER_MS) {
    knownSince.delete(file);
    return true;
  }
  knownSince.set(file, since);
  return false;
}
