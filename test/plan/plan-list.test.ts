import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describePlan } from '../../src/plan/describe-plan.ts';
import { writePlanList } from '../../src/plan/plan-list.ts';
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
    const file = writePlanList(plan, stateDir) ?? '';
    expect(path.dirname(file)).toBe(path.join(stateDir, 'plans'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toBe(`${describePlan(plan)}\n`);
    // The same plan, asked for again, is the same file.
    expect(writePlanList(plan, stateDir)).toBe(file);
    expect(writePlanList(aTable(251), stateDir)).not.toBe(file);
    expect(readdirSync(path.join(stateDir, 'plans'))).toHaveLength(2);
  });

  it('is not written for a plan that can be read without', () => {
    const stateDir = temporaryFolder();
    expect(writePlanList(aTable(3), stateDir)).toBeUndefined();
    expect(writePlanList(aPlan(), stateDir)).toBeUndefined();
    expect(existsSync(path.join(stateDir, 'plans'))).toBe(false);
  });

  it('is written for a text of more than 4000 characters, and never for a single change', () => {
    const stateDir = temporaryFolder();
    const warned = (length: number) => {
      const [first, ...others] = aTable(2).rows;
      if (!first) throw new Error('no row');
      const warnings = ['x'.repeat(2000), 'y'.repeat(length)];
      return { ...aPlan(), rows: [{ ...first, warnings }, ...others] };
    };
    const ofLength = (length: number) => warned(length - describePlan(warned(0)).length);
    expect(describePlan(ofLength(4000))).toHaveLength(4000);
    expect(writePlanList(ofLength(4000), stateDir)).toBeUndefined();
    expect(path.basename(writePlanList(ofLength(4001), stateDir) ?? '')).toMatch(
      /^update_access_key-[0-9a-f]{16}\.txt$/,
    );
    expect(
      writePlanList(aPlan({ facts: Array(300).fill({ label: 'User', shown: 'ci-deploy' }) }), stateDir),
    ).toBeUndefined();
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
