import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/actions/action.ts';
import { getAccessKeyLastUsed } from '../../src/actions/get-access-key-last-used.ts';
import { listAccessKeys } from '../../src/actions/list-access-keys.ts';
import { updateAccessKey } from '../../src/actions/update-access-key.ts';
import type { RowOutcome } from '../../src/calls/row-call.ts';
import { CallError } from '../../src/errors.ts';
import { entriesOf, unrepeatedIn } from '../../src/table/entries.ts';
import { aCall } from '../calls/a-call.ts';

const row = JSON.parse('{"__proto__":"x","user":"ann"}');
const prepared = { number: 1, row, call: aCall({ input: { user_name: 'ann' }, roleArn: 'arn:role' }) };
const text = (error: unknown) => `Code: ${(error as Error).message}`;
const entries = (action: Action, outcome: RowOutcome, isDoneEarlier?: true) =>
  entriesOf({ prepared, outcome, isDoneEarlier }, { action, errorText: text, hidden: unrepeatedIn([outcome]) });

describe('the entries of a row in full', () => {
  it('are one for an action with one result, with the row as it was given', () => {
    const [entry, second] = entries(getAccessKeyLastUsed, { is: 'done', result: { UserName: 'ann' } });
    expect(entry).toEqual({ input: row, result: { UserName: 'ann' }, error: null, has_error: false });
    expect(entry?.input).toBe(row);
    expect(second).toBeUndefined();
  });

  it('are one for each thing that a list found, and one for none', () => {
    const found = [
      { AccessKeyId: 'A', error: null, has_error: false },
      { AccessKeyId: 'B', error: null, has_error: false },
    ];
    expect(entries(listAccessKeys, { is: 'done', result: found })).toEqual(
      found.map((item) => ({ input: row, ...item })),
    );
    expect(entries(listAccessKeys, { is: 'done', result: [] })).toEqual([
      { input: row, error: null, has_error: false },
    ]);
  });

  it('are one for a failure, and one for a row whose turn did not come', () => {
    const failed = { is: 'failed', error: new Error('no') } as const;
    expect(entries(listAccessKeys, failed)).toEqual([{ input: row, error: 'Code: no', has_error: true }]);
    expect(entries(updateAccessKey, failed)).toEqual([
      { input: row, result: null, error: 'Code: no', has_error: true },
    ]);
    const late = { is: 'not-attempted', why: 'the host left' } as const;
    const error = 'NotAttempted: the host left before the turn of this row, for which nothing was sent';
    expect(entries(listAccessKeys, late)).toEqual([{ input: row, error, has_error: true }]);
    expect(entries(updateAccessKey, late)).toEqual([{ input: row, result: null, error, has_error: true }]);
  });

  it('say in a dry run what would be done', () => {
    const would = { arguments: { user_name: 'ann' } };
    expect(entries(listAccessKeys, { is: 'planned', would, inShort: { sentTo: {} } })).toEqual([
      { input: row, error: null, has_error: false, dry_run: would },
    ]);
  });

  it('say of a row that an earlier call has done that it has', () => {
    const done = { is: 'done', result: [] } as const;
    expect(entries(listAccessKeys, { ...done, result: [] }, true)).toMatchObject([{ done_earlier: true }]);
    expect(entries(updateAccessKey, { ...done, result: null }, true)).toMatchObject([{ done_earlier: true }]);
  });

  it('show nothing of what may be a secret in the wrong field, in whatever column it stands too', () => {
    const error = new CallError('InvalidArguments', 'no', { unrepeated: ['wJalrXUtnFEMI/K7MDENG'] });
    const outcome: RowOutcome = { is: 'failed', error };
    const leaking = { ...prepared, row: { key: 'wJalrXUtnFEMI/K7MDENG', note: 'it is wJalrXUtnFEMI/K7MDENG' } };
    const options = { action: updateAccessKey, errorText: text, hidden: unrepeatedIn([outcome]) };
    expect(entriesOf({ prepared: leaking, outcome }, options)).toMatchObject([
      { input: { key: '(secret)', note: 'it is (secret)' } },
    ]);
  });
});
