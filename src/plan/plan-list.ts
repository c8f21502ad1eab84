// The whole list of a table's changes in a file of the state dir, for a person whose form or
// terminal shows too little of it at once.
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { CallError, reasonOf } from '../errors.ts';
import { openStateFolder, writePrivateFile } from '../state/state-dir.ts';
import { describePlan } from './describe-plan.ts';
import { type Plan, planDigest } from './plan.ts';

const FOLDER = 'plans';
const LIST = /^\w+-[0-9a-f]{16}\.txt$/;
// Nobody is asked for so long. What was done stands in the audit.
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Whether it has been written or not. @returns an absolute path */
export function planListFile(plan: Plan, stateDir: string): string {
  return path.resolve(stateDir, FOLDER, `${plan.tool}-${planDigest(plan).slice(0, 16)}.txt`);
}

/** @throws CallError Refused when the file cannot be written */
export function writePlanList(plan: Plan, stateDir: string): string {
  try {
    tidy(openStateFolder(stateDir, FOLDER), Date.now());
    const file = planListFile(plan, stateDir);
    writePrivateFile(file, `${describePlan(plan)}\n`);
    return file;
  } catch (error) {
    const why = reasonOf(error);
    throw new CallError('Refused', `the list of the changes cannot be written (${why})`, { cause: error });
  }
}

/** Each asking has a list of its own: they must not fill the disk. */
function tidy(folder: string, now: number): void {
  for (const name of readdirSync(folder).filter((each) => LIST.test(each))) {
    const file = path.join(folder, name);
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (stats?.isFile() && now >= stats.mtimeMs + KEPT_MS) rmSync(file, { force: true });
  }
}
