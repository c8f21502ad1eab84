import { describe, expect, it } from 'vitest';
import type { Cell } from '../../src/actions/action.ts';
import type { PlanRow } from '../../src/plan/plan.ts';
import { planTable } from '../../src/plan/plan-table.ts';
import { aRow } from './a-plan.ts';

const NOW = new Date('2026-11-23T12:00:00Z');

/** A row about ann's key or that of somebody else, who has to be in the cells. */
const row = (number: number, cells: Cell[], changes: Partial<PlanRow> = {}) =>
  aRow({
    number,
    cells: [{ column: 'User', shown: `user-${number}` }, ...cells],
    ...changes,
    target: of(`user-${number}`),
  });
const of = (shown: string): PlanRow['target'] => ({
  owner: { id: shown, shown, plural: 'Users' },
  thing: { id: 'a new key', shown: '' },
  fields: ['user_name', 'access_key_id', 'status'],
});
const textsOf = (rows: PlanRow[]) => planTable(rows, NOW).lines.map(({ texts }) => texts);

describe('the table of a plan', () => {
  it('has a column for what is in some row, and a moment as its age', () => {
    const table = planTable(
      [
        row(1, [{ column: 'Last used', shown: '', at: '2026-11-23T11:59:00+00:00' }]),
        row(2, [{ column: 'Status', shown: '' }]),
        row(3, [{ column: 'Last used', shown: 'never' }]),
      ],
      NOW,
    );
    expect(table.columns).toEqual(['User', 'Last used']);
    expect(table.lines.map(({ texts }) => texts)).toEqual([
      ['user-1', '1 minute ago'],
      ['user-2', ''],
      ['user-3', 'never'],
    ]);
    expect(table.shared).toEqual([]);
  });

  it('says once what is the same in all rows, and keeps it in the line of a single one', () => {
    const active = [{ column: 'Status', shown: 'Active' }];
    const table = planTable([row(1, active), row(2, active)], NOW);
    expect(table.shared).toEqual([{ column: 'Status', text: 'Active' }]);
    expect(table.columns).toEqual(['User']);
    expect(planTable([row(1, active)], NOW).columns).toEqual(['User', 'Status']);
  });

  it('keeps the order of the rows that it is given', () => {
    const rows = [row(3, []), row(1, []), row(2, [])];
    expect(planTable(rows, NOW).lines.map(({ row: { number } }) => number)).toEqual([3, 1, 2]);
  });

  it('says where and what is done where that differs', () => {
    const table = planTable(
      [row(1, [], { account: '444455556666', title: 'Turn on' }), row(2, [], { connection: 'test' })],
      NOW,
    );
    expect(table.columns).toEqual(['Account', 'Connection', 'Change', 'User']);
    expect(table.lines[0]?.texts).toEqual(['444455556666', 'default', 'Turn on', 'user-1']);
  });

  it('says whom and what a row is about where no cell does', () => {
    expect(planTable([aRow({ cells: [] })], NOW)).toMatchObject({
      columns: ['Of', 'What'],
      lines: [{ texts: ['ci-deploy', 'key …LE77'] }],
    });
    expect(planTable([aRow()], NOW).columns).toEqual(['User', 'Key']);
    // A cell that is a part of the name says less than the name.
    expect(textsOf([aRow({ cells: [{ column: 'User', shown: 'deploy' }] })])[0]).toContain('ci-deploy');
  });

  it('has every text cleaned', () => {
    expect(textsOf([row(1, [{ column: 'Policy', shown: 'a\u202e\n<b>' }])])).toEqual([
      ['user-1', 'a\\u{202e}\\u{a}\\u{3c}b\\u{3e}'],
    ]);
    expect(planTable([row(1, [{ column: 'a\nb', shown: 'x' }])], NOW).columns).toContain('a\\u{a}b');
  });
});
