// Filters and functions that people bring from elsewhere, as templates use them.
import { describe, expect, it } from 'vitest';
import { renderEach } from '../../../src/templates/render.ts';

const ROW = {
  arn: 'arn:aws:iam::111122223333:user/team/ci-deploy',
  json: '{"user":{"name":"ann"},"n":null}',
  n: null,
  empty: '',
  used: '2026-08-01T00:00:00Z',
  secret: 'correct-horse',
};

async function outcome(template: string): Promise<string> {
  const [rendering] = await renderEach({ f: template }, [{ row: ROW }], Date.parse('2026-08-30T07:14:39.9Z'));
  if (!rendering || 'error' in rendering) return `error: ${rendering?.error.message}`;
  return rendering.texts.f ?? '';
}

describe('a filter', () => {
  it.each([
    ['{{ (json | from_json).user.name }}', 'ann'],
    ['{{ json | from_json | to_json }}', '{"n":null,"user":{"name":"ann"}}'],
    ["{{ {'a': [1]} | to_nice_json(indent=1) }}", '{\n "a": [\n  1\n ]\n}'],
    ["{{ arn | regex_search('user/(.+)$') }}", 'user/team/ci-deploy'],
    ["{{ arn | regex_search('user/(.+)/(.+)$', '\\\\2', '\\1') | join(' ') }}", 'ci-deploy team'],
    ["{{ arn | regex_search('(?P<id>\\d{12})', '\\g<id>') | first }}", '111122223333'],
    ["{{ arn | regex_search('nothing') is none }}", 'true'],
    ["{{ 'key' | regex_search('\\A\\w+\\Z') }}", 'key'],
    ["{{ 'a key' | regex_search('\\Akey') is none }}{{ 'key a' | regex_search('key\\Z') is none }}", 'truetrue'],
    ["{{ arn | regex_replace('^.*/(?P<name>[^/]+)$', '\\g<name>!') }}", 'ci-deploy!'],
    ["{{ 'a-b' | regex_replace('(a)-(b)', '\\2\\1') }}", 'ba'],
    ["{{ 'aab' | regex_replace('A', 'x', ignorecase=True, count=1) }}", 'xab'],
    ["{{ 'one two' | regex_findall('\\b\\w') | join }}", 'ot'],
    ["{{ 'k=v' | regex_findall('(\\w)=(\\w)') }}", '[["k", "v"]]'],
    ["{{ 'a.b' | regex_escape }}", 'a\\.b'],
    ["{{ 'grün' | b64encode }} {{ 'Z3LDvG4=' | b64decode }} {{ 'Z3LDvG4' | b64decode }}", 'Z3LDvG4= grün grün'],
    ['{{ arn | basename }} {{ "/a/b" | dirname }} {{ ("a.tar.gz" | splitext)[1] }}', 'ci-deploy /a .gz'],
    ["{{ (n is none) | ternary('yes', 'no') }}{{ 'false' | ternary('yes', 'no') }}", 'yesno'],
    ["{{ 'a b&c/d' | urlencode }} {{ 'a%20b+c' | urldecode }}", 'a%20b%26c/d a b c'],
    ["{{ 'https://x.example:8/p?q=1' | urlsplit('hostname') }}", 'x.example'],
    ["{{ arn | removeprefix('arn:') | removesuffix('-deploy') }}", 'aws:iam::111122223333:user/team/ci'],
    ["{{ arn.removeprefix('arn:aws:').split(':')[0] }} {{ 'a-b-c'.rsplit('-', 1)[0] }}", 'iam a-b'],
    ["{{ 'a, b' | split(', ') | last }} {{ ' x  y ' | split | join('|') }}", 'b x|y'],
    ["{{ 'yes' | bool }} {{ 'off' | bool }} {{ 'false' | bool }} {{ 1 | bool }}", 'true false false true'],
    [
      "{{ n | default('x') }}{{ empty | default('y', true) }}{{ nope | default('z') }}{{ empty | d('w', boolean=true) }}",
      'xyzw',
    ],
    ["{{ {'a': 1, 'b': {'c': 1}} | combine({'b': {'d': 2}}, recursive=true) }}", '{"a": 1, "b": {"c": 1, "d": 2}}'],
    ['{{ [1, [2, [3, none]]] | flatten }}{{ [1, 2] | union([2, 3]) }}', '[1, 2, 3][1, 2, 3]'],
    ['{{ [1, 2] | difference([2]) }}{{ [1, 2] | intersect(["2"]) }}', '[1][2]'],
    ["{{ {'a': 1} | dict2items }}{{ [{'key': 'a', 'value': 1}] | items2dict }}", '[{"key": "a", "value": 1}]{"a": 1}'],
    [
      "{{ used | strftime('%d.%m.%Y %H:%M') }} {{ '1785542400' | to_datetime }}",
      '01.08.2026 00:00 2026-08-01T00:00:00+00:00',
    ],
    ["{{ arn is match('arn') }}{{ arn is match('aws') }}{{ arn is search('aws') }}", 'truefalsetrue'],
  ])('does what it does elsewhere: %s', async (template, text) => {
    expect(await outcome(template)).toBe(text);
  });

  it.each([
    'from_json',
    'b64decode',
    'b64encode',
    'basename',
    'dirname',
    'removeprefix("a")',
    'urlencode',
    'urldecode',
    'split',
    'regex_search("a")',
    'regex_replace("a", "b")',
    'bool',
    'upper',
    'lower',
    'trim',
    'replace("a", "b")',
    'title',
    'string',
  ])('makes an empty text of null: %s', async (filter) => {
    expect(await outcome(`{{ n | ${filter} }}`)).toMatch(/^(\[\])?$/);
    expect(await outcome(`a{{ 'b' ~ (n | ${filter} | default('')) }}`)).toMatch(/^ab(\[\])?$/);
  });

  it.each([
    ['{{ secret | from_json }}', 'from_json: the text is not JSON'],
    ['{{ secret | b64decode }}', 'b64decode: the text is not base64'],
    ['{{ secret | urlsplit }}', 'urlsplit: the text is not a URL'],
    ['{{ secret | to_datetime }}', 'to_datetime: expected a date such as'],
    ["{{ secret | regex_search('(') }}", 'regex_search: the pattern is not a regular expression'],
    ["{{ secret | regex_replace('c', '\\3') }}", 'regex_replace: the pattern has no such group'],
    ['{{ secret | combine({}) }}', 'combine: expected an object, not a text'],
    ['{{ n | mandatory }}', 'mandatory: there is no value'],
    ['{{ age_days(secret) }}', 'age_days: expected a date such as'],
    ["{{ days_ago('many') }}", 'days_ago: expected a number of days'],
    ['{{ days_ago(99999999) }}', 'days_ago: the date is out of range'],
    ['{{ secret | regex_serch("x") }}', 'unknown filter regex_serch; did you mean regex_search'],
  ])('refuses a value without repeating it, and the next is rendered: %s', async (template, message) => {
    const said = await outcome(template);
    expect(said).toContain(`error: ${message}`);
    expect(said).not.toContain(ROW.secret);
    expect(await outcome('{{ n is none }}')).toBe('true');
  });

  it.each([
    "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' | regex_search('^(a+)+$') }}",
    "{{ ('a' * 90000) | regex_replace('', 'b' * 90000) | length }}",
    '{{ range(90000) | list | difference(range(90000) | list) | length }}',
  ])('that goes on without end is stopped: %s', async (template) => {
    const error = await outcome(template).catch((thrown: Error) => `error: ${thrown.message}`);
    expect(error).toMatch(/^error: (the template (took more|engine ended|asks)|regex_replace: |invalid operation)/);
    expect(await outcome('{{ n is none }}')).toBe('true');
  });
});

describe('the functions for dates', () => {
  it.each([
    ['{{ now() }}', '2026-08-30T07:14:39+00:00'],
    ['{{ days_ago(1.5) }}', '2026-08-28T19:14:39+00:00'],
    ["{{ age_days(days_ago(3)) }}|{{ age_days(n) }}|{{ age_days('') }}", '3||'],
    ["{{ age_days('2026-08-29') > 1 }}", 'true'],
    ["{{ 'Inactive' if n is none or n < days_ago(90) else 'Active' }}", 'Inactive'],
    ["{{ 'Inactive' if LastUsedDate is none or LastUsedDate < days_ago(90) else 'Active' }}", 'Inactive'],
    ["{{ 'Inactive' if used < days_ago(90) else 'Active' }}", 'Active'],
  ])('speak of one moment: %s', async (template, text) => {
    expect(await outcome(template)).toBe(text);
  });
});
