// What nobody may overlook in a table, wherever in it the row stands.
import { describe, expect, it } from 'vitest';
import { besidePrompt } from '../../src/plan/beside-prompt.ts';
import { describeForForm, describePlan, fitsInForm, titleOf } from '../../src/plan/describe-plan.ts';
import { type Plan, type PlanRow, planDigest, planSchema } from '../../src/plan/plan.ts';
import { aPlan, aRow } from './a-plan.ts';

const LIST = '/state/plans/list.txt';
const IN_USE = 'the key was used within a day';
const ADMINISTRATOR = 'whoever has it is an administrator';

function row(number: number, changes: Partial<PlanRow> = {}): PlanRow {
  return aRow({ number, arguments: { user_name: `user-${number}`, access_key_id: keyOf(number) }, ...changes });
}

const keyOf = (number: number) => `AKIAEXAMPLEEXAMP${String(number).padStart(4, '0')}`;
const inForm = (plan: Plan) => describeForForm(plan, { listFile: LIST, room: 4000 })?.text ?? '';
const aTable = (rows: PlanRow[]): Plan => ({ ...aPlan(), rows });
const rowsOf = (count: number, changes: (number: number) => Partial<PlanRow>) =>
  Array.from({ length: count }, (_, index) => row(index + 1, changes(index + 1)));

describe('grave warnings of a table', () => {
  it('stand first, each with every row that it is about, and before the others', () => {
    const plan = aTable([
      row(1, { warnings: ['still Active'], grave: [IN_USE] }),
      row(2, { warnings: ['still Active'] }),
      row(3, { grave: [ADMINISTRATOR], arguments: { user_name: 'eve', policy_arn: 'arn:aws:iam::1:policy/x/Tools' } }),
      row(4, { grave: [IN_USE] }),
      row(5, { grave: [IN_USE], arguments: { user_name: 'bob' } }),
    ]);
    for (const text of [describePlan(plan), describePlan(plan, { listFile: LIST }), inForm(plan)]) {
      expect(text).toContain(
        `Turn off an access key: 5 rows
WARNING: 4 of 5 rows are grave; 1 other has a warning
WARNING, 1 row: ${ADMINISTRATOR}
  Row   · User   · Key   · Policy
! row 3 · eve    · -     · Tools
WARNING, 3 rows: ${IN_USE}
! row 1 · user-1 · …0001 · -
! row 4 · user-4 · …0004 · -
! row 5 · bob    · -     · -
WARNING, 2 rows (1, 2): still Active
`,
      );
    }
    const beside = [
      `WARNING, 1 row: ${ADMINISTRATOR}`,
      '  row 3: eve, Tools',
      `WARNING, 3 rows: ${IN_USE}`,
      '  row 1: user-1, key …0001',
      '  row 4: user-4, key …0004',
      '  row 5: bob',
    ];
    expect(besidePrompt(plan)).toEqual(beside);
    expect(inForm(plan).split('\n').slice(-7)).toEqual(['', ...beside]);
  });

  it('put their rows first among those shown', () => {
    const plan = aTable(
      rowsOf(60, (number) => ({ grave: number > 57 ? [IN_USE] : [], account: String(123456789000 + number) })),
    );
    const numbers = (text: string) => [...text.matchAll(/^[! ] row (\d+) +·/gm)].map(([, number]) => Number(number));
    for (const text of [inForm(plan), describePlan(plan, { listFile: LIST }), describePlan(plan)]) {
      expect(numbers(text).slice(0, 4)).toEqual([58, 59, 60, 1]);
    }
    expect(numbers(describePlan(plan, { listFile: LIST }))).toHaveLength(60);
    expect(describePlan(plan).match(/^Row \d+:$/gm)).toHaveLength(60);
  });

  it('name what is chosen there before all other kinds', () => {
    const policy = (number: number) => (number === 90 ? 'Admin' : `Decoy${number}`);
    const plan = aTable(
      rowsOf(100, (number) => ({
        arguments: { user_name: `user-${number}`, policy_arn: `arn:aws:iam::1:policy/${policy(number)}` },
        grave: number === 90 ? [ADMINISTRATOR] : [],
        warnings: number === 90 ? [] : [`decoy ${number}`],
      })),
    );
    const text = inForm(plan);
    expect(text).toMatch(/policy_arn: 100 different ones\n {2}arn:aws:iam::1:policy\/Admin: row 90\n/);
    expect(text).toMatch(new RegExp(`^WARNING, 1 row: ${ADMINISTRATOR}\\n.*\\n! row 90 +· user-90 +· Admin$`, 'm'));
  });

  it('are cleaned as all is, and no longer text is cut', () => {
    const long = `by the policies ${'P'.repeat(128)}, ${'Q'.repeat(128)}, ${'R'.repeat(128)}`;
    const plan = aTable([
      row(1, { grave: ['x\nRow 2: <b>'], arguments: { user_name: 'y\n  row 3: z' } }),
      row(2, { grave: [long] }),
    ]);
    expect(describePlan(plan)).toContain(`: ${long}\n`);
    expect(describePlan(plan)).not.toMatch(/^\s*(Row 2: \S|row 3: z)/m);
    expect(titleOf(plan)).toBe('Turn off an access key, 2 rows');
  });

  it('outlive the file in which a plan waits, and are part of what is agreed to', () => {
    const plan = aTable([row(1, { grave: [IN_USE] }), row(2)]);
    const again = planSchema.parse(JSON.parse(JSON.stringify(plan)));
    expect(again).toEqual(plan);
    expect(planDigest(again)).toBe(planDigest(plan));
    expect(planDigest(aTable([row(1), row(2)]))).not.toBe(planDigest(plan));
  });

  it('are of one kind where a row has the same of them, and each text stands once for all its rows', () => {
    const plan = aTable([
      row(1, { grave: [IN_USE, ADMINISTRATOR] }),
      row(2, { grave: [IN_USE] }),
      row(3, { grave: [IN_USE, ADMINISTRATOR] }),
    ]);
    expect(besidePrompt(plan)).toEqual([
      `WARNING, 1 row: ${IN_USE}`,
      '  row 2: user-2, key …0002',
      `WARNING, 2 rows: ${IN_USE}`,
      `WARNING, the same rows: ${ADMINISTRATOR}`,
      '  row 1: user-1, key …0001',
      '  row 3: user-3, key …0003',
    ]);
  });

  it('are counted beside the prompt where they are many, the rarest named', () => {
    const plan = aTable(rowsOf(60, (number) => ({ grave: [number === 44 ? ADMINISTRATOR : IN_USE] })));
    expect(besidePrompt(plan)).toEqual([
      'WARNING: 60 of 60 rows are grave, of 2 kinds: scroll up to read each',
      `  row 44: user-44, key …0044: ${ADMINISTRATOR}`,
      `  59 rows: ${IN_USE}`,
    ]);
    const kinds = aTable(rowsOf(60, (number) => ({ grave: [`kind ${number}`] })));
    expect(besidePrompt(kinds)).toHaveLength(15);
    expect(besidePrompt(kinds).at(-1)).toBe('  and 47 more kinds');
    expect(besidePrompt(aTable(rowsOf(3, () => ({}))))).toEqual([]);
  });

  it('have no form where they do not fit, and all of them in a terminal', () => {
    const plan = aTable(rowsOf(250, () => ({ grave: [IN_USE] })));
    const form = { listFile: LIST, room: 4000 };
    expect(describeForForm(plan, form)).toBeUndefined();
    expect(fitsInForm(plan, form)).toBe(false);
    expect(describePlan(plan, { listFile: LIST }).match(/^! row \d+ +· user-/gm)).toHaveLength(250);
    expect(fitsInForm(aTable(rowsOf(80, () => ({ grave: [IN_USE] }))), form)).toBe(true);
    expect(fitsInForm(aPlan({ facts: Array(300).fill({ label: 'User', shown: 'ci-deploy' }) }), form)).toBe(true);
  });
});

describe('other warnings', () => {
  it('are not cut either, of a single change or of a table', () => {
    const long = `it allows assuming every role that fits ${'arn:aws:iam::111122223333:role/x, '.repeat(30)}and 2 more`;
    expect(describePlan(aPlan({ warnings: [long] }))).toContain(`WARNING: ${long}`);
    const plan = aTable([row(1, { warnings: [long] }), row(2)]);
    expect(describePlan(plan, { listFile: LIST })).toContain(`WARNING, row 1: ${long}\n`);
  });
});

describe('what may be grave and is not known', () => {
  const UNKNOWN = 'whether the key is in use is not known: its last use is not permitted to read';

  it('is warned of first below what is grave', () => {
    const plan = aPlan({ grave: [ADMINISTRATOR], warnings: ['still Active'], notKnown: [UNKNOWN] });
    const single = describePlan(plan).split('\n');
    expect(single.slice(-2)).toEqual([`WARNING: ${UNKNOWN}`, 'WARNING: still Active']);
    const rows = rowsOf(60, (number) => ({
      grave: number === 7 ? [ADMINISTRATOR] : [],
      warnings: [`decoy ${number}`],
      notKnown: number > 30 ? [UNKNOWN] : [],
    }));
    const table = describePlan(aTable(rows), { listFile: LIST }).split('\n');
    expect(table.slice(2, 6)).toEqual([
      `WARNING, 1 row: ${ADMINISTRATOR}`,
      '  Row    · User    · Key',
      '! row 7  · user-7  · …0007',
      expect.stringMatching(`^WARNING, 30 rows .*: ${UNKNOWN}$`),
    ]);
  });
});

describe('grave warnings of a single change', () => {
  it('stand below its title, and the others where they stood', () => {
    const lines = describePlan(aPlan({ grave: [IN_USE, ADMINISTRATOR], warnings: ['careful'] })).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      'Turn off an access key',
      `WARNING: ${IN_USE}`,
      `WARNING: ${ADMINISTRATOR}`,
      '',
    ]);
    expect(lines.at(-1)).toBe('WARNING: careful');
  });

  it('stand there too where it is all that is left of a table', () => {
    const plan = { ...aTable([row(7, { grave: [IN_USE] })]), leftOut: [{ number: 8, why: 'no' }] };
    expect(describePlan(plan)).toMatch(/the only one that can be done\nWARNING: the key was used within a day\n\n/);
  });
});
