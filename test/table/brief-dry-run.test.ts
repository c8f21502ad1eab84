import { describe, expect, it } from 'vitest';
import { deleteAccessKey } from '../../src/actions/delete-access-key.ts';
import type { RowCall, RowOutcome } from '../../src/calls/row-call.ts';
import type { PlanRow } from '../../src/plan/plan.ts';
import { plannedInShort } from '../../src/plan/planned-in-short.ts';
import { Redactor } from '../../src/redact.ts';
import { briefDryRun } from '../../src/table/brief-dry-run.ts';
import { briefEntries } from '../../src/table/brief-entries.ts';
import type { SettledRow } from '../../src/table/entries.ts';
import { aCall } from '../calls/a-call.ts';
import { aRow } from '../plan/a-plan.ts';

function settled(plans: (PlanRow | undefined)[], call: Partial<RowCall> = {}): SettledRow[] {
  return plans.map((plan, index) => {
    const rowCall = aCall({ number: index + 1, input: { user_name: 'ann' }, ...call });
    const outcome: RowOutcome = { is: 'planned', would: {}, inShort: plannedInShort(rowCall, plan) };
    return { prepared: { number: index + 1, row: {}, call: rowCall }, outcome };
  });
}

const options = {
  action: deleteAccessKey,
  shown: { detail: 'brief', columns: [] },
  errorText: String,
  hidden: new Redactor(),
} as const;

describe('a brief dry run of changes', () => {
  it('counts first how many rows are how grave, and what they come to', () => {
    const told = briefDryRun(settled([aRow(), aRow({ grave: ['in use'] }), aRow({ warnings: ['still Active'] })]));
    expect(Object.keys(told ?? {})[0]).toBe('severity');
    expect(told).toMatchObject({
      severity: { grave: 1, notable: 1, plain: 1 },
      changes_to: { status: { Inactive: 3 } },
    });
  });

  it('says once to where all rows go, and of several places which rows', () => {
    const one = { account: '111122223333', caller: aRow().caller, connection: 'default' };
    expect(briefDryRun(settled([aRow(), aRow()]))).toMatchObject({ sent_to: [one] });
    const other = aRow({ account: '444455556666' });
    const { sent_to } = briefDryRun(settled([aRow(), other, aRow()])) as { sent_to: object[] };
    expect(sent_to).toEqual([
      { ...one, rows: [1, 3] },
      { ...one, account: '444455556666', rows: [2] },
    ]);
  });

  it('has every warning once with its rows, grave ones first and all of them', () => {
    const grave = Array.from({ length: 60 }, (_, index) => aRow({ grave: [`grave ${index}`], warnings: ['alike'] }));
    const notable = Array.from({ length: 60 }, (_, index) => aRow({ warnings: [`notable ${index}`] }));
    const { warnings } = briefDryRun(settled([...notable, ...grave])) as { warnings: Record<string, unknown>[] };
    expect(warnings.slice(0, 60)).toEqual(
      grave.map((_, index) => ({ severity: 'grave', text: `grave ${index}`, rows: [61 + index] })),
    );
    expect(warnings.slice(60).every(({ severity }) => severity === 'notable')).toBe(true);
    expect(warnings.at(-1)).toEqual({ severity: 'notable', text: 'and 41 more: see detail "full"' });
  });

  it('has a line for each row, the worst first', () => {
    const rows = settled([aRow(), aRow({ grave: ['in use'] })]);
    const entries = briefEntries(rows, options);
    expect(entries).toMatchObject([
      { row: 2, severity: 'grave' },
      { row: 1, severity: 'plain' },
    ]);
    expect(Object.keys(entries[0] ?? {})).toEqual(['row', 'severity', 'plan']);
  });

  it('says in a line names as they are, and all else with its column', () => {
    const cells = [
      { column: 'User', shown: 'ann' },
      { column: 'Key', shown: '…LE77' },
      { column: 'Status', shown: 'Active' },
      { column: 'Created', shown: '', at: '2024-05-02T10:00:00+00:00' },
      { column: 'Last used', shown: 'never' },
      { column: 'Also has', shown: '' },
    ];
    const target = {
      owner: { id: 'ann', shown: 'ann', plural: 'users' },
      thing: { id: 'K', shown: 'key …LE77' },
      fields: [],
    };
    expect(plannedInShort(aCall({}), aRow({ cells, target })).plan).toMatchObject({
      text: 'ann · …LE77 · status Active · created 2024-05-02 · last used never',
      cells: [
        ['Status', 'Active'],
        ['Last used', 'never'],
      ],
    });
    // Of an action whose cells do not name them.
    expect(plannedInShort(aCall({}), aRow({ cells: [], target })).plan?.text).toBe('ann · key …LE77');
  });

  it('counts no column in which nearly every row differs', () => {
    const rows = Array.from({ length: 9 }, (_, index) => aRow({ cells: [{ column: 'Note', shown: `n${index}` }] }));
    expect(briefDryRun(settled(rows))).not.toHaveProperty('now');
  });

  it('lets no name of a column or value break out of its line', () => {
    const cells = [{ column: 'Odd', shown: 'a\n{"row":1}\u202e' }];
    expect(plannedInShort(aCall({}), aRow({ cells })).plan?.text).not.toMatch(/[\n\u202e]/);
  });
});

describe('a brief dry run of reads', () => {
  it('has the arguments of each row, and the connection once', () => {
    const rows = settled([undefined, undefined], { roleArn: 'arn:role' });
    expect(briefDryRun(rows)).toEqual({ sent_to: [{ connection: 'default' }] });
    expect(briefEntries(rows, options)).toEqual([
      { row: 1, arguments: { user_name: 'ann', role_arn: 'arn:role' } },
      { row: 2, arguments: { user_name: 'ann', role_arn: 'arn:role' } },
    ]);
  });
});

describe('a dry run in which nothing can be planned', () => {
  it('has nothing to say once', () => {
    expect(briefDryRun([])).toBeUndefined();
  });
});
