import { describe, expect, it } from 'vitest';
import { Scopes } from '../../src/calls/scope.ts';
import { render } from '../../src/templates/render.ts';

const scopeOf = (row: Record<string, unknown>, referenceValues: Record<string, string>) =>
  new Scopes().of(row, referenceValues);

/** As the engine gets it. */
const scope = (row: Record<string, unknown>, referenceValues: Record<string, string> = {}) =>
  JSON.parse(JSON.stringify(scopeOf(row, referenceValues)));

describe('the scope of a row', () => {
  it('has every column, the whole row, and the reference values', () => {
    const row = { user: 'alice', n: 1, tags: { a: ['x'] } };
    expect(scope(row, { account: '123' })).toEqual({ ...row, row, account: '123' });
  });

  it('prefers a column to a reference value of the same name', () => {
    expect(scope({ a: 'column' }, { a: 'reference', row: 'reference' })).toEqual({ a: 'column', row: { a: 'column' } });
    expect(scope({ 'a.b': 'column' }, { a: 'reference' }).a).toEqual({ b: 'column' });
  });

  it('prefers a column called row to the whole row', () => {
    expect(scope({ row: 7, a: 1 })).toEqual({ row: 7, a: 1 });
    expect(scope({ 'row.a': 1 })).toEqual({ 'row.a': 1, row: { 'row.a': 1 } });
  });

  it('has dotted columns as nested objects too', () => {
    const row = { 'input.user': 'alice', 'input.key.id': 'AKIA', 'result.x': 1 };
    expect(scope(row)).toEqual({ ...row, row, input: { user: 'alice', key: { id: 'AKIA' } }, result: { x: 1 } });
  });

  it('does not nest below another column, whichever comes first', () => {
    for (const row of [
      { input: 'x', 'input.user': 'y' },
      { 'input.user': 'y', input: 'x' },
    ]) {
      expect(scope(row)).toEqual({ ...row, row });
    }
    for (const row of [
      { 'a.b': 'x', 'a.b.c': 'y' },
      { 'a.b.c': 'y', 'a.b': 'x' },
    ]) {
      expect(scope(row)).toEqual({ ...row, row, a: { b: 'x' } });
    }
  });

  it('leaves a name alone that no template could go down', () => {
    for (const column of ['.', 'a..b', '.a', 'a.', 'a.'.repeat(100_000), `a${'.a'.repeat(64)}`]) {
      expect(Object.keys(scope({ [column]: 1 }))).toEqual([column, 'row']);
    }
  });

  it('has columns of any name, and touches no prototype', () => {
    const row = JSON.parse('{"__proto__": 1, "constructor.prototype.polluted": 2, "a.__proto__.polluted": 3}');
    expect(JSON.stringify(scopeOf(row, {}))).toBe(
      `${JSON.stringify(row).slice(0, -1)},` +
        '"constructor":{"prototype":{"polluted":2}},"a":{"__proto__":{"polluted":3}},' +
        `"row":${JSON.stringify(row)}}`,
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(JSON.stringify(scopeOf(JSON.parse('{"__proto__.polluted": 1}'), {}))).toContain(
      '"__proto__":{"polluted":1}',
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('is one that templates render', async () => {
    const row = { 'user name': 'alice', 'input.user': 'bob', n: '3' };
    expect(
      await render("{{ row['user name'] }} {{ input.user }} {{ n }} {{ account }}", scopeOf(row, { account: '1' })),
    ).toBe('alice bob 3 1');
  });
});
