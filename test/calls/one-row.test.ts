// A call without a table, from its arguments to its envelope.
import { describe, expect, it, vi } from 'vitest';
import type { Action } from '../../src/actions/action.ts';
import { listAccessKeys } from '../../src/actions/list-access-keys.ts';
import { OneRow } from '../../src/calls/one-row.ts';
import type { RowOutcome } from '../../src/calls/row-call.ts';
import type { Envelope } from '../../src/envelope.ts';
import { CallError } from '../../src/errors.ts';
import { madeUp } from '../actions/made-up.ts';
import { aHost, openProgram } from '../actions/program.ts';

const published = async (envelope: Envelope, warnings: string[]) => ({ ...envelope, published: [...warnings] });

const prepare = (fields: Record<string, unknown>, action: Action = listAccessKeys, dryRun = false, keep?: string) =>
  OneRow.prepare(fields, { action, program: openProgram({}), host: aHost() }, { dryRun, keep, publish: published });

describe('a call without a table', () => {
  it('is one row, which has to be identified where it changes something', async () => {
    const read = await prepare({ user_name: 'ann' });
    expect(read.calls.map(({ input }) => input)).toEqual([{ user_name: 'ann' }]);
    expect(read.allCalls).toEqual(read.calls);
    expect(read).toMatchObject({ isTable: false, needsIdentity: false, dryRun: false, leftOut: [] });
    expect(await prepare({ group: 'staff' }, madeUp(), true)).toMatchObject({ needsIdentity: true, dryRun: true });
  });

  it('is refused with what is wrong with its arguments', async () => {
    await expect(prepare({ user_name: 'a b' })).rejects.toMatchObject({ code: 'InvalidArguments', field: 'user_name' });
    await expect(prepare({ user_name: '{{ nobody }}' })).rejects.toMatchObject({
      code: 'InvalidArguments',
      message: expect.stringMatching(/^user_name: .*nobody/),
    });
  });

  it('has what was sent on record where a change has a trail', async () => {
    const call = await prepare({ user_name: 'ann' });
    const trail = { sending: vi.fn(), settled: vi.fn(), tableSent: vi.fn(), tableFinished: vi.fn() };
    expect(call.openRecord(new Map(), trail)).toBe(trail);
    expect(call.openRecord(new Map())).toBeUndefined();
  });
});

describe('the report of a call without a table', () => {
  async function report(outcome?: RowOutcome) {
    const call = await prepare({ user_name: 'ann' });
    const warnings = ['of the call'];
    for (const row of call.calls) row.warnings.push('of the row');
    return call.report(new Map(call.calls.flatMap((row) => (outcome ? [[row, outcome]] : []))), warnings);
  }

  it('is its result, and what the caller must know beside it', async () => {
    expect(await report({ is: 'done', result: { Keys: [] } })).toEqual({
      result: { Keys: [] },
      error: null,
      has_error: false,
      published: ['of the call', 'of the row'],
    });
  });

  it('is what would be done, in a dry run', async () => {
    expect(await report({ is: 'planned', would: { title: 'x' }, inShort: { sentTo: {} } })).toEqual({
      result: null,
      error: null,
      has_error: false,
      dry_run: { title: 'x' },
    });
  });

  it('is what was thrown', async () => {
    const error = new CallError('Refused', 'no');
    await expect(report({ is: 'failed', error })).rejects.toBe(error);
  });

  it.each<[string, RowOutcome | undefined]>([
    ['was not attempted', { is: 'not-attempted', why: 'the host left' }],
    ['has no outcome', undefined],
  ])('is a fault of this program where it %s', async (_, outcome) => {
    await expect(report(outcome)).rejects.toThrow('a single call was not attempted');
  });
});
