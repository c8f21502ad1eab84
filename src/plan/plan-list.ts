// The whole list of a table's changes in a file of the state dir, for a person whose form or
// terminal shows too little of it at once.
import path from 'node:path';
import { CallError, reasonOf } from '../errors.ts';
import { openStateFolder, writePrivateFile } from '../state/state-dir.ts';
import { describePlan } from './describe-plan.ts';
import { type Plan, planDigest } from './plan.ts';

const FOLDER = 'plans';

/** Whether it has been written or not. @returns an absolute path */
export function planListFile(plan: Plan, stateDir: string): string {
  return path.resolve(stateDir, FOLDER, `${plan.tool}-${planDigest(plan).slice(0, 16)}.txt`);
}

/** @throws CallError Refused when the file cannot be written */
export function writePlanList(plan: Plan, stateDir: string): string {
  try {
    openStateFolder(stateDir, FOLDER);
    const file = planListFile(plan, stateDir);
    writePrivateFile(file, `${describePlan(plan)}\n`);
    return file;
  } catch (error) {
    const why = reasonOf(error);
    throw new CallError('Refused', `the list of the changes cannot be written (${why})`, { cause: error });
  }
}
