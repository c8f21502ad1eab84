import { describe, expect, it } from 'vitest';
import { hasRows, splitArguments, tableInput } from '../../src/calls/table-arguments.ts';

const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'InvalidArguments', message: expect.stringMatching(message) });

describe('the arguments of a call', () => {
  it('are parted into the action’s own, unchecked, and the table’s, with their defaults', () => {
    expect(splitArguments({ user_name: 5, rows: [{ a: 1 }], odd: null })).toEqual({
      fields: { user_name: 5, odd: null },
      table: { rows: [{ a: 1 }], overwrite: false, dry_run: false, resume: false, detail: 'brief' },
    });
    expect(splitArguments({})).toEqual({
      fields: {},
      table: { overwrite: false, dry_run: false, resume: false, detail: 'brief' },
    });
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

  it('take what frameworks fill in for what is not there', () => {
    const none = { overwrite: false, dry_run: false, resume: false, detail: 'brief' };
    for (const nothing of [null, '', '  ', 0, false, [], {}]) {
      const filled = Object.fromEntries(Object.keys(tableInput.shape).map((name) => [name, nothing]));
      expect(splitArguments({ ...filled, user_name: 'ann' }), JSON.stringify(nothing)).toEqual({
        fields: { user_name: 'ann' },
        table: none,
      });
    }
    expect(splitArguments({ rows: [], rows_file: 'users.csv', user_name: '{{ u }}' }).table.rows_file).toBe(
      'users.csv',
    );
    const page = { continue_from: 'list_policies-1.1', rows: [], rows_file: '', output_file: null, dry_run: false };
    expect(splitArguments({ ...page, user_name: '{{ u }}' }).table).toEqual({
      ...none,
      continue_from: page.continue_from,
    });
  });

  it('take rows as the JSON text that they are, columns of any name included', () => {
    const text = '\ufeff [{"__proto__":1,"constructor":{"a":[null]},"":"x"}]\n';
    expect(JSON.stringify(splitArguments({ rows: text }).table.rows)).toBe(text.trim());
  });

  it('take a text of rows for absent where the rows would be', () => {
    for (const rows of ['[]', 'null', '{}', ' [ ] ', '']) {
      expect(hasRows(splitArguments({ rows, user_name: 'ann' }).table), rows).toBe(false);
    }
  });

  it('are refused for a row that is deeper than any', () => {
    const deep = (depth: number) => `[{"a":${'['.repeat(depth)}${']'.repeat(depth)}}]`;
    for (const depth of [40, 100_000]) expect(() => splitArguments({ rows: deep(depth) })).toThrow(refusal(/^rows/));
    expect(() => splitArguments({ rows: JSON.parse(deep(40)) })).toThrow(refusal(/^rows/));
  });

  it.each([
    [{ rows: 'wJalrXUtn' }, /^rows: is a text that is not JSON of rows: give an array of objects$/],
    [{ rows: '[{"user":"ann"}' }, /^rows: is a text that is not JSON of rows/],
    [{ rows: '"[]"' }, /^rows: is a text that is not JSON of rows/],
    [{ rows: '5' }, /^rows: is a text that is not JSON of rows/],
    [{ rows: { user: 'ann' } }, /^rows: must be an array of objects$/],
    [{ rows: '{"user":"ann"}' }, /^rows: must be an array of objects$/],
    [{ rows: 5 }, /^rows: must be an array of objects$/],
    [{ rows: '[1]' }, /^rows.*: must be objects/],
    [{ rows: '[{}]', rows_file: 'x.csv' }, /^rows and rows_file: give one of them/],
    [{ rows: [1] }, /^rows.*: must be objects/],
    [{ rows: [[1]] }, /^rows.*: must be objects/],
    [{ rows: [null] }, /^rows.*: must be objects/],
    [{ rows_file: 5 }, /^rows_file: must be a text/],
    [{ dry_run: 'perhaps' }, /^dry_run: must be true or false/],
    [{ rows: [{}], rows_file: 'x.csv' }, /^rows and rows_file: give one of them/],
    [{ rows: [], user_name: '{{ user }}' }, /^rows: the table has no rows, and nothing was done$/],
    [{ rows: {}, user_name: '{{ user }}' }, /^rows: the table has no rows, and nothing was done$/],
    [{ rows: '[]', user_name: '{{ user }}' }, /^rows: the table has no rows, and nothing was done$/],
    [{ rows: ' {} ', user_name: '{{ user }}' }, /^rows: the table has no rows, and nothing was done$/],
    [
      { rows: [], rows_file: '', user_name: 'ann', status: '{% if x %}Active{% endif %}' },
      /^rows: the table has no rows/,
    ],
    [{ continue_from: 'list_policies-1.1', rows: [{}] }, /^continue_from: goes without/],
    [{ continue_from: 'list_policies-1.1', dry_run: true }, /^continue_from: goes without/],
    [{ resume: true }, /^resume: takes the same rows or rows_file/],
  ])('are refused for %o', (given, message) => {
    expect(() => splitArguments(given)).toThrow(refusal(message));
  });
});
