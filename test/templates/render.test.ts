import { describe, expect, it, vi } from 'vitest';
import { isTemplate, render, TemplateError } from '../../src/templates/render.ts';

const SCOPE = {
  host: 'proxy.example',
  secret: 'correct-horse-battery',
  list: [1, 2],
  rows: [{ user: 'ann' }],
  env: { HOME: '/home/ann', 'two words': 'x' },
};

/** What rendering complains about; in one line, without a value of the scope. */
async function complaint(template: string, scope: Record<string, unknown> = SCOPE): Promise<string> {
  const error = await render(template, scope).then(
    (output) => expect.unreachable(`rendered to ${output.slice(0, 80)}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TemplateError);
  const { message } = error as TemplateError;
  expect(message).toMatch(/^\P{Cc}{1,1200}$/u);
  for (const value of [SCOPE.secret, SCOPE.env.HOME, SCOPE.host]) expect(message).not.toContain(value);
  return message;
}

describe('a template', () => {
  it.each([
    ['{{ host }}', 'proxy.example'],
    ['https://{{ host }}:443', 'https://proxy.example:443'],
    ['{{ host | upper }}', 'PROXY.EXAMPLE'],
    ["{{ host.split('.')[0] }}", 'proxy'],
    ['{{ env["two words"] }}{{ rows[0].user }}', 'xann'],
    ['{% for n in list %}{{ n }},{% endfor %}', '1,2,'],
    ["{% if env.HOME == '/' %}root{% else %}{{ env.HOME }}{% endif %}", '/home/ann'],
    ['{% set a = host %}{{ a | length }}', '13'],
    ['{% raw %}{{ typo | upper }}{% endraw %}', '{{ typo | upper }}'],
    ['{# {{ typo | upper }} #}{{ host }}', 'proxy.example'],
    ['{{ "{{ typo | upper }}" }}', '{{ typo | upper }}'],
    ['{{ {"a": {"b": host}} }}', '{"a": {"b": "proxy.example"}}'],
    ['{{ "<é漢😀&>" }}', '<é漢😀&>'],
    ['{{ dict(a=1).a }}{{ range(2) | list }}', '1[0, 1]'],
    ['{{ rows | map(attribute="user") | join }}', 'ann'],
    ['{% macro twice(x, y=2) %}{{ x | upper }}{{ y }}{% endmacro %}{{ twice("a") }}', 'A2'],
    ['{% for k, v in env | items %}{{ k | lower }} {% endfor %}', 'home two words '],
  ])('is rendered as Jinja would: %s', async (template, output) => {
    expect(await render(template, SCOPE)).toBe(output);
  });

  it.each([
    ['{{ typo | default("none") }}', 'none'],
    ['{{ typo | d("none") | upper }}', 'NONE'],
    ['{{ "yes" if typo is defined else "no" }}', 'no'],
    ['{% if typo is defined %}{{ typo | upper }}{% endif %}', ''],
    ['{% if env.STAGE is defined and env.STAGE == "x" %}x{% endif %}', ''],
    ['{{ host if env.HOME else typo }}', 'proxy.example'],
    ['{% if false %}{{ typo }}{% endif %}', ''],
  ])('may ask for what is not there, and leave it out: %s', async (template, output) => {
    expect(await render(template, SCOPE)).toBe(output);
  });

  it.each(['', 'plain', 'a } b }}', '{ {', '{#'])('is not in %j, which stays as it is', async (text) => {
    expect(isTemplate(text)).toBe(false);
    expect(await render(text, {})).toBe(text);
  });
});

describe('a name that is not there', () => {
  it.each([
    ['{{ hots }}', 'hots is undefined; there are host, secret, list, rows, env'],
    ['{{ env.PATH }}', 'env.PATH is undefined; there are HOME, two words'],
    ['{{ env["PATH"] }}', 'env.PATH is undefined; there are HOME, two words'],
    ['{{ env.PATH.x }}', 'env.PATH is undefined; there are HOME, two words'],
    ['{{ host.name }}', 'host.name is undefined; there are no names'],
    ['{{ rows[0].name }}', 'rows[0].name is undefined; there are user'],
    ['{% if hots %}{% endif %}', 'hots is undefined; there are host, secret, list, rows, env'],
    ['{% for row in rows %}{{ row.name }}{% endfor %}', "'row.name' is undefined"],
    // What the engine's own strict mode lets through.
    ['user-{{ hots | lower }}', 'hots is undefined; there are host, secret, list, rows, env'],
    ['{{ "user-" ~ hots }}', 'hots is undefined; there are host, secret, list, rows, env'],
    ['{{ hots == "x" }}', 'hots is undefined; there are host, secret, list, rows, env'],
    ['{{ [hots] }}', 'hots is undefined; there are host, secret, list, rows, env'],
    ['{{ hots in "x" }}', 'hots is undefined; there are host, secret, list, rows, env'],
    ['{{ not hots }}', 'hots is undefined; there are host, secret, list, rows, env'],
    ['{{ host | replace(hots, "x") }}', 'hots is undefined; there are host, secret, list, rows, env'],
    ['{% set a = hots %}', 'hots is undefined; there are host, secret, list, rows, env'],
    ['{{ env.PATH | trim }}', 'env.PATH is undefined; there are HOME, two words'],
    ['{{- env . PATH | trim -}}', 'env.PATH is undefined; there are HOME, two words'],
    ['{{ env["no such"] | trim }}', "env['no such'] is undefined; there are HOME, two words"],
    ['{{ "}}" ~ hots }}', 'hots is undefined; there are host, secret, list, rows, env'],
  ])('is an error that names it and what there is: %s', async (template, message) => {
    expect(await complaint(template)).toBe(message);
  });

  it('is told with those that come near, where there are many', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`VARIABLE_${index}`, 'x']));
    expect(await complaint('{{ env.PROD_SECRT }}', { env: { ...many, PROD_SECRET: 'x' } })).toBe(
      'env.PROD_SECRT is undefined; did you mean PROD_SECRET?',
    );
    expect(await complaint('{{ env.PASSWORD }}', { env: many })).toBe(
      'env.PASSWORD is undefined; none of the 40 names there is like it',
    );
  });
});

describe('a template that is wrong', () => {
  it.each([
    ['{{ host', 'not a Jinja template: unexpected end of input, expected end of variable block, at'],
    ['{{ host( }}', 'not a Jinja template: unexpected `}`, at'],
    ['{% if host %}', 'not a Jinja template: unexpected end of input, expected end of block, at'],
    ['{% frobnicate %}', 'not a Jinja template: unknown statement frobnicate, at'],
    ['{{ secret | nosuch("text") }}', 'unknown filter nosuch; there are abs, attr, b64decode'],
    ['{{ secret is nosuch }}', 'unknown test nosuch; there are boolean'],
    ['{{ nosuch(secret) }}', 'unknown function nosuch; there are age_days, days_ago, dict, namespace, now, range'],
    ['{{ secret.nosuch() }}', 'unknown method nosuch; there are capitalize'],
    ['{{ secret | int }}', "invalid operation, at 'int'"],
    ['{{ secret + 1 }}', "invalid operation, at 'secret + 1'"],
    ['{{ "correct-horse-battery" + 1 }}', 'invalid operation, at \'"…" + 1\''],
    ['a\nb {{ secret +\n1 }}', 'invalid operation, at line'],
    ['{{ "é漢😀" }}{{ secret | int }}', "invalid operation, at 'int'"],
    ['{% include secret %}', 'there are no other templates to include or extend'],
    ['{% for a, b in [secret] %}{% endfor %}', 'cannot unpack, at'],
  ])('is an error that says where, and shows no value: %s', async (template, message) => {
    expect(await complaint(template)).toContain(message);
  });
});

describe('a hostile template', () => {
  it.each([
    '{% for a in range(100000) %}{% endfor %}',
    '{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}x{% endfor %}{% endfor %}{% endfor %}',
    '{% macro f() %}{% for a in range(99) %}{{ f() }}{% endfor %}{% endmacro %}{{ f() }}',
  ])('is stopped when it goes on without end: %s', async (template) => {
    const before = performance.now();
    expect(await complaint(template)).toMatch(/^the template asks for too much work$|^invalid operation/);
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  it('is refused when it makes more than is taken, or is longer than is read', async () => {
    expect(await complaint('{{ "a" * 100001 }}')).toBe(
      'the template makes 100001 characters, and at most 100000 are taken',
    );
    expect(await complaint(`{{ host }}${'x'.repeat(9991)}`)).toBe(
      'the template has 10001 characters, and at most 10000 are read',
    );
  });

  it.each([
    '{{ range.constructor("return process")() }}',
    '{{ host.constructor.constructor("return process")() }}',
    '{{ [].constructor }}',
    '{{ env.__proto__ }}',
    '{{ env.constructor }}',
    '{{ host.__class__.__mro__ }}',
    '{{ process }}',
    '{{ globalThis }}',
    '{{ self }}',
    '{{ call() }}',
    '{{ object.secret() }}',
  ])("has no way to the program's own objects: %s", async (template) => {
    let wasCalled = false;
    const call = () => {
      wasCalled = true;
      return 'called';
    };
    await complaint(template, { ...SCOPE, call, object: Object.create({ secret: call }) });
    expect(wasCalled).toBe(false);
  });

  it('cannot print the whole scope', async () => {
    expect(await complaint('{{ debug() }}')).toContain('unknown function debug;');
  });

  it('is nested only so deep', async () => {
    expect(await complaint(`{{ ${'('.repeat(4000)}1${')'.repeat(4000)} }}`)).toContain('not a Jinja template');
  });

  it('brings nothing to the console', async () => {
    const error = vi.spyOn(console, 'error');
    for (const template of ['{{ "a" * 5000000000 }}', '{{ secret | nosuch }}', '{{ "\\ud800" }}'])
      await complaint(template);
    expect(error).not.toHaveBeenCalled();
    error.mockRestore();
    expect(await render('{{ host }}', SCOPE)).toBe('proxy.example');
  });

  it('does not leave anything behind for the next one', async () => {
    await render('{% set host = "other" %}{% macro m() %}x{% endmacro %}', SCOPE);
    expect(await render('{{ host }}', SCOPE)).toBe('proxy.example');
    expect(await complaint('{{ m() }}')).toContain('unknown function');
  });
});
