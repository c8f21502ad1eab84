// The whole list of a table's changes in a file of the state dir, for a person whose form or
// terminal shows too little of it at once.
import path from 'node:path';
import { CallError, reasonOf } from '../errors.ts';
import { openStateFolder, writePrivateFile } from '../state/state-dir.ts';
import { describePlan } from './describe-plan.ts';
import { type Plan, planDigest } from './plan.ts';

const FOLDER = 'plans';
// What a host's form, or a terminal, can be expected to show, scrolled a little.
const LONGEST_FORM = 4000;

/**
 * @returns the absolute path of the file, or undefined where the plan is short enough to be read without
 * @throws CallError Refused when the file cannot be written
 */
export function writePlanList(plan: Plan, stateDir: string): string | undefined {
  if (plan.rows.length === 1) return undefined;
  const text = describePlan(plan);
  if (text.length <= LONGEST_FORM) return undefined;
  try {
    const file = path.join(openStateFolder(stateDir, FOLDER), `${plan.tool}-${planDigest(plan).slice(0, 16)}.txt`);
    writePrivateFile(file, `${text}\n`);
    return file;
  } catch (error) {
    const why = reasonOf(error);
    throw new CallError('Refused', `the list of the changes cannot be written (${why})`, { cause: error });
  }
}
