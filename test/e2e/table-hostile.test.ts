// Templates that never end, in the built program with its built rendering thread; what else is hostile in a table is
// tested in through-mcp/table-hostile.test.ts.
import { describe, expect } from 'vitest';
import { test } from './start-server.ts';

const LIST = 'list_access_keys';
const READ = { user_name: '{{ user }}' };
// Of what a harmless table of as many rows takes in the same run: a template is stopped after a tenth of a second, and on
// a busy machine everything takes longer. One that was not stopped would go on for hours.
const TIMES_AS_LONG = 20;
const AT_LEAST_MS = 5000;

const TEMPLATES: Record<string, string> = {
  'a loop without an end': '{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}',
  'loops within loops': `${'{% for i in range(9999) %}'.repeat(10)}x${'{% endfor %}'.repeat(10)}`,
  'a macro that calls itself': '{% macro a() %}{{ a() }}{{ a() }}{% endmacro %}{{ a() }}',
  'a text that doubles': `{% set x = 'xxxxxxxx' %}${'{% set x = x ~ x %}'.repeat(60)}{{ x }}`,
  'a text of a billion characters': "{{ 'x' * 1000000000 }}",
  'a list of a billion': '{{ range(1000000000) | list | length }}',
  'deep brackets': `{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`,
  'deep lists': `{{ ${'['.repeat(50_000)}${']'.repeat(50_000)} }}`,
  'deep blocks': `${'{% if true %}'.repeat(20_000)}x${'{% endif %}'.repeat(20_000)}`,
  'a chain of filters': `{{ user${' | upper'.repeat(100_000)} }}`,
  'a text of a megabyte': `{{ user }}${'x'.repeat(1_000_000)}`,
  'a file': "{% include '/etc/passwd' %}",
  'a prototype': "{{ user.__proto__.constructor('return process')() }}",
};

describe('a hostile template', () => {
  test('ends in an error soon, while another call is answered', { timeout: 60_000 }, async ({ start, aws }) => {
    const server = await start();
    const rows = Array.from({ length: 50 }, () => ({ user: 'tom.okafor' }));
    // The engine is loaded.
    await server.call(LIST, { rows: rows.slice(0, 1), ...READ });
    const calm = performance.now();
    await server.call(LIST, { rows, ...READ });
    const soon = Math.max(AT_LEAST_MS, TIMES_AS_LONG * (performance.now() - calm));
    const asked = aws.log.length;
    const slow: string[] = [];
    for (const [what, template] of Object.entries(TEMPLATES)) {
      const begun = performance.now();
      const hostile = server.call(LIST, { rows, user_name: template });
      const other = server.call('get_access_key_last_used', { access_key_id: aws.company.leakedKeyId });
      expect((await other).error, what).toBeNull();
      const otherMs = performance.now() - begun;
      const { error } = await hostile;
      const ms = performance.now() - begun;
      expect(error, what).toMatch(/^(InvalidArguments: |RowsFailed: 50 of 50 )/);
      expect(error?.length, what).toBeLessThan(1000);
      if (ms > soon || otherMs > soon) slow.push(`${what}: ${Math.round(ms)} and ${Math.round(otherMs)} ms`);
    }
    expect(slow).toEqual([]);
    expect(aws.log.length - asked).toBe(Object.keys(TEMPLATES).length);
    // It is well, and renders.
    expect((await server.call(LIST, { rows: rows.slice(0, 2), ...READ })).error).toBeNull();
  });
});
