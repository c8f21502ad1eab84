import { describe, expect, it } from 'vitest';
import { hasRows, splitArguments } from '../../src/table/arguments.ts';

const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'InvalidArguments', message: expect.stringMatching(message) });

describe('the arguments of a call', () => {
  it('are parted into the action’s own, unchecked, and the table’s, with their defaults', () => {
    expect(splitArguments({ user_name: 5, rows: [{ a: 1 }], odd: null })).toEqual({
      fields: { user_name: 5, odd: null },
      table: { rows: [{ a: 1 }], overwrite: false, dry_run: false, resume: false },
    });
    expect(splitArguments({})).toEqual({ fields: {}, table: { overwrite: false, dry_run: false, resume: false } });
  });

  it('keep rows with columns of any name', () => {
    const rows = JSON.parse('[{"__proto__":1,"constructor":{"a":[null]},"":"x"}]');
    const { table } = splitArguments({ rows });
    expect(JSON.stringify(table.rows)).toBe(JSON.stringify(rows));
    expect(hasRows(table)).toBe(true);
  });

  it('take names of files trimmed, and an empty one as none', () => {
    expect(splitArguments({ rows_file: '', output_file: ' ' }).table).not.toHaveProperty('rows_file');
    expect(splitArguments({ rows_file: ' users.csv ', output_file: 'out.csv' }).table).toMatchObject({
      rows_file: 'users.csv',
      output_file: 'out.csv',
    });
  });

  it('are refused for a row that is deeper than any', () => {
    const a = JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`);
    expect(() => splitArguments({ rows: [{ a }] })).toThrow(refusal(/^rows/));
  });

  it.each([
    [{ rows: 'x' }, /^rows: must be an array of objects/],
    [{ rows: [1] }, /^rows.*: must be objects/],
    [{ rows: [[1]] }, /^rows.*: must be objects/],
    [{ rows: [null] }, /^rows.*: must be objects/],
    [{ rows_file: 5 }, /^rows_file: must be a text/],
    [{ dry_run: 'perhaps' }, /^dry_run: must be true or false/],
    [{ rows: [], rows_file: 'x.csv' }, /^rows and rows_file: give one of them/],
    [{ resume: true }, /^resume: takes the same rows or rows_file/],
  ])('are refused for %o', (given, message) => {
    expect(() => splitArguments(given)).toThrow(refusal(message));
  });
});
