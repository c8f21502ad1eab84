import { describe, expect, it, onTestFinished } from 'vitest';
import { listPolicies } from '../../src/actions/list-policies.ts';
import type { Row } from '../../src/calls/row.ts';
import { reportOf } from '../../src/table/report.ts';
import { inputOf, type Shown } from '../../src/table/shown.ts';
import { TableLimits } from '../../src/table/table-limits.ts';
import { aHost, openProgram } from '../actions/program.ts';
import { aCall } from '../calls/a-call.ts';

const ROW = { user: 'ann', note: 'x'.repeat(60_000) };
const POLICIES = Array.from({ length: 6000 }, (_, index) => ({
  PolicyName: `policy-${index}`,
  error: null,
  has_error: false,
}));

function limited(rows: Row[], shown: Shown) {
  const context = { action: listPolicies, program: openProgram({}), host: aHost() };
  const limits = new TableLimits(context, (row) => Buffer.byteLength(JSON.stringify(inputOf(row, shown))));
  onTestFinished(() => limits.clock.stop());
  const settled = rows.map((row, index) => ({
    prepared: { number: index + 1, row, call: aCall({ number: index + 1 }) },
    outcome: { is: 'done', result: POLICIES } as const,
  }));
  return { limits, report: () => reportOf(limits.bounded(settled), context, { shown, isResumed: false }) };
}

const FULL: Shown = { detail: 'full', columns: [] };
const BRIEF: Shown = { detail: 'brief', columns: [['user']] };

describe('one row of 60 KB for which 6,000 things are found', () => {
  it('fails before entries are made of it, and says how large they would be and what to do', () => {
    const before = process.memoryUsage().heapUsed;
    const { envelope } = limited([ROW], FULL).report();
    expect(JSON.stringify(envelope).length).toBeLessThan(100_000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024);
    expect(envelope).toMatchObject({
      summary: { failed: 1 },
      result: [
        {
          error: expect.stringMatching(
            /^Refused: 6,000 things were found, .* would make 345 MiB: .* at most 40 MiB\. Give rows/,
          ),
        },
      ],
    });
  });

  it('is told in brief, where the long column is not shown', () => {
    const { envelope } = limited([ROW], BRIEF).report();
    expect(envelope.summary).toMatchObject({ succeeded: 1, failed: 0 });
    expect(envelope.result).toHaveLength(6000);
  });
});

describe('rows that are small each', () => {
  it('fail from the one on whose entries would no longer fit', () => {
    const rows = Array.from({ length: 4 }, () => ({ ...ROW, note: 'x'.repeat(2_500) }));
    const { envelope } = limited(rows, FULL).report();
    expect(envelope.summary).toMatchObject({ succeeded: 2, failed: 2 });
  });
});
