// Lets one process at a time work on the account that is kept in a folder. Each puts down a file of its own, whose name
// says who it is, and looks for others: of two that come at once none, or one, goes on. Those that wait say so, too. A
// name is never used again, so what a killed process left can be removed by anybody.
import { closeSync, constants, lstatSync, openSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isAlive, type LockOwner, THIS_PROCESS } from '../state/lock-owner.ts';
import { pause } from '../state/pause.ts';

// What is done meanwhile takes milliseconds, and there may be a dozen processes. Only one that was stopped takes longer.
const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 4;
// A process of another machine or container cannot be looked for.
const GONE_AFTER_MS = 10_000;

// A host's name may have anything in it.
const AMONG = THIS_PROCESS.among.replaceAll(/[^\w-]/g, '-');
const NAME = /^(?<pid>\d+)\.(?<started>\d*)\.(?<among>[\w-]*)\.[\w-]{36}\.(?:lock|waiting)$/;

/** Somebody else has the account, for longer than is to be waited. Nothing was done. */
export class AccountBusy extends Error {}

/**
 * Does what may not be interrupted by another process. It blocks while one has the account.
 * @param work synchronous, so that within one process nothing comes between
 * @throws AccountBusy; what `work` throws; the file system's error, ENOENT where there is no such folder
 */
export function withAccountLock<T>(folder: string, work: () => T): T {
  const own = take(folder);
  try {
    return work();
  } finally {
    rmSync(own, { force: true });
  }
}

function take(folder: string): string {
  const name = `${THIS_PROCESS.pid}.${THIS_PROCESS.started}.${AMONG}.${crypto.randomUUID()}`;
  const own = path.join(folder, `${name}.lock`);
  const waiting = path.join(folder, `${name}.waiting`);
  const until = performance.now() + PATIENCE_MS;
  try {
    for (let isFirst = true; ; isFirst = false) {
      let { holder, isAwaited } = lookInto(folder, name);
      // A process with a thousand changes to make would otherwise leave no moment to the others.
      if (holder === undefined && !(isFirst && isAwaited)) {
        create(own);
        ({ holder } = lookInto(folder, name));
        if (holder === undefined) return own;
        rmSync(own, { force: true });
      }
      if (performance.now() > until) {
        throw new AccountBusy(`another process is busy with the sandbox's account (${holder ?? folder})`);
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

/** Who else has the account, or waits for it. Removes what processes left that were killed. */
function lookInto(folder: string, own: string): { holder: string | undefined; isAwaited: boolean } {
  let holder: string | undefined;
  let isAwaited = false;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const { name } = entry;
    const isLock = name.endsWith('.lock');
    if (name.startsWith(own) || !(isLock || name.endsWith('.waiting')) || entry.isDirectory()) continue;
    const file = path.join(folder, name);
    if (!isHeld(name, file)) rmSync(file, { force: true });
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
  return stats !== undefined && Math.abs(Date.now() - stats.mtimeMs) < GONE_AFTER_MS;
}
