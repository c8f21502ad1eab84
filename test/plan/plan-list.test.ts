import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describePlan } from '../../src/plan/describe-plan.ts';
import { planListFile, writePlanList } from '../../src/plan/plan-list.ts';
import { temporaryFolder } from '../actions/program.ts';
import { aPlan, aRow } from './a-plan.ts';

const aTable = (count: number) => ({
  ...aPlan(),
  rows: Array.from({ length: count }, (_, index) =>
    aRow({ number: index + 1, arguments: { user_name: `user-${index}` } }),
  ),
});

describe('the list of a plan', () => {
  it('is a file of this user’s alone that has every row, where the plan is long', () => {
    const stateDir = temporaryFolder();
    const plan = aTable(250);
    const file = writePlanList(plan, stateDir);
    expect(planListFile(plan, stateDir)).toBe(file);
    expect(path.dirname(file)).toBe(path.join(stateDir, 'plans'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toBe(`${describePlan(plan)}\n`);
    // The same plan, asked for again, is the same file.
    expect(writePlanList(plan, stateDir)).toBe(file);
    expect(writePlanList(aTable(251), stateDir)).not.toBe(file);
    expect(readdirSync(path.join(stateDir, 'plans'))).toHaveLength(2);
  });

  it('is gone after a day, and nothing else with it', () => {
    const stateDir = temporaryFolder();
    const [old, young] = [writePlanList(aTable(250), stateDir), writePlanList(aTable(251), stateDir)];
    const other = path.join(stateDir, 'plans', 'of-a-person.txt');
    writeFileSync(other, 'mine');
    const days = (count: number) => Date.now() / 1000 - count * 24 * 60 * 60;
    for (const file of [old, other]) utimesSync(file, days(1), days(1));
    utimesSync(young, days(0.9), days(0.9));
    writePlanList(aTable(252), stateDir);
    expect([old, young, other].map((file) => existsSync(file))).toEqual([false, true, true]);
  });

  it('that cannot be written is refused', () => {
    const stateDir = temporaryFolder();
    writeFileSync(path.join(stateDir, 'plans'), 'a file');
    expect(() => writePlanList(aTable(250), stateDir)).toThrow(
      expect.objectContaining({
        code: 'Refused',
        message: expect.stringMatching(/^the list of the changes cannot be written \(.*is not a folder.*\)$/),
        cause: expect.any(Error),
      }),
    );
  });
});
