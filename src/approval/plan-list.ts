// The whole list of a table's changes in a file of the state dir, for a person whose host shows too little of it.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { CallError } from '../envelope.ts';
import { openStateFolder, writePrivateFile } from '../state-dir.ts';
import { describePlan } from './describe-plan.ts';
import type { Plan } from './plan.ts';

const FOLDER = 'plans';
// What a host's form can be expected to show, scrolled a little.
const LONGEST_FORM = 4000;

/**
 * @returns the absolute path of the file, or undefined where the plan is short enough to be read without
 * @throws CallError Refused when the file cannot be written
 */
export function openPlanList(plan: Plan, stateDir: string): string | undefined {
  if (plan.rows.length === 1) return undefined;
  const text = describePlan(plan);
  if (text.length <= LONGEST_FORM) return undefined;
  try {
    const folder = openStateFolder(stateDir, FOLDER);
    const day = plan.madeAt.slice(0, 19).replaceAll(':', '');
    const file = path.join(folder, `${day}-${plan.tool}-${randomBytes(4).toString('hex')}.txt`);
    writePrivateFile(file, `${text}\n`, { exclusive: true });
    return file;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CallError('Refused', `the list of the changes cannot be written (${why})`, { cause: error });
  }
}
