import { describe, expect, it } from 'vitest';
import { renderEach, writtenAs } from '../../src/templates/render.ts';
import { usedNames } from '../../src/templates/used-names.ts';

describe('the names that a template uses', () => {
  it.each([
    ['{{ Resource.AccessKeyDetails.UserName }}', [['Resource', 'AccessKeyDetails', 'UserName']]],
    [
      "{{ row['User name'] }}{{ row.get('b') }}{{ row | attr('c') }}",
      [
        ['row', 'User name'],
        ['row', 'b'],
        ['row', 'c'],
      ],
    ],
    ['{{ row[column] }}', [['row'], ['column']]],
    ['{% for k, v in row | items %}{{ k ~ v }}{% endfor %}', [['row']]],
    ["x < days_ago(3) and y.split('@')[0] in z", [['x'], ['y'], ['z']]],
    ["{{ 'a' if b is none else c | default(d) }}", [['b'], ['c'], ['d']]],
    ['{% set a = b %}{{ a }}{% if c %}{% elif d %}{% endif %}', [['b'], ['c'], ['d']]],
    ["{{ '{{ a }}' }}{# {{ b }} #}{% raw %}{{ c }}{% endraw %}", []],
    ['{{ a b', []],
    [`{{ ${'('.repeat(4900)}`, []],
    [`{{ a${'.a'.repeat(4900)} }}`, []],
    [`{{ ${'-'.repeat(9900)}1 }}`, []],
  ])('are its paths: %s', (template, paths) => {
    const found = usedNames([template, template]);
    expect(found).toHaveLength(paths.length);
    expect(found).toEqual(expect.arrayContaining(paths));
  });

  it.each([
    'user',
    'User name',
    'user-name',
    '2nd',
    'größe',
    "it's",
    'a"b',
    'back\\slash',
    'if',
    'now',
    'row',
    'a\nb',
    '',
  ])('of a column are written so that the column is found: %j', async (column) => {
    const rendering = (template: string) => renderEach({ f: template }, [{ row: { other: 1, [column]: 'found' } }]);
    if (column !== 'row') expect(await rendering(`{{ ${writtenAs(column)} }}`)).toEqual([{ texts: { f: 'found' } }]);
    if (!writtenAs(column).startsWith('row')) expect(writtenAs(column)).toBe(column);
  });

  it.each(['User name', 'user-name', '2nd', 'größe'])(
    'that no template can write so get the form that works: {{ %s }}',
    async (column) => {
      const [rendering] = await renderEach({ f: `{{ ${column} }}` }, [{ row: { [column]: 'x', other: 1 } }]);
      expect(rendering).toMatchObject({ error: { message: expect.stringContaining(`is written row['${column}']`) } });
    },
  );
});
