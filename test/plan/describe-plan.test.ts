// What a person reads of a table. Of a single change it is in test/actions and test/e2e.
import { describe, expect, it } from 'vitest';
import { askToConfirm, describeForForm, describePlan, titleOf } from '../../src/plan/describe-plan.ts';
import { isConfirmed, type Plan, type PlanRow } from '../../src/plan/plan.ts';
import { aPlan, aRow } from './a-plan.ts';

const NOW = new Date('2026-11-23T12:05:00.000Z');

function row(number: number, changes: Partial<PlanRow> = {}): PlanRow {
  const user_name = `user-${number}`;
  const access_key_id = `AKIAEXAMPLEEXAMPLE${String(number).padStart(2, '0')}`;
  return aRow({
    number,
    arguments: { user_name, access_key_id, status: 'Inactive' },
    facts: [
      { label: 'User', shown: user_name },
      { label: 'Other keys', shown: 'none' },
    ],
    ...changes,
  });
}

const rowsOf = (count: number, changes: (number: number) => Partial<PlanRow> = () => ({})) =>
  Array.from({ length: count }, (_, index) => row(index + 1, changes(index + 1)));
const aTable = (rows: PlanRow[], leftOut: Plan['leftOut'] = []): Plan => ({ ...aPlan(), rows, leftOut });
const LIST = '/state/plans/list.txt';
const read = (plan: Plan) => describePlan(plan, { now: NOW });
const inForm = (plan: Plan) => describeForForm(plan, { now: NOW, listFile: LIST, room: 3000 })?.text ?? '';

describe('the plan of a table', () => {
  it('reads so', () => {
    const rows = rowsOf(3, (number) => (number === 2 ? { warnings: ['it is in use'] } : {}));
    expect(read(aTable(rows, [{ number: 4, why: 'InvalidArguments: user_name is missing' }]))).toBe(
      `Turn off an access key: 3 rows
WARNING, row 2: it is in use

Account: 111122223333
Acting as: arn:aws:iam::111122223333:user/incident-responder
Connection: default
In every row:
  status: Inactive
  Other keys: none

What happens in each: It stops working.

The rows:
  Row   · User   · Key
  row 2 · user-2 · …LE02
  row 1 · user-1 · …LE01
  row 3 · user-3 · …LE03

Left out, since it cannot be done: 1 of the table's rows
  row 4: InvalidArguments: user_name is missing

Row 2:
  user_name: user-2
  access_key_id: AKIAEXAMPLEEXAMPLE02
  User: user-2
Row 1:
  user_name: user-1
  access_key_id: AKIAEXAMPLEEXAMPLE01
  User: user-1
Row 3:
  user_name: user-3
  access_key_id: AKIAEXAMPLEEXAMPLE03
  User: user-3`,
    );
  });

  it('groups accounts, what is done, what happens and what is warned of by rows', () => {
    const rows = rowsOf(4, (number) =>
      number % 2 === 0
        ? {
            account: '444455556666',
            connection: 'test',
            title: 'Turn on an access key',
            effect: 'It works.',
            warnings: ['w', 'x'],
          }
        : { warnings: ['w'] },
    );
    const text = read(aTable(rows));
    expect(text).toContain('4 rows\n  Turn off an access key: 2 rows (1, 3)\n  Turn on an access key: 2 rows (2, 4)\n');
    expect(text).toContain('\n2 rows (1, 3):\n  Account: 111122223333\n');
    expect(text).toContain('\n2 rows (2, 4):\n  Account: 444455556666\n');
    expect(text).toContain('\nRow 2:\n  Account: 444455556666\n');
    expect(text).toContain('What happens:\n  2 rows (1, 3): It stops working.\n  2 rows (2, 4): It works.\n');
    expect(text).toContain('WARNING, 2 rows (2, 4): x\nWARNING, 4 rows (1-4): w\n');
  });

  it('is short where a file has the whole list, but hides no warning and no account', () => {
    const changes = (number: number) => ({
      warnings: number === 250 ? ['the last one'] : [],
      account: number === 249 ? '444455556666' : '111122223333',
    });
    const leftOut = rowsOf(40).map(({ number = 0 }) => ({ number: 250 + number, why: 'no' }));
    const plan = aTable(rowsOf(250, changes), leftOut);
    const text = inForm(plan);
    expect(text.length).toBeLessThanOrEqual(3000);
    const shown = text.match(/^ {2}row \d+ +· .* · user-\d+ +· …\w{4}$/gm) ?? [];
    expect(shown.length).toBeGreaterThan(10);
    expect(text).toContain(`  … and ${250 - shown.length} more rows, which only the whole list shows\n`);
    expect(text).toContain("\nLeft out, since they cannot be done: 40 of the table's rows\n  40 rows (251-290): no\n");
    expect(text).toContain('WARNING, row 250: the last one\n');
    expect(text).toContain('\nrow 249:\n  Account: 444455556666\n');
    expect(text.endsWith(`\nEvery row, with all that is known of it: ${LIST}`)).toBe(true);
    // What is said or so of one row alone comes first.
    expect(text).toMatch(/\n {2}row 250 .*\n {2}row 249 · 444455556666 .*\n {2}row 1 /);
    const whole = read(plan);
    for (let number = 1; number <= 250; number += 1) expect(whole).toMatch(new RegExp(`^Row ${number}:$`, 'm'));
    expect(whole).toContain('(251-290): no');
  });

  it('names every policy, the rarest first, though all but one are the same', () => {
    const rows = rowsOf(250, (number) => ({
      arguments: { user_name: `user-${number}`, policy_arn: number === 201 ? 'arn:evil' : 'arn:harmless' },
      effect: 'What the policy says holds for the user at once.',
    }));
    const text = inForm(aTable(rows));
    expect(text).toContain(
      'policy_arn: 2 different ones\n  arn:evil: row 201\n  arn:harmless: 249 rows (1-200, 202-250)\n',
    );
    expect(text).toMatch(/\n {2}row 201 .*\n {2}row 1 /);
    expect(text).toContain('What happens in each: What the policy says holds for the user at once.');
  });

  it('names what has a warning of its own before all kinds that have none', () => {
    const rows = rowsOf(250, (number) => ({
      arguments: {
        user_name: `user-${number}`,
        policy_arn: number === 241 ? 'arn:admin' : number < 100 ? `arn:decoy-${number}` : 'arn:harmless',
      },
      warnings: number === 241 ? ['it allows every action'] : [],
    }));
    const text = inForm(aTable(rows));
    expect(text).toMatch(/policy_arn: 101 different ones\n {2}arn:admin: row 241\n/);
    expect(text).toMatch(/^ {2}and \d+ more, which only the whole list shows$/m);
    expect(text).toMatch(/^The rows:\n.*\n {2}row 241 · user-241 · arn:admin$/m);
  });

  it('calls what it is about as the action calls it, and shows every value of what is chosen', () => {
    const rows = ['Staff', 'Guests', 'Staff'].map((group, index) =>
      row(index + 1, {
        arguments: { group, at: `${index} o'clock` },
        target: {
          owner: { id: group.toUpperCase(), shown: group, plural: 'Groups' },
          thing: { id: 'its members', shown: 'all members' },
          fields: ['group'],
        },
        grave: index === 1 ? ['it is the last one'] : [],
      }),
    );
    const text = read(aTable(rows));
    expect(text).toContain('In every row: What: all members\n');
    expect(text).toMatch(/WARNING, 1 row: it is the last one\n {2}Row .*\n! row 2 · Guests\n/);
    expect(text).toContain("\nat: 3 different ones\n  1 o'clock: row 2\n");
    expect(text).not.toMatch(/group: \d different ones|Users/);
  });

  it('has limits for 250 accounts, too', () => {
    const rows = rowsOf(250, (number) => ({ account: String(100000000000 + number), effect: `Effect ${number}.` }));
    expect(inForm(aTable(rows)).length).toBeLessThan(6000);
  });

  it('shows every value cleaned, and every date with its age', () => {
    const evil = 'x\n\u202eRow 9:\u0007 <b>*[a](b)';
    const rows = rowsOf(2, () => ({
      arguments: { user_name: evil },
      title: evil,
      effect: evil,
      warnings: [evil],
      facts: [{ label: evil, shown: [evil, 'created 2026-11-23T12:00:00+00:00'] }],
    }));
    const text = read(aTable(rows, [{ number: 3, why: evil }]));
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}<>*[\]]/u);
    expect(text).not.toMatch(/^\s*Row 9:/m);
    expect(text).toContain('created 5 minutes ago (2026-11-23T12:00:00+00:00)');
  });

  it('is agreed to by the number of rows that can be done', () => {
    const plan = aTable(rowsOf(3), [{ number: 4, why: 'no' }]);
    expect(askToConfirm(plan)).toBe('To agree, type the number of rows');
    expect(titleOf(plan)).toBe('Turn off an access key, 3 rows');
    for (const typed of ['3', ' 3 ']) expect(isConfirmed(plan, typed)).toBe(true);
    for (const typed of ['4', '', ' ', '03', '3.0', 'three', 3, undefined, ['3'], 'LE01']) {
      expect(isConfirmed(plan, typed)).toBe(false);
    }
  });
});

describe('the plan of a table of which one row can be done', () => {
  it('reads as that one change, with its number and what was left out', () => {
    const plan = aTable([row(7)], [{ number: 8, why: 'no' }]);
    expect(read(plan)).toMatch(/^Turn off an access key\nRow 7 of a table: the only one that can be done\n\nAccount: /);
    expect(read(plan)).toContain("Left out, since it cannot be done: 1 of the table's rows\n  row 8: no");
    expect(askToConfirm(plan)).toBe('To agree, type the last four characters of the access key');
  });
});
