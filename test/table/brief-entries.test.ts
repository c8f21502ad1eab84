import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/actions/action.ts';
import { getAccessKeyLastUsed } from '../../src/actions/get-access-key-last-used.ts';
import { listAccessKeys } from '../../src/actions/list-access-keys.ts';
import { updateAccessKey } from '../../src/actions/update-access-key.ts';
import type { Row } from '../../src/calls/row.ts';
import type { RowOutcome } from '../../src/calls/row-call.ts';
import { CallError } from '../../src/errors.ts';
import { AwsError } from '../../src/iam/errors.ts';
import { briefEntries } from '../../src/table/brief-entries.ts';
import { type SettledRow, unrepeatedIn } from '../../src/table/entries.ts';
import { shownBy } from '../../src/table/shown.ts';
import { aCall } from '../calls/a-call.ts';

const shown = shownBy(['{{ user }}'], [], 'brief');
const errorText = (error: unknown) => `${(error as CallError).code}: ${(error as Error).message}`;

function brief(
  action: Action,
  outcomes: RowOutcome[],
  rows: Row[] = outcomes.map((_, index) => ({ user: `user-${index + 1}` })),
) {
  const settled = outcomes.map((outcome, index): SettledRow => {
    const row: Row = { ...rows[index], note: 'hunter2' };
    return { prepared: { number: index + 1, row, call: aCall({ input: { user_name: String(row.user) } }) }, outcome };
  });
  return briefEntries(settled, { action, shown, errorText, hidden: unrepeatedIn(outcomes) });
}

const failing = (message: string): RowOutcome => ({ is: 'failed', error: new CallError('Refused', message) });
const done = (result: unknown): RowOutcome => ({ is: 'done', result });
const LATE: RowOutcome = { is: 'not-attempted', why: 'the host left' };

describe('a brief result', () => {
  it('has what was found, with the columns in use, and nothing that says nothing', () => {
    const result = { UserName: 'ann', AccessKeyLastUsed: { Region: 'N/A' }, ResponseMetadata: { RequestId: 'r' } };
    expect(brief(getAccessKeyLastUsed, [done(result)])).toEqual([
      { row: 1, input: { user: 'user-1' }, result: { UserName: 'ann', AccessKeyLastUsed: { Region: 'N/A' } } },
    ]);
    const found = [{ AccessKeyId: 'A', error: null, has_error: false }];
    expect(brief(listAccessKeys, [done(found), done([])])).toEqual([
      { row: 1, input: { user: 'user-1' }, AccessKeyId: 'A' },
      { row: 2, input: { user: 'user-2' }, found: 0 },
    ]);
  });

  it('says of a change whose answer has nothing in it that it is done', () => {
    expect(brief(updateAccessKey, [done({ ResponseMetadata: {} }), done(null)])).toEqual([
      { row: 1, input: { user: 'user-1' }, done: true },
      { row: 2, input: { user: 'user-2' }, done: true },
    ]);
  });

  it('of many entries, does not say twice whom a change is about, nor a column that the answer has too', () => {
    const change = { user_name: 'ann', access_key_id: 'AKIAANN', status: { before: 'Active', after: 'Inactive' } };
    const made: RowOutcome = { is: 'done', result: {}, change };
    const users = [{ user: ' ann ' }, { user: 'ann@example.com' }];
    expect(brief(updateAccessKey, [made, made], users)).toEqual([
      { row: 1, input: { user: ' ann ' }, change },
      { row: 2, input: { user: 'ann@example.com' }, change },
    ]);
    const many = <T>(pair: readonly T[]) => Array.from({ length: 11 }, () => pair).flat();
    expect(brief(updateAccessKey, many([made, made]), many(users)).slice(0, 2)).toEqual([
      { row: 1, change },
      { row: 2, input: { user: 'ann@example.com' }, change },
    ]);
    const found = [{ user: 'ann', AccessKeyId: 'A', OtherKeyStatus: null, error: null, has_error: false }];
    const listed = many([done(found), done(found)]);
    expect(brief(listAccessKeys, listed, many([{ user: 'ann' }, { user: 'Ann' }])).slice(0, 2)).toEqual([
      { row: 1, user: 'ann', AccessKeyId: 'A' },
      { row: 2, input: { user: 'Ann' }, user: 'ann', AccessKeyId: 'A' },
    ]);
  });

  it('tells first what nobody knows, then failures, then what was not attempted, and what succeeded last', () => {
    const lost = new AwsError('NetworkError', 'lost', { notDone: false });
    const entries = brief(updateAccessKey, [done({}), LATE, failing('no'), { is: 'failed', error: lost }, LATE]);
    expect(entries).toEqual([
      { row: 4, input: { user: 'user-4' }, error: 'NetworkError: lost', has_error: true },
      { row: 3, input: { user: 'user-3' }, error: 'Refused: no', has_error: true },
      {
        rows: [2, 5],
        error: 'NotAttempted: the host left before the turn of this row, for which nothing was sent',
        has_error: true,
      },
      { row: 1, input: { user: 'user-1' }, done: true },
    ]);
  });

  it('tells failures once that differ only in whose they are, and which rows they are', () => {
    expect(
      brief(updateAccessKey, [
        failing('the user user-1 has gone (row 1)'),
        failing('something else'),
        failing('the user user-3 has gone (row 3)'),
      ]),
    ).toEqual([
      {
        rows: [1, 3],
        input: [{ user: 'user-1' }, { user: 'user-3' }],
        error: 'Refused: the user … has gone (row …)',
        has_error: true,
      },
      { row: 2, input: { user: 'user-2' }, error: 'Refused: something else', has_error: true },
    ]);
  });

  it('does not take a name for a part of another, a code or a pattern', () => {
    const names = [{ user: 'Refused' }, { user: 'a.*(' }, { user: 'user' }];
    const texts = ['no', 'a.*( is not', 'superuser is not'];
    expect(brief(updateAccessKey, texts.map(failing), names).map(({ error }) => error)).toEqual([
      'Refused: no',
      'Refused: a.*( is not',
      'Refused: superuser is not',
    ]);
  });

  it('tells a thousand rows that fail alike in a line', () => {
    const entries = brief(
      listAccessKeys,
      Array.from({ length: 1000 }, () => failing('no such connection')),
    );
    expect(entries).toEqual([{ rows: ['1-1000'], error: 'Refused: no such connection', has_error: true }]);
  });

  it('shows no value of a column that is not in use', () => {
    const outcomes = [done([]), failing('no'), failing('no'), LATE];
    for (const action of [listAccessKeys, updateAccessKey]) {
      expect(JSON.stringify(brief(action, outcomes))).not.toContain('hunter2');
    }
  });
});
