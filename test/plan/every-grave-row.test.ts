// Whatever a table has in it, nobody agrees to a grave row that they were not shown.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { besidePrompt, MOST_BESIDE } from '../../src/plan/beside-prompt.ts';
import { describeForForm, describePlan, fitsInForm } from '../../src/plan/describe-plan.ts';
import type { Plan, PlanRow } from '../../src/plan/plan.ts';
import { aPlan, aRow } from './a-plan.ts';

const LIST = { listFile: '/state/plans/list.txt', room: 3900 };
const DATE = '2026-11-23T12:00:00+00:00';
const GRAVE = [
  'whoever has it is an administrator',
  'the key was used within a day',
  `a long one: ${'x'.repeat(300)}.`,
];
const WAYS: PlanRow['way'][] = [
  { facts: [], grave: [] },
  { facts: [], grave: ['certificates are not verified'] },
  { facts: [{ label: 'Sent to', shown: 'http://127.0.0.1:4566', fromOperator: true }], grave: ['it is not AWS'] },
];

const kindOfRow = fc.record({
  // Of decoys there are many kinds, and often the grave rows are few.
  grave: fc.oneof(
    { weight: 9, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.subarray(GRAVE, { minLength: 1, maxLength: 2 }) },
  ),
  warning: fc.nat(40),
  account: fc.nat(30),
  way: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
  policy: fc.nat(60),
  user: fc.oneof(fc.nat(3), fc.nat(500)),
  length: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(120) }),
  used: fc.boolean(),
});

const aTable = fc
  .record({
    kinds: fc.array(kindOfRow, { minLength: 1, maxLength: 6 }),
    count: fc.oneof(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 2, max: 250 })),
    planted: fc.oneof(
      { weight: 3, arbitrary: fc.uniqueArray(fc.nat(249), { maxLength: 20 }) },
      { weight: 1, arbitrary: fc.uniqueArray(fc.nat(249), { minLength: 20, maxLength: 100 }) },
    ),
    isAllAlike: fc.boolean(),
    leftOut: fc.nat(30),
  })
  .map(({ kinds, count, planted, isAllAlike, leftOut }): Plan => {
    const rows = Array.from({ length: count }, (_, index) => {
      const kind = kinds[index % kinds.length] ?? kinds[0];
      if (!kind) throw new Error('no kind');
      const isPlanted = planted.includes(index);
      const user_name = isAllAlike ? 'ann' : `u${kind.user}-${index}${'y'.repeat(kind.length)}`;
      const policy_arn = `arn:aws:iam::aws:policy/P${isPlanted ? `planted${index}` : isAllAlike ? index : kind.policy}`;
      const cells = [
        { column: 'User', shown: user_name },
        { column: 'Policy', shown: policy_arn.slice('arn:aws:iam::aws:policy/'.length) },
        { column: 'Last used', shown: '', ...(kind.used && { at: DATE }) },
      ];
      return aRow({
        number: index + 1,
        arguments: { user_name, policy_arn },
        account: String(100000000000 + kind.account),
        way: WAYS[kind.way] ?? { facts: [], grave: [] },
        // Some actions may fill in no columns.
        cells: kind.policy % 5 === 0 ? [] : cells,
        grave: isPlanted ? ['planted'] : kind.grave,
        warnings: kind.warning < 20 ? [] : [`decoy ${kind.warning} ${index % 7}, since ${DATE}`],
        notKnown: kind.warning === 3 ? ['whether x is not known'] : [],
      });
    });
    return {
      ...aPlan(),
      rows,
      leftOut: Array.from({ length: leftOut }, (_, n) => ({ number: 251 + n, why: `W${n}` })),
    };
  });

const graveRows = ({ rows }: Plan) => rows.filter(({ grave }) => grave.length > 0);
const targetOf = ({ target: { owner, thing } }: PlanRow) => [owner.shown, thing.shown];

/** Each grave row has a line of its own, with whose and what it is, below the whole of each of its texts. */
function missingIn(text: string, plan: Plan): string[] {
  const lines = text.split('\n');
  const common = lines.find((line) => line.startsWith('In every row: ')) ?? '';
  const headings = new Map<number, string[]>();
  const own = new Map<number, string>();
  let heading: string[] = [];
  for (const [index, line] of lines.entries()) {
    const [, number] = /^! row (\d+)(?: |:)/.exec(line) ?? [];
    if (/^WARNING, \d/.test(line)) heading = [line];
    else if (line.startsWith('WARNING, the same row')) heading.push(line);
    if (number === undefined || own.has(Number(number))) continue;
    own.set(Number(number), lines[index] ?? '');
    headings.set(Number(number), heading);
  }
  const ofRows = graveRows(plan).flatMap((row) => {
    const { number = 0, grave } = row;
    const said = (headings.get(number) ?? []).map((line) => line.slice(line.indexOf(': ') + 2));
    const line = own.get(number);
    const isNamed = line !== undefined && targetOf(row).every((name) => line.includes(name) || common.includes(name));
    return isNamed && grave.every((whole) => said.includes(whole)) ? [] : [`row ${number}`];
  });
  const warned = lines.filter((line) => line.startsWith('WARNING, '));
  const numbers = new Map(warned.map((line) => [line, numbersIn(line)]));
  const ofWays = plan.rows.flatMap(({ way, account, number = 0 }) => {
    const isSaid = (grave: string) =>
      warned.some((line) => line.endsWith(`: ${grave}`) && numbers.get(line)?.has(number));
    const isWhere = text.includes(`account ${account}`) || text.includes(`Account: ${account}`);
    return way.grave.every((grave) => isSaid(grave) && isWhere) ? [] : [`way of row ${number}`];
  });
  return [...ofRows, ...ofWays];
}

/** The rows that a line names, as numbers or as stretches of them. */
function numbersIn(line: string): Set<number> {
  const [, single] = /^WARNING, row (\d+):/.exec(line) ?? [];
  const [, list = ''] = /rows \(([^)]*)\)/.exec(line) ?? [];
  const stretches = single === undefined ? list.split(', ') : [single];
  return new Set(
    stretches.flatMap((stretch) => {
      const [from = 0, to = from] = stretch.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    }),
  );
}

/** Few are named again; of many, how many there are and of which kinds. */
function expectBeside(lines: string[], plan: Plan): void {
  const grave = graveRows(plan);
  const text = lines.join('\n');
  if (grave.length === 0) return;
  if (!text.includes('scroll up')) {
    const missing = grave.filter(
      (row) =>
        !lines.includes(`  row ${row.number}: ${targetOf(row).join(', ')}`) ||
        !row.grave.every((said) => text.includes(`: ${said}`)),
    );
    expect(missing).toEqual([]);
    return;
  }
  expect(text).toMatch(/^WARNING: \d+ of \d+ rows (?:is|are) grave, of \d+ kinds?: scroll up to read each/);
}

describe('whatever is in a table', () => {
  it('a form names every grave row, says all that is grave whole, and keeps its limit; or there is no form', () => {
    let forms = 0;
    let refused = 0;
    fc.assert(
      fc.property(aTable, (plan) => {
        const form = describeForForm(plan, LIST);
        if (fitsInForm(plan, LIST)) expect(form).toBeDefined();
        if (!form) {
          refused += 1;
          return;
        }
        forms += 1;
        expect(form.text.length).toBeLessThanOrEqual(LIST.room);
        expect(missingIn(form.text, plan)).toEqual([]);
        const start = form.text.lastIndexOf('\n\n');
        expectBeside(form.text.slice(start + 2).split('\n'), plan);
      }),
      { numRuns: 1000 },
    );
    // Else the property would hold for nothing.
    expect(forms).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(0);
  });

  it('a terminal names every grave row, and again beside the prompt what fits there', () => {
    fc.assert(
      fc.property(aTable, (plan) => {
        expect(missingIn(describePlan(plan, { listFile: LIST.listFile }), plan)).toEqual([]);
        const beside = besidePrompt(plan);
        expectBeside(beside, plan);
        if (graveRows(plan).length > MOST_BESIDE) expect(beside.length).toBeLessThanOrEqual(MOST_BESIDE);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a table that hides a row among many', () => {
  const row = (number: number, changes: Partial<PlanRow>) => aRow({ number, ...changes });
  const arn = (name: string) => `arn:aws:iam::aws:policy/${name}`;

  it('names who gets AdministratorAccess, though sixty milder policies stand in front', () => {
    const rows = Array.from({ length: 250 }, (_, index) => {
      const isAdmin = index === 120 || index === 249;
      const policy = isAdmin ? 'AdministratorAccess' : index < 60 ? `Milder${index}` : 'ReadOnlyAccess';
      return row(index + 1, {
        arguments: { user_name: `user-${index + 1}`, policy_arn: arn(policy) },
        grave: isAdmin ? ["it is AWS's AdministratorAccess: whoever has it is an administrator"] : [],
        warnings: !isAdmin && index < 60 ? [`it allows what Milder${index} allows`] : [],
      });
    });
    const plan = { ...aPlan({ tool: 'attach_user_policy' }), rows };
    const { text = '' } = describeForForm(plan, LIST) ?? {};
    for (const number of [121, 250]) {
      expect(text).toMatch(new RegExp(`^! row ${number} .*user-${number} .*AdministratorAccess`, 'm'));
    }
    expect(text.split('\n').slice(-3)).toEqual([
      "WARNING, 2 rows: it is AWS's AdministratorAccess: whoever has it is an administrator",
      '  row 121: user-121, AdministratorAccess',
      '  row 250: user-250, AdministratorAccess',
    ]);
    expect(besidePrompt(plan)).toEqual(text.split('\n').slice(-3));
  });

  it('names the one of sixty-one keys that was used a minute ago', () => {
    const rows = Array.from({ length: 61 }, (_, index) => {
      const user_name = `user-${index + 1}`;
      const access_key_id = `AKIAEXAMPLEEXAMP${1000 + index}`;
      return row(index + 1, {
        arguments: { user_name, access_key_id },
        cells: [
          { column: 'User', shown: user_name },
          { column: 'Key', shown: `…${1000 + index}` },
          { column: 'Last used', shown: '', at: index === 47 ? DATE : '2025-01-01T00:00:00+00:00' },
        ],
        grave: index === 47 ? ['the key was used within a day: something is working with it'] : [],
      });
    });
    const now = new Date(Date.parse(DATE) + 60_000);
    const { text = '' } = describeForForm({ ...aPlan(), rows }, { ...LIST, now }) ?? {};
    expect(text).toMatch(/^! row 48 · user-48 · …1047 · 1 minute ago$/m);
    expect(text).toMatch(/\n {2}row 48: user-48, key …1047$/);
    // The account, with all its other rows.
    expect(text).toContain('Account: 111122223333');
  });
});
