import { describe, expect, it } from 'vitest';
import { inputOf, shownBy, usedPart } from '../../src/table/shown.ts';

const used = (row: Record<string, unknown>, ...templates: unknown[]) => inputOf(row, shownBy(templates, [], 'brief'));
const SECRET = 'hunter2';

describe('what an entry shows of its row in brief', () => {
  it('is the columns that templates use, in the order of the row', () => {
    const row = { note: SECRET, 'User name': 'ann', key: 'A1' };
    expect(used(row, '{{ key }}', "{{ row['User name'] | lower }}", 'Inactive', true)).toEqual({
      'User name': 'ann',
      key: 'A1',
    });
    expect(used(row, 'plain')).toEqual({});
  });

  it('is of nested values only what is used, which stays nested', () => {
    const row = {
      Resource: { Details: { UserName: 'ann', Secret: SECRET }, Token: SECRET },
      Keys: [{ Id: 'A' }, { Id: 'B' }],
    };
    expect(used(row, '{{ Resource.Details.UserName }}{{ Keys[1].Id }}')).toEqual({
      Resource: { Details: { UserName: 'ann' } },
      Keys: { 1: { Id: 'B' } },
    });
  });

  it('is a dotted column under its own name, however it is used', () => {
    const row = { 'a.b': 1, 'a.c': SECRET, 'x.y.z': 2 };
    expect(used(row, '{{ a.b }}')).toEqual({ 'a.b': 1 });
    expect(used(row, "{{ row['a.b'] }}")).toEqual({ 'a.b': 1 });
    expect(used(row, '{{ x | tojson }}')).toEqual({ 'x.y.z': 2 });
    // Templates see no dotted column below one that has a value of its own.
    expect(used({ a: { b: 1 }, 'a.b': SECRET }, '{{ a.b }}')).toEqual({ a: { b: 1 } });
  });

  it('is all of the row where a template takes the row as a whole', () => {
    expect(used({ a: 1, b: 2 }, '{{ row | tojson }}')).toEqual({ a: 1, b: 2 });
    expect(used({ row: 'mine', b: SECRET }, '{{ row }}')).toEqual({ row: 'mine' });
  });

  it('has no column of a prototype that nobody uses, and any that somebody uses', () => {
    const row = JSON.parse('{"__proto__":"x","constructor":"y","key":"A1"}');
    expect(JSON.stringify(usedPart(row, [['key'], ['toString'], ['__proto__']]))).toBe('{"__proto__":"x","key":"A1"}');
  });

  it('says of an earlier result what it was about, without a level of its own', () => {
    expect(used({ input: { user: 'ann', note: SECRET }, has_error: false }, '{{ input.user }}')).toEqual({
      user: 'ann',
    });
    expect(used({ 'input.user': 'ann', has_error: 'false' }, '{{ input.user }}')).toEqual({ user: 'ann' });
  });

  it('says of a value that is too long to be read only how long it is', () => {
    const long = used(
      { text: `${'x'.repeat(119)}😀${'y'.repeat(60_002)}`, list: { a: 'z'.repeat(400) } },
      '{{ text }}{{ list }}',
    );
    expect(long.text).toBe('… (60,123 characters)');
    expect(long.list).toBe('… (408 characters)');
  });
});

describe('what an entry shows of its row in full', () => {
  it('is all columns, whole', () => {
    const row = { note: 'x'.repeat(1000), key: 'A1' };
    expect(inputOf(row, shownBy(['{{ key }}'], [], 'full'))).toBe(row);
  });
});
