// Runs changing-process.ts, whole or until it is killed.

import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { bundled } from '../approval/bundled.ts';
import { killedBeforeAChange } from '../killed-before-a-change.ts';

const SCRIPT = '../sandbox/changing-process.ts';
// Once: processes that are starting read it.
let whole: Promise<string> | undefined;

interface Changing {
  stateDir: string;
  name: string;
  count: number;
  reset?: boolean;
}

const argumentsOf = ({ stateDir, name, count, reset }: Changing, changes = Number.NaN) => [
  stateDir,
  name,
  String(count),
  String(changes),
  reset ? 'reset' : '',
];

/** Runs to its end. @throws when it does not end well */
export async function change(changing: Changing): Promise<void> {
  whole ??= bundled(SCRIPT);
  const script = await whole;
  await promisify(execFile)(process.execPath, [script, ...argumentsOf(changing)]);
}

const KILLED_BEFORE_A_CHANGE = killedBeforeAChange(5);

/**
 * Is killed before its next change to the file system after so many.
 * @returns what it has said before, `end` where it came to its end
 */
export async function changeUntilKilled(changing: Changing, changes: number): Promise<string[]> {
  const script = await bundled(SCRIPT, KILLED_BEFORE_A_CHANGE);
  const { signal, status, stdout, stderr } = spawnSync(process.execPath, [script, ...argumentsOf(changing, changes)]);
  if (signal !== 'SIGKILL' && status !== 0) throw new Error(String(stderr));
  return [...String(stdout).split('\n').filter(Boolean), ...(signal === null ? ['end'] : [])];
}
