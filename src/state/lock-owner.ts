// Who holds a lock, so that another process can tell whether its owner is gone. A killed process cleans nothing up.
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface LockOwner {
  pid: number;
  /** When it was started, in the system's own count: a number of a process is used again. */
  started: string;
  /** Where its number means something. */
  among: string;
}

export const THIS_PROCESS: LockOwner = {
  pid: process.pid,
  started: startOf(process.pid),
  among: `${hostname()} ${pidNamespace()}`,
};

/** @returns undefined for a process of another machine or container, which cannot be looked for from here */
export function isAlive({ pid, started, among }: LockOwner): boolean | undefined {
  if (among !== THIS_PROCESS.among) return undefined;
  return isRunning(pid) && started === startOf(pid);
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

/**
 * Linux tells it in field 22 of /proc/<pid>/stat, of which the second, the name, may have brackets and spaces in it;
 * elsewhere the number of the process has to do. A zombie, which only waits for its parent to hear of its end, counts as
 * never started.
 */
function startOf(pid: number): string {
  try {
    const [, afterName = ''] = /.*\)(.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const [state, ...fields] = afterName.trim().split(' ');
    return state === 'Z' ? '' : (fields[18] ?? '');
  } catch {
    return '';
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
