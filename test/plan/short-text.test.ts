// What the short text of a long table shows of each kind of thing, and how it says that there is more.
import { describe, expect, it } from 'vitest';
import { describeForForm, describePlan, titleOf } from '../../src/plan/describe-plan.ts';
import type { Plan, PlanRow } from '../../src/plan/plan.ts';
import { aPlan, aRow } from './a-plan.ts';

const LIST = '/state/plans/list.txt';

/** A table of as many rows, and its text, line by line: as a form shows it that has room for nearly all of it; or the whole. */
function linesOf(
  count: number,
  changes: (number: number) => Partial<PlanRow>,
  { leftOut = [], whole = false, room }: { leftOut?: Plan['leftOut']; whole?: boolean; room?: number } = {},
): string[] {
  const rows = Array.from({ length: count }, (_, index) =>
    aRow({ number: index + 1, arguments: { user_name: `user-${index + 1}` }, ...changes(index + 1) }),
  );
  const plan = { ...aPlan(), rows, leftOut };
  const all = describePlan(plan);
  const form = describeForForm(plan, { listFile: LIST, room: room ?? all.length - 1 });
  return (whole ? all : (form?.text ?? '')).split('\n');
}

const account = (number: number) => String(100000000000 + number);
const countOf = (lines: string[], pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;

describe('the short text', () => {
  it('reads so', () => {
    const lines = linesOf(
      25,
      (number) => ({
        account: number === 25 ? account(2) : account(1),
        arguments: {
          user_name: `user-${number}`,
          ...(number !== 24 && { status: number === 23 ? 'Active' : 'Inactive' }),
        },
        facts: [{ label: 'Groups', shown: ['ops', 'staff'] }],
      }),
      { leftOut: [{ number: 26, why: 'x'.repeat(200) }], room: 1300 },
    );
    expect(lines.join('\n')).toBe(
      `Turn off an access key: 25 rows

row 25:
  Account: 100000000002
  Acting as: arn:aws:iam::111122223333:user/incident-responder
  Connection: default
24 rows (1-24):
  Account: 100000000001
  Acting as: arn:aws:iam::111122223333:user/incident-responder
  Connection: default
status: 3 different ones
  Active: row 23
  (none): row 24
  Inactive: 23 rows (1-22, 25)
In every row:
  Acting as: arn:aws:iam::111122223333:user/incident-responder
  Connection: default
  Groups:
    - ops
    - staff

What happens in each: It stops working.

The rows:
  Row    · Account      · User
  row 23 · 100000000001 · user-23
  row 24 · 100000000001 · user-24
  row 25 · 100000000002 · user-25
  row 1  · 100000000001 · user-1
  row 2  · 100000000001 · user-2
  row 3  · 100000000001 · user-3
  row 4  · 100000000001 · user-4
  row 5  · 100000000001 · user-5
  row 6  · 100000000001 · user-6
  row 7  · 100000000001 · user-7
  … and 15 more rows, which only the whole list shows

Left out, since it cannot be done: 1 of the table's rows
  row 26: ${'x'.repeat(160)}… (200 characters)

Every row, with all that is known of it: ${LIST}`,
    );
  });

  it('leaves out what is plain before what is not, and still counts it', () => {
    const lines = linesOf(
      25,
      (number) => ({
        account: account(number),
        arguments: { user_name: `user-${number}`, policy_arn: `arn:${number}` },
        title: number === 1 ? 'Detach' : 'Attach',
        effect: `Effect ${number}.`,
        warnings: number === 9 ? ['it is notable'] : [],
      }),
      { leftOut: [{ number: 26, why: 'x' }], room: 560 },
    );
    expect(lines.join('\n')).toBe(
      `25 rows
  Detach: row 1
  Attach: 24 rows (2-25)
WARNING, row 9: it is notable

and 25 more accounts or connections, with 25 rows (1 in each), which only the whole list shows
policy_arn: 25 different ones, which only the whole list shows
The same in every row: 4 things, which only the whole list shows

What happens:
  row 1: Effect 1.
  and 24 more, which only the whole list shows

25 rows, which only the whole list shows

Left out, since it cannot be done: 1 of the table's rows
  row 26: x

Every row, with all that is known of it: ${LIST}`,
    );
  });

  it('has twenty accounts, those with the fewest and those with the most rows, and counts the others with theirs', () => {
    // Of 250 rows, 21 accounts have one each, and one has all the others.
    const lines = linesOf(250, (number) => ({ account: account(Math.min(22, number)) }));
    const more = 'and 2 more accounts or connections, with 2 rows (1 in each), which only the whole list shows';
    expect(lines).toContain(more);
    expect(countOf(lines.slice(0, lines.indexOf(more)), /^row \d+:$/)).toBe(19);
    const at = lines.indexOf('229 rows (22-250):');
    expect(lines[at + 1]).toBe(`  Account: ${account(22)}`);
    expect(at).toBeLessThan(10);
    const whole = linesOf(22, (number) => ({ account: account(number) }), { whole: true });
    expect(countOf(whole, /^row \d+:$/)).toBe(22);
    expect(countOf(whole, /more accounts/)).toBe(0);
  });

  it('never leaves out an account to which requests go in a way that is grave', () => {
    const lines = linesOf(
      250,
      (number) => ({
        account: account(number % 40),
        way: { facts: [], grave: number % 40 === 39 ? ['certificates are not verified'] : [] },
      }),
      { room: 3900 },
    );
    const numbers = '39, 79, 119, 159, 199, 239';
    expect(lines.slice(1, 3)).toEqual([
      `WARNING, 6 rows (${numbers}): certificates are not verified`,
      `  6 rows (${numbers}): account ${account(39)}, as arn:aws:iam::111122223333:user/incident-responder, connection default`,
    ]);
    expect(lines.at(-1)).toBe(lines[1]);
  });

  it('has twenty effects, the rarest first, and counts the others', () => {
    const effects = (number: number) => ({ effect: `Effect ${Math.max(2, number)}.` });
    const lines = linesOf(23, effects);
    const at = lines.indexOf('What happens:');
    expect(lines[at + 1]).toBe('  row 3: Effect 3.');
    expect(lines.slice(at + 20, at + 23)).toEqual([
      '  row 22: Effect 22.',
      '  and 2 more, which only the whole list shows',
      '',
    ]);
    expect(countOf(linesOf(21, effects), /^ {2}and .* which only the whole list shows/)).toBe(0);
    expect(countOf(linesOf(23, effects, { whole: true }), /: Effect \d+\.$/)).toBe(22);
  });

  it('has twenty kinds of warnings, and counts the others', () => {
    const warned = (number: number) => ({ warnings: [`warning ${number}`] });
    const lines = linesOf(22, warned);
    expect(lines.slice(20, 23)).toEqual([
      'WARNING, row 20: warning 20',
      'WARNING: 2 more kinds of warnings, which only the whole list shows',
      '',
    ]);
    expect(countOf(linesOf(20, warned), /more kinds/)).toBe(0);
    expect(countOf(linesOf(22, warned, { whole: true }), /^WARNING, row \d+: warning \d+$/)).toBe(22);
  });

  it('has twenty reasons for which rows are left out, and counts the others', () => {
    const leftOut = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ number: 100 + n, why: `reason ${n}` }));
    const reasonsOf = (lines: string[]) =>
      lines.filter((line) => /^ {2}(row \d+: reason|and \d+ more reasons)/.test(line));
    const lines = reasonsOf(linesOf(40, () => ({}), { leftOut: leftOut(22) }));
    expect(lines.slice(-3)).toEqual(['  row 118: reason 18', '  row 119: reason 19', '  and 2 more reasons']);
    expect(reasonsOf(linesOf(40, () => ({}), { leftOut: leftOut(20) })).at(-1)).toBe('  row 119: reason 19');
    expect(reasonsOf(linesOf(40, () => ({}), { leftOut: leftOut(22), whole: true })).at(-1)).toBe(
      '  row 121: reason 21',
    );
  });

  it('has fifty values of what is chosen, and counts the others', () => {
    const chosen = (number: number) => ({ arguments: { user_name: 'ann', policy_arn: `arn:${number}` } });
    const lines = linesOf(52, chosen);
    const at = lines.indexOf('policy_arn: 52 different ones');
    expect(lines.slice(at + 50, at + 52)).toEqual([
      '  arn:50: row 50',
      '  and 2 more, which only the whole list shows',
    ]);
    expect(countOf(linesOf(50, chosen), /^ {2}and .* more, which/)).toBe(0);
    expect(countOf(linesOf(52, chosen, { whole: true }), /^ {2}arn:\d+: row/)).toBe(52);
  });

  it('shows the rows of the rarest kind first', () => {
    const kinds = ['a', 'a', 'a', 'b', 'b', 'b', 'c', 'a'];
    const shown = linesOf(8, (number) => ({ title: kinds[number - 1] ?? '' })).flatMap(
      (line) => /^ {2}row (\d+) ·/.exec(line)?.[1] ?? [],
    );
    expect(shown).toEqual(['7', '4', '5', '6', '1', '2', '3', '8']);
  });
});

describe('what is named first of that which is chosen', () => {
  /** The order in which the values a, b, c, … of as many rows are named. */
  const order = (count: number, changes: (number: number) => Partial<PlanRow>) =>
    linesOf(count, (number) => ({
      arguments: { user_name: 'ann', policy_arn: String.fromCodePoint(96 + number) },
      ...changes(number),
    }))
      .flatMap((line) => /^ {2}(\w): row /.exec(line)?.[1] ?? [])
      .join('');

  it('is what is grave, then what has a warning, then the rest', () => {
    expect(
      order(6, (number) => ({
        grave: number === 5 ? ['grave'] : [],
        warnings: number === 3 ? ['notable'] : [],
        notKnown: number === 4 ? ['x is not known'] : [],
      })),
    ).toBe('ecdabf');
  });

  it('is what is so of one row of several', () => {
    const pairs = (number: number) => ({
      arguments: { user_name: 'ann', policy_arn: String.fromCodePoint(97 + Math.floor((number - 1) / 2)) },
      grave: number === 6 ? ['grave'] : [],
      warnings: number === 4 ? ['notable'] : [],
    });
    const values = linesOf(6, pairs).flatMap((line) => /^ {2}(\w): 2 rows /.exec(line)?.[1] ?? []);
    expect(values.join('')).toBe('cba');
  });

  it('is not what has a warning that half of the rows have, too', () => {
    expect(order(4, (number) => ({ warnings: number > 2 ? ['usual'] : [] }))).toBe('abcd');
    expect(order(5, (number) => ({ warnings: number > 3 ? ['not so usual'] : [] }))).toBe('deabc');
  });
});

describe('the title of a plan', () => {
  it('has each kind of change once, cleaned, and how many rows there are of more than one', () => {
    const rows = [aRow({ number: 1, title: 'Turn <on>' }), aRow({ number: 2 }), aRow({ number: 3 })];
    expect(titleOf({ ...aPlan(), rows })).toBe('Turn \\u{3c}on\\u{3e} or Turn off an access key, 3 rows');
    expect(titleOf(aPlan())).toBe('Turn off an access key');
  });
});
