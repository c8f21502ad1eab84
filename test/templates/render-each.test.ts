// Templates over many rows: each over its own, in order, as data and nothing else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Rendering, renderEach, type Scope, TemplateError } from '../../src/templates/render.ts';

const NAMES = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', 'prototype', 'length', 'toJSON'];

/** One row and one template; the row as JSON text where an object literal could not have the column. */
async function one(template: string, row: Scope | string): Promise<string> {
  const [rendering] = await renderEach({ field: template }, [{ row: typeof row === 'string' ? JSON.parse(row) : row }]);
  return textsOf(rendering).field ?? '';
}

const seen = (rows: Scope[]) => rows.map((row) => ({ row }));

function textsOf(rendering: Rendering | undefined): Record<string, string> {
  if (rendering === undefined || 'error' in rendering) throw rendering?.error ?? new Error('no rendering');
  return rendering.texts;
}

describe('templates over rows', () => {
  it('are rendered one row after the other, and other texts stay as they are', async () => {
    const rows = Array.from({ length: 1000 }, (_, number) => ({ email: `User${number}@example.com`, number }));
    const renderings = await renderEach(
      { user_name: "{{ email.split('@')[0] | lower }}", status: 'Inactive', tag: 'n-{{ number }}' },
      seen(rows),
    );
    expect(renderings).toEqual(
      rows.map(({ number }) => ({ texts: { user_name: `user${number}`, status: 'Inactive', tag: `n-${number}` } })),
    );
    expect(Object.keys(textsOf(renderings[0]))).toEqual(['user_name', 'status', 'tag']);
  });

  it('fail for the row that lacks a name, at the first field that does, and for no other', async () => {
    const [first, second, third] = await renderEach(
      { a: '{{ a }}', b: '{{ b }}', c: '{{ c | upper }}' },
      seen([
        { a: 1, b: 2, c: 'x' },
        { a: 'hidden value', d: 4 },
        { a: 5, b: 6, c: 'y' },
      ]),
    );
    expect(first).toEqual({ texts: { a: '1', b: '2', c: 'X' } });
    expect(second).toEqual({
      field: 'b',
      error: new TemplateError('b is undefined; there are a, d, row', { missing: 'b' }),
    });
    expect(third).toEqual({ texts: { a: '5', b: '6', c: 'Y' } });
  });

  it('fail in each row when they are no templates, make too much, or go on without end', async () => {
    for (const [template, message] of [
      ['{{ a', /^not a Jinja template/],
      ['{{ "a" * 100001 }}', /^the template makes 100001 characters/],
      [
        '{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}',
        /^the template asks for too much/,
      ],
    ] as const) {
      const renderings = await renderEach({ ok: 'ok', field: template }, seen([{}, {}]));
      expect(renderings).toHaveLength(2);
      for (const rendering of renderings) {
        expect(rendering).toMatchObject({ field: 'field', error: { message: expect.stringMatching(message) } });
      }
    }
  });

  it('are none for no rows, and need no engine where nothing is a template', async () => {
    expect(await renderEach({ a: '{{ a }}' }, [])).toEqual([]);
    expect(await renderEach({ a: 'plain', b: '{#' }, seen([{}, {}]))).toEqual([
      { texts: { a: 'plain', b: '{#' } },
      { texts: { a: 'plain', b: '{#' } },
    ]);
  });

  it('are stopped when all rows together make more than is taken', async () => {
    const rows = Array.from({ length: 200 }, () => ({}));
    await expect(renderEach({ a: '{{ "a" * 90000 }}' }, seen(rows))).rejects.toThrow(
      new TemplateError('the templates make more than 10000000 characters for all rows, and were stopped'),
    );
  });
});

describe('a value of a row', () => {
  it.each([
    ['111122223333', '111122223333'],
    ['9007199254740991', '9007199254740991'],
    ['-9007199254740991', '-9007199254740991'],
    ['1.5', '1.5'],
    ['0', '0'],
    ['-3', '-3'],
    ['true', 'true'],
    ['false', 'false'],
    ['"é漢😀"', 'é漢😀'],
    ['"<&>"', '<&>'],
    ['" a\\nb\\n"', ' a\nb\n'],
    ['null', ''],
  ])('comes out as it went in, and null as nothing: %s', async (json, text) => {
    expect(await one('{{ row.value }}', `{"value": ${json}}`)).toBe(text);
    expect(await one('{{ row.value ~ "" }}', `{"value": ${json}}`)).toBe(text);
  });

  it('is an empty text where it is null, however deep, and never the word none', async () => {
    const row = { list: [null, { a: null }], name: null };
    expect(await one('{{ row.list[0] }}|{{ row.list[1].a | upper }}|{{ row.name or "?" }}', row)).toBe('||?');
    expect(await one('{{ row.list }}{% if row.name %}named{% endif %}', row)).toBe('[none, {"a": none}]');
  });

  it.each(['{{ 7*7 }}', '{% for a in b %}', '{# x #}', '{{ row }}', '{{ "', '{% raw %}'])(
    'is data when it looks like a template: %s',
    async (value) => {
      expect(await one('{{ row.value }}', { value })).toBe(value);
      expect(await one('{% for c in [row.value] %}{{ c ~ row["value"] }}{% endfor %}', { value })).toBe(value + value);
    },
  );

  it.each(NAMES)('is found in a column called %s, and not without one', async (name) => {
    const row = `{${JSON.stringify(name)}: "own"}`;
    for (const template of [`{{ row.${name} }}`, `{{ row['${name}'] | upper }}`, `{{ row["${name}"] ~ "" }}`]) {
      expect((await one(template, row)).toLowerCase()).toBe('own');
      await expect(one(template, { other: 1 })).rejects.toThrow(`row.${name} is undefined; there are other`);
    }
  });

  it('is found by any name of a column', async () => {
    expect(
      await one(`{{ row['User name'] }}{{ row["a\\"b\\n\\u00e9"] | upper }}`, { 'User name': 'ann', 'a"b\né': 'x' }),
    ).toBe('annX');
  });

  it('is never one that JavaScript adds', async () => {
    for (const template of ['{{ row.list.length }}', '{{ row.list.length | string }}', '{{ row.text.length ~ "" }}']) {
      await expect(one(template, { list: [1, 2], text: 'ab' })).rejects.toThrow('.length is undefined');
    }
  });

  it('is refused where it lies too deep for any engine, and the next row is rendered', async () => {
    const deep = JSON.parse(`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`);
    await expect(renderEach({ field: '{{ row.b }}' }, [{ row: deep }])).rejects.toThrow(TemplateError);
    expect(await one('{{ row.b }}', { b: 1 })).toBe('1');
  });
});

describe('any row of any values', () => {
  const text = fc.string({ unit: 'binary', maxLength: 12 });
  const name = fc.oneof(text, fc.constantFrom(...NAMES));
  const looksLikeTemplate = fc.constantFrom('{{ 7*7 }}', '{% for %}', '{{ row }}', '}}{{', '{%', '{{ row.__proto__ }}');
  const scalar = fc.oneof(text, looksLikeTemplate, fc.maxSafeInteger(), fc.boolean(), fc.constant(null));
  const table = fc.uniqueArray(name, { minLength: 1, maxLength: 6 }).chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      rows: fc.array(fc.array(scalar, { minLength: columns.length, maxLength: columns.length }), { maxLength: 40 }),
      // Never asked for, and in nobody's way.
      noise: fc.jsonValue({ maxDepth: 3 }),
    }),
  );

  it('gives each template the very value of its own row and column', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ columns, rows, noise }) => {
        const templates = columns.flatMap((column, index): [string, string][] => [
          [`${index} printed`, `{{ row[${JSON.stringify(column)}] }}`],
          [`${index} joined`, `{{ row[${JSON.stringify(column)}] ~ "" }}`],
        ]);
        const all = rows.map((values) => ({
          row: { noise, ...Object.fromEntries(values.map((value, index) => [columns[index] ?? '', value])) },
        }));
        const renderings = await renderEach(Object.fromEntries(templates), all);
        expect(renderings.map(textsOf)).toEqual(
          rows.map((values) =>
            Object.fromEntries(
              values.flatMap((value, index) => [
                [`${index} printed`, String(value ?? '')],
                [`${index} joined`, String(value ?? '')],
              ]),
            ),
          ),
        );
      }),
      { numRuns: 60 },
    );
  });
});
