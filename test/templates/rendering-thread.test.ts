// Templates that would block the program, were they not rendered in a thread that can be ended.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { render, renderEach, TemplateError } from '../../src/templates/render.ts';

const SCOPE = { x: 'abc', a: 1 };

const ENDLESS = "{{ x.count('') }}";
const STOPPED = 'the template took more than 100 ms and was stopped';
const HOSTILE = [
  ENDLESS,
  "{% for i in range(1000) %}{% set x = ('a' * 10000000) | upper %}{% endfor %}",
  '{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}x{% endfor %}{% endfor %}{% endfor %}',
  '{{ "a" * 1000000000 }}',
  '{{ [1] * 1000000000 }}',
  '{{ range(100000) | join("a" * 10000) | length }}',
  '{{ [1] | tojson(indent=1000000000) }}',
  '{{ [1] | batch(1000000000, 1) }}',
  '{% set s = namespace(x="a") %}{% for i in range(40) %}{% set s.x = s.x ~ s.x %}{% endfor %}{{ s.x | length }}',
  '{% set s = namespace(x=[]) %}{% for i in range(9000) %}{% set s.x = [s.x] %}{% endfor %}{{ s.x }}',
  '{% set s = namespace(x=1) %}{% set s.x = s %}{{ s }}',
  `{% set x = [1] %}${'{% set x = [x,x,x,x,x,x,x,x] %}'.repeat(300)}{{ x }}`,
  '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}',
  '{% block a %}{{ self.a() }}{% endblock %}',
  `{{ ${'('.repeat(9900)}`,
  `{{ ${'['.repeat(4900)}1${']'.repeat(4900)} }}`,
  `{{ ${'-'.repeat(9900)}1 }}`,
  `{{ 2${'**2'.repeat(3300)} }}`,
  `{{ "${'\\'.repeat(9900)}`,
  `{{ ${`"'`.repeat(4900)}`,
  '{{'.repeat(4900),
  `{{ x${' '.repeat(9900)}| nosuch }}`,
  `{{ ${'x,'.repeat(4900)} }}`,
  '{% if 1 %}'.repeat(990),
];

/** How long it took and what it complained of. */
async function refusal(rendering: Promise<unknown>): Promise<{ message: string; milliseconds: number }> {
  const start = performance.now();
  const error = await rendering.then(
    () => expect.unreachable('it was rendered'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TemplateError);
  return { message: (error as TemplateError).message, milliseconds: performance.now() - start };
}

/** The longest time for which nothing else could be done meanwhile. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const tick = () => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  const timer = setInterval(tick, 5);
  await work();
  clearInterval(timer);
  tick();
  return longest;
}

beforeAll(() => render('{{ a }}', SCOPE));

describe('a hostile template', () => {
  it.each(HOSTILE.map((template) => [template.slice(0, 60), template]))(
    'ends soon in an error, while other work goes on, and the next one is rendered: %s',
    async (_, template) => {
      const blocked = await longestBlock(async () => {
        const { message, milliseconds } = await refusal(render(template, SCOPE));
        // A quarter of a second on a machine with nothing else to do; most of these would go on for ever.
        expect(milliseconds).toBeLessThan(10_000);
        expect(message).toMatch(/^\P{Cc}{1,1200}$/u);
        expect(await render('{{ a }}', { a: 'fine' })).toBe('fine');
      });
      // Here, nothing could stop them. Another program may have the processor for a while.
      expect(blocked).toBeLessThan(2000);
    },
  );

  it('is stopped together with its call, and costs the calls around it nothing', async () => {
    const rows = Array.from({ length: 3 }, () => ({ row: { x: 'abc' } }));
    const before = renderEach({ a: '{{ x }}' }, rows);
    const hostile = refusal(renderEach({ a: '{{ x }}', b: ENDLESS }, rows));
    const single = refusal(render(ENDLESS, SCOPE));
    const after = renderEach({ a: '{{ x }}' }, rows);
    const fine = rows.map(() => ({ texts: { a: 'abc' } }));
    expect(await before).toEqual(fine);
    expect((await hostile).message).toBe('the templates took more than 100 ms and were stopped');
    expect((await single).message).toBe(STOPPED);
    expect(await after).toEqual(fine);
  });

  it('is stopped as well where the row makes it one', async () => {
    const rows = [1, 1, 1_000_000_000, 1].map((times) => ({ row: { times } }));
    expect((await refusal(renderEach({ a: '{{ [1] * times }}' }, rows))).message).toBe(STOPPED);
  });

  it('leaves the memory as it was', async () => {
    const before = process.memoryUsage.rss();
    for (const template of HOSTILE.slice(0, 9)) await refusal(render(template, SCOPE));
    await render('{{ a }}', SCOPE);
    await expect.poll(() => process.memoryUsage.rss() - before, { timeout: 5000 }).toBeLessThan(100e6);
  });
});

describe('an honest template', () => {
  it('has its answer taken where the main thread was busy longer than there is time', async () => {
    const rendering = render('{{ a }}', SCOPE);
    await sleep(0);
    const start = performance.now();
    while (performance.now() - start < 300);
    expect(await rendering).toBe('1');
  });

  it('is rendered for many rows, however long they take together', async () => {
    const slow = '{% for i in range(9000) %}{% endfor %}{{ a }}';
    const rows = Array.from({ length: 100 }, (_, a) => ({ row: { a } }));
    expect(await renderEach({ a: slow }, rows)).toEqual(rows.map(({ row: { a } }) => ({ texts: { a: String(a) } })));
  });
});
