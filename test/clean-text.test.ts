import { describe, expect, it } from 'vitest';
import { cleanForPage, cleanForPlan, cleanFromOperator, cleanLine } from '../src/clean-text.ts';

/** Every character that Unicode has in a class, as `\p{…}` names it. */
function charactersOf(unicodeClass: string): string[] {
  const pattern = new RegExp(`^\\p{${unicodeClass}}$`, 'u');
  const found: string[] = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code);
    if (pattern.test(character)) found.push(character);
  }
  return found;
}

const named = (character: string) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

describe.each([
  ['cleanLine', cleanLine],
  ['cleanFromOperator', cleanFromOperator],
])('%s', (_, clean) => {
  it('leaves ordinary text of any language as it is', () => {
    const text = 'maria.lindqvist (arn:aws:iam::111122223333:user/a_b): Žofie Ångström, 佐藤, مريم, קרן, 😀, +=,.@-';
    expect(clean(text)).toBe(text);
    // Letters that have marks of their own.
    for (const word of ['Tiếng Việt', 'ภาษาไทย น้ำ', 'हिन्दी', 'மருத்துவம்', 'مُحَمَّد', 'שָׁלוֹם', 'がぎぐ']) {
      expect(clean(word.normalize('NFC'))).toBe(word.normalize('NFC'));
    }
  });

  it('never cuts a character in two', () => {
    expect(clean('😀'.repeat(10), 3)).toMatch(/^😀😀😀… /u);
  });

  it('does not say that it cut what it did not cut', () => {
    // 200 characters for a person, 400 units for JavaScript.
    expect(clean('😀'.repeat(200))).toBe('😀'.repeat(200));
  });
});

describe.each([
  ['cleanLine', cleanLine],
  ['cleanForPlan', cleanForPlan],
  ['cleanFromOperator', cleanFromOperator],
])('%s', (_, clean) => {
  it.each([
    ['a line break', 'a\nb\r\nc', 'a\\u{a}b\\u{d}\\u{a}c'],
    ['what a terminal obeys', '\u001b[2J\u009b31m\u0007', '\\u{1b}[2J\\u{9b}31m\\u{7}'],
    [
      'text that runs the other way',
      '\u202eyek\u202c \u2066x\u2069 \u200f',
      '\\u{202e}yek\\u{202c} \\u{2066}x\\u{2069} \\u{200f}',
    ],
    ['what cannot be seen', 'ad\u200bmin\u00ad\ufeff', 'ad\\u{200b}min\\u{ad}\\u{feff}'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a\\u{2028}b\\u{2029}c'],
    ['letters of the tag block', 'a\u{e0041}\u{e007f}', 'a\\u{e0041}\\u{e007f}'],
    ['half a character', 'a\ud800b', 'a\\u{d800}b'],
    ['NUL', 'AKIA\u0000', 'AKIA\\u{0}'],
    ['the empty pattern of Braille', 'a\u2800b', 'a\\u{2800}b'],
    ['what has no meaning that all share', 'a\ue000b', 'a\\u{e000}b'],
  ])('writes %s out', (_, text, cleaned) => {
    expect(clean(text).replaceAll('\\u{5b}', '[')).toBe(cleaned);
  });

  it.each(['Cc', 'Cf', 'Zl', 'Zp', 'Default_Ignorable_Code_Point'])(
    'lets no character of Unicode through that is %s',
    (unicodeClass) => {
      const through = charactersOf(unicodeClass).filter((character) => clean(`a${character}b`).includes(character));
      expect(through.map(named)).toEqual([]);
    },
  );

  it('cuts at 300 characters, or where it is told, and says how long it was', () => {
    expect(clean('x'.repeat(300))).toBe('x'.repeat(300));
    expect(clean('x'.repeat(301))).toBe(`${'x'.repeat(300)}… (301 characters)`);
    expect(clean('abcdef', 3)).toBe('abc… (6 characters)');
  });

  it('takes 10,000 hostile characters without growing far', () => {
    const cleaned = clean('\u202e'.repeat(10_000));
    expect(cleaned).toMatch(/^(\\u\{202e\}){300}… \(10000 characters\)$/);
  });
});

describe('cleanForPlan', () => {
  it('lets nothing through but printable ASCII, and signs of its own', () => {
    const through = Array.from({ length: 0x11000 }, (_, code) => String.fromCodePoint(code)).filter((character) =>
      cleanForPlan(`a${character}b`).includes(character),
    );
    expect(through.filter((character) => !/[ -~]/.test(character))).toEqual(['…']);
  });

  it.each([
    ['a letter that looks like another', 'аdmin', '\\u{430}dmin'],
    ['full-width letters', 'Ａdmin', '\\u{ff21}dmin'],
    ['a mark on a letter', 'e\u0301ve', 'e\\u{301}ve'],
    ['a wide space', 'a\u3000b', 'a\\u{3000}b'],
    ['an emoji', '😀', '\\u{1f600}'],
    ['what looks like a sign of its own', 's3:＊ https：//x www．x', 's3:\\u{ff0a} https\\u{ff1a}//x www\\u{ff0e}x'],
  ])('writes %s out', (_, text, cleaned) => {
    expect(cleanForPlan(text)).toBe(cleaned);
  });

  it.each([
    ['a link', '[click](https://x)', '\\u{5b}click\\u{5d}(https：//x)'],
    ['HTML', '<b>&amp;</b>', '\\u{3c}b\\u{3e}\\u{26}amp;\\u{3c}/b\\u{3e}'],
    ['code', '`rm`', '\\u{60}rm\\u{60}'],
    ['a template', '{{x}} {% y %}', '\\u{7b}\\u{7b}x\\u{7d}\\u{7d} \\u{7b}% y %\\u{7d}'],
    ['a table, a heading and a line struck through', '| # ~', '\\u{7c} \\u{23} \\u{7e}'],
    ['an image', '![x](y)', '\\u{21}\\u{5b}x\\u{5d}(y)'],
    ['a backslash, so that nothing poses as written out', '\\u{41}', '\\u{5c}u\\u{7b}41\\u{7d}'],
  ])('writes %s out, since some hosts show Markdown', (_, text, cleaned) => {
    expect(cleanForPlan(text)).toBe(cleaned);
  });

  it('keeps every star of a policy to be seen, where Markdown would take them for emphasis', () => {
    expect(cleanForPlan('Allow s3:*, ec2:* on *')).toBe('Allow s3:＊, ec2:＊ on ＊');
  });

  it('keeps underscores inside of words, which ids and names have, and writes out those at the edge', () => {
    expect(cleanForPlan('a_b_c __init__')).toBe('a_b_c \\u{5f}\\u{5f}init\\u{5f}\\u{5f}');
  });

  it('leaves nothing that a host makes a link of by itself', () => {
    expect(cleanForPlan('https://evil.example WWW.evil.example http://www.x://y')).toBe(
      'https：//evil.example WWW．evil.example http：//www．x：//y',
    );
    // Not by what stands between, nor by where it is cut.
    for (const text of ['http:\u200b//x', 'http\n://x', 'a: //x', 'w\u00adww.x', 'https://www.x'.repeat(50)]) {
      expect(cleanForPlan(text)).not.toMatch(/:\/\/|www\.[a-z]/i);
    }
  });
});

describe('cleanFromOperator', () => {
  it('leaves a link as it is, and nothing else that cleanForPlan does not', () => {
    expect(cleanFromOperator('http://127.0.0.1:4566/a_b and https://www.x')).toBe(
      'http://127.0.0.1:4566/a_b and https://www.x',
    );
    for (const text of ['[x](y)\n<b>', 'a\u202eb', '**x** __y__', 'x'.repeat(400), 'a   b']) {
      expect(cleanFromOperator(text)).toBe(cleanForPlan(text));
    }
  });

  it('composes letters, and writes out marks that no language puts there', () => {
    expect(cleanFromOperator('Bu\u0308ro')).toBe('Büro');
    expect(cleanFromOperator('x\u0300y')).toBe('x\\u{300}y');
    expect(cleanFromOperator('1\u20e3 \u0e34')).toBe('1\\u{20e3} \\u{e34}');
    expect(cleanFromOperator('ท\u0e34\u0e34\u0e34\u0e34')).toBe('ท\\u{e34}\\u{e34}\\u{e34}\\u{e34}');
  });
});

describe('cleanLine', () => {
  it("keeps IAM's own words and stars as they are", () => {
    const text = 'User: arn:aws:iam::1:user/x is not authorized to perform: iam:* on resource: [a] <b> `c` {d} | #1';
    expect(cleanLine(text)).toBe(text);
  });
});

describe('text for the page', () => {
  it('keeps markup, which its templates escape, and all that names have', () => {
    const text = '<b>s3:*</b> `a` [x](https://example.com) _y_ & "z"…';
    expect(cleanForPage(text, 300)).toBe(text);
  });

  it('writes out all that is not ASCII, and a backslash, which would pass for the beginning of that', () => {
    expect(cleanForPage('\u0430dmin\u202e\n\\u{61}', 300)).toBe('\\u{430}dmin\\u{202e}\\u{a}\\u{5c}u{61}');
  });
});
