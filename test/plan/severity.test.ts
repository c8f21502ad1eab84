import { describe, expect, it } from 'vitest';
import type { PlanRow } from '../../src/plan/plan.ts';
import { bySeverity, severityOf } from '../../src/plan/severity.ts';
import { aRow } from './a-plan.ts';

const GRAVE_WAY = { facts: [], grave: ['certificates are not verified'] };
const order = (rows: Partial<PlanRow>[]) =>
  bySeverity(rows.map((row, index) => aRow({ number: index + 1, ...row }))).map(({ number }) => number);

describe('the severity of a row', () => {
  it.each([
    ['grave', { grave: ['x'] }],
    ['grave', { way: GRAVE_WAY }],
    ['grave', { grave: ['x'], warnings: ['y'] }],
    ['notable', { warnings: ['y'] }],
    ['notable', { notKnown: ['z'] }],
    ['plain', {}],
  ] as const)('is %s', (severity, row) => {
    expect(severityOf(aRow(row as Partial<PlanRow>))).toBe(severity);
  });
});

describe('rows by severity', () => {
  it('are the grave ones, then the notable ones, then the plain ones, and else in their order', () => {
    const rows = [{}, { warnings: ['w'] }, { grave: ['g'] }, {}, { notKnown: ['w'] }, { way: GRAVE_WAY }];
    expect(order(rows)).toEqual([3, 6, 2, 5, 1, 4]);
  });

  it('start with what is so of few rows', () => {
    const common = { grave: ['common'] };
    expect(order([common, common, { grave: ['rare'] }, common, { grave: ['common', 'also rare'] }])).toEqual([
      3, 5, 1, 2, 4,
    ]);
    expect(order([{ warnings: ['a'] }, { warnings: ['a'] }, { warnings: ['b'] }])).toEqual([3, 1, 2]);
    // Of those that share one thing, the ones that have another.
    expect(order([common, common, { ...common, warnings: ['w'] }])).toEqual([3, 1, 2]);
  });

  it('start, where nothing is said of them, with what is done or where it is done in few rows', () => {
    expect(order([{}, {}, { account: '444455556666' }])).toEqual([3, 1, 2]);
    const off = { user_name: 'ann', access_key_id: 'AKIAEXAMPLEEXAMPLE77', status: 'Inactive' };
    expect(order([{ arguments: off }, { arguments: off }, { arguments: { ...off, status: 'Active' } }])).toEqual([
      3, 1, 2,
    ]);
  });

  it('are not changed in the plan', () => {
    const rows = [aRow(), aRow({ grave: ['x'] })];
    const [first] = rows;
    bySeverity(rows);
    expect(rows[0]).toBe(first);
  });
});
