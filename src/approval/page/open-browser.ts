// Opens a file in the person's browser.
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

// A call that asks has to be answered within two seconds, and there is more to do than this.
const LONGEST_MS = 1000;

/**
 * What starts a browser may end at once, or go on as long as that. Where there is none it ends with an error.
 * @returns whether it was opened, as far as is known after a second
 */
export async function openInBrowser(file: string): Promise<boolean> {
  try {
    const { default: open } = await import('open');
    return await Promise.race([open(file).then(hasOpened), sleep(LONGEST_MS, true, { ref: false })]);
  } catch {
    return false;
  }
}

async function hasOpened(child: ChildProcess): Promise<boolean> {
  child.on('error', () => {});
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode === 0;
  return new Promise((resolve) => child.once('exit', (code) => resolve(code === 0)));
}
