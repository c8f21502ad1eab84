import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from '../../../src/approval/page/html.ts';

const unescaped = (text: string) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));

describe('a template', () => {
  it('keeps its own text, and escapes every value', () => {
    expect(html`<p title="${'"><script>'}">${"a & b's `c`"}</p>`.text).toBe(
      '<p title="&#34;&#62;&#60;script&#62;">a &#38; b&#39;s &#96;c&#96;</p>',
    );
  });

  it('puts in what was made by a template as it is, lists one after another, and nothing for what is not there', () => {
    const items = ['<', 2].map((each) => html`<li>${each}</li>`);
    expect(html`<ul>${items}</ul>${undefined}${false}`.text).toBe('<ul><li>&#60;</li><li>2</li></ul>');
  });

  it('does not take an object that looks like its own for one', () => {
    const forged = { text: '<script>' } as never;
    expect(html`${forged}`.text).not.toContain('<script>');
  });

  it('lets no value end a tag or an attribute, whatever is in it, and loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const { text } = html`${value}`;
        expect(text).not.toMatch(/[<>"'`]/);
        expect(unescaped(text)).toBe(value);
      }),
    );
  });
});
