import { describe, expect, it } from 'vitest';
import { listAccessKeys } from '../../src/actions/list-access-keys.ts';
import { updateAccessKey } from '../../src/actions/update-access-key.ts';
import type { Row } from '../../src/calls/row.ts';
import { Redactor } from '../../src/redact.ts';
import { lifted } from '../../src/table/earlier-columns.ts';
import { entriesOf } from '../../src/table/entries.ts';
import { readRows } from '../../src/table/read-rows.ts';
import { rowsText } from '../../src/table/write-rows.ts';
import { aCall } from '../calls/a-call.ts';

const options = { errorText: String, hidden: new Redactor() };
const entryOf = (action: typeof listAccessKeys, row: Row, result: unknown) =>
  entriesOf({ prepared: { number: 1, row, call: aCall({}) }, outcome: { is: 'done', result } }, { action, ...options });
const key = (AccessKeyId: string, Status: string) => ({ AccessKeyId, Status, error: null, has_error: false });

describe('a row that is an entry of an earlier result', () => {
  it('has the older columns beside its own, of which the newer stay', () => {
    const row = { input: { user: 'ann', Status: 'old' }, Status: 'Active', error: null, has_error: false };
    expect(lifted(row)).toEqual({ user: 'ann', Status: 'Active' });
    const flat = { 'input.user': 'ann', 'input.Status': 'old', Status: 'Active', error: '', has_error: 'false' };
    expect(lifted(flat)).toEqual({ user: 'ann', Status: 'Active' });
  });

  it('is lifted out of a file that was written a level deeper', () => {
    expect(lifted({ input: { input: { user: 'ann' }, key: 'k' }, has_error: false })).toEqual({
      user: 'ann',
      key: 'k',
    });
    expect(lifted({ 'input.input.user': 'ann', has_error: 'false' })).toEqual({ user: 'ann' });
  });

  it('keeps columns of any name', () => {
    const row = JSON.parse('{"input":{"__proto__":"x","constructor":1},"input.__proto__":"y","k":2}');
    expect(JSON.stringify(lifted(row))).toBe('{"__proto__":"y","constructor":1,"k":2}');
  });
});

describe('a row that is none', () => {
  it('is the row as it was given', () => {
    for (const row of [
      { user: 'ann', error: 'mine' },
      { input: 'a text' },
      { input: null },
      { input: [1] },
      { 'input.': 1 },
    ]) {
      expect(lifted(row)).toBe(row);
    }
  });
});

describe('a file that is the table of the next call, three times', () => {
  it.each(['json', 'jsonl', 'csv', 'tsv'])('has every column in one place, as %s', async (format) => {
    const throughFile = async (entries: Row[]) => {
      const name = `file.${format}`;
      const bytes = Buffer.from(await rowsText(name, entries));
      const [row = {}] = (await readRows(name, bytes, { most: 10, option: 'x' })).rows;
      return row;
    };
    const first = await throughFile(
      entryOf(listAccessKeys, { email: 'ann@example.com', Status: 'hired' }, [key('A1', 'Active')]),
    );
    const second = await throughFile(entryOf(updateAccessKey, first, { Said: 'off' }));
    const third = await throughFile(entryOf(listAccessKeys, second, [key('A1', 'Inactive')]));
    const [last] = entryOf(listAccessKeys, third, []);
    const flat = JSON.stringify(last);
    expect(flat).not.toMatch(/input\.|"input":\{[^}]*"input"/);
    expect(last?.input).toMatchObject({ email: 'ann@example.com', AccessKeyId: 'A1', Status: 'Inactive' });
    expect(last?.input).not.toHaveProperty('has_error');
    expect(flat).toContain('off');
  });
});
