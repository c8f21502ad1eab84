import { describe, expect, it } from 'vitest';
import { decideEach, render, renderEach } from '../../src/templates/render.ts';
import { Scopes } from '../../src/templates/scope.ts';

type Values = Record<string, unknown>;

/** All that templates could name, as the engine would get it. */
function scope(row: Values, values: Values = {}, result?: Values): Values {
  const made = new Scopes().of({ row, values, ...(result && { result }) });
  const roots = Object.keys({ ...row, ...values, ...result, row, result }).flatMap((name) => [
    name,
    name.split('.')[0] ?? '',
  ]);
  return JSON.parse(JSON.stringify(made.pick(new Map(roots.map((name) => [name, undefined])))));
}

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

  it('has the fields of a result by their own names before columns, and either whole', () => {
    const row = { UserName: 'of the row', user: 'alice', 'result.old': 1 };
    const result = { UserName: 'of the result', Status: 'Active' };
    expect(scope(row, { Status: 'reference' }, result)).toEqual({ ...row, ...result, row, result });
    expect(scope({ result: 'a column' }, {}, { a: 1 })).toEqual({
      result: 'a column',
      a: 1,
      row: { result: 'a column' },
    });
  });

  it('leaves a name alone that no template could go down', () => {
    for (const column of ['.', 'a..b', '.a', 'a.', 'a.'.repeat(100_000), `a${'.a'.repeat(64)}`]) {
      expect(scope({ [column]: 1 })).toEqual({ [column]: 1, row: { [column]: 1 } });
    }
  });

  it('has columns of any name, and touches no prototype', () => {
    const row = JSON.parse('{"__proto__": 1, "constructor.prototype.polluted": 2, "a.__proto__.polluted": 3}');
    const names = ['__proto__', 'constructor', 'a', 'valueOf', 'row'];
    const picked = new Scopes().of({ row }).pick(new Map(names.map((name) => [name, undefined])));
    expect(JSON.stringify(picked)).toBe(
      `{"__proto__":1,"constructor":{"prototype":{"polluted":2}},"a":{"__proto__":{"polluted":3}},"row":${JSON.stringify(row)}}`,
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('lists its names as templates have to write them', () => {
    const row = { user: 1, 'User name': 2, 'input.user': 3, 'x.y z': 4, if: 5, "it's": 6 };
    expect(new Scopes().of({ row, values: { account: '1' } }).names()).toEqual([
      'user',
      "row['User name']",
      'input.user',
      "row['x.y z']",
      "row['if']",
      "row['it\\'s']",
      'account',
      'row',
    ]);
  });

  it('has no row in a call without one', () => {
    expect(new Scopes().of({ row: {}, values: { account: '1' } }).names()).toEqual(['account']);
  });

  it('of 38 KB of dotted names hangs nothing', async () => {
    const dotted = (number: number) => `a${number % 7}${'.b'.repeat(50)}.c${number}`;
    const row = Object.fromEntries(Array.from({ length: 350 }, (_, number) => [dotted(number), 'x']));
    const rows = Array.from({ length: 2000 }, (_, number) => ({ row: { ...row, number } }));
    const renderings = await renderEach({ a: '{{ number }}' }, rows);
    expect(renderings.at(-1)).toEqual({ texts: { a: '1999' } });
    await renderEach({ a: '{{ a1 }}' }, rows.slice(0, 100)).catch((error: unknown) =>
      expect(String(error)).toContain('were stopped'),
    );
  });

  it('is one that templates render', async () => {
    const row = { 'user name': 'alice', 'input.user': 'bob', n: '3' };
    const [rendering] = await renderEach({ a: "{{ row['user name'] }} {{ input.user }} {{ n }} {{ account }}" }, [
      { row, values: { account: '1' } },
    ]);
    expect(rendering).toEqual({ texts: { a: 'alice bob 3 1' } });
    expect(await render('{{ account }}', { account: '1' })).toBe('1');
  });
});

describe('an entry of an earlier result', () => {
  const nested = {
    input: { user: 'ann', Status: 'hired' },
    result: { UserName: 'Ann', AccessKeyLastUsed: { Region: 'N/A', LastUsedDate: null } },
    error: null,
    has_error: false,
  };
  const dotted = {
    'input.user': 'ann',
    'input.Status': 'hired',
    'result.UserName': 'Ann',
    'result.AccessKeyLastUsed.Region': 'N/A',
    'result.AccessKeyLastUsed.LastUsedDate': '',
    error: '',
    has_error: 'false',
  };
  const text = '{{ UserName }} {{ Region }} {{ user }} {{ Status }} {{ input.user }} {{ result.UserName }}';

  it.each([
    ['as JSON has it', nested],
    ['as CSV has it', dotted],
  ])('gives what was found and the older columns by their own names, %s', async (_, row) => {
    const [rendered] = await renderEach({ text }, [{ row }]);
    expect(rendered).toEqual({ texts: { text: 'Ann N/A ann hired ann Ann' } });
    const decided = await decideEach({ field: 'where', text: "LastUsedDate is none and user == 'ann'" }, [{ row }]);
    expect(decided).toEqual([true]);
    await expect(decideEach({ field: 'where', text: 'UserNam == 1' }, [{ row }])).rejects.toThrow(/UserName/);
  });

  it('has its own columns first, then what was found', async () => {
    const row = { ...nested, Region: 'own', input: { UserName: 'older', Region: 'older' } };
    expect(await renderEach({ text: '{{ Region }} {{ UserName }}' }, [{ row }])).toEqual([
      { texts: { text: 'own Ann' } },
    ]);
  });

  it('is only what says that it is one', async () => {
    const { has_error: _, ...row } = nested;
    const [rendered] = await renderEach({ text: '{{ UserName }}' }, [{ row }]);
    expect(rendered).toMatchObject({ error: { missing: 'UserName' } });
  });
});

describe('a condition over a result', () => {
  it('names its row as entries do, unless something is called so', async () => {
    const decide = (text: string, row: Values, result: Values = { a: 1 }) =>
      decideEach({ field: 'keep', text }, [{ row, result }]);
    expect(await decide("input.user == 'ann' and a == 1", { user: 'ann' })).toEqual([true]);
    expect(await decide("input.user == 'ann'", { user: 'bob', 'input.user': 'ann' })).toEqual([true]);
    await expect(decide("input.usr == 'ann'", { user: 'ann' })).rejects.toThrow(/usr/);
    await expect(decideEach({ field: 'where', text: 'input.user == 1' }, [{ row: { user: 1 } }])).rejects.toThrow();
  });

  it('takes an empty text for none where it asks, which a template does not', async () => {
    expect(await decideEach({ field: 'where', text: 'a is none' }, [{ row: { a: '' } }, { row: { a: 'x' } }])).toEqual([
      true,
      false,
    ]);
    expect(await decideEach({ field: 'where', text: 'a is not none' }, [{ row: { a: '' } }])).toEqual([false]);
    expect(await renderEach({ text: '{{ a is none }}' }, [{ row: { a: '' } }])).toEqual([{ texts: { text: 'false' } }]);
  });
});
