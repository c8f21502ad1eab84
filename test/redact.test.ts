import { describe, expect, it } from 'vitest';
import { Redactor } from '../src/redact.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

function redactorOf(...secrets: (string | undefined)[]) {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.register(secret);
  return redactor;
}

describe('a text', () => {
  it('loses a registered secret wherever and however often it stands', () => {
    expect(redactorOf(SECRET).text(`${SECRET} and x${SECRET}y`)).toBe('(secret) and x(secret)y');
  });

  it('stays as it is without one', () => {
    expect(redactorOf(SECRET).text('wJalrXUtnFEMI')).toBe('wJalrXUtnFEMI');
    expect(redactorOf().text(SECRET)).toBe(SECRET);
  });

  it('loses every registered secret', () => {
    expect(redactorOf('first-secret', 'second-secret').text('second-secret/first-secret')).toBe('(secret)/(secret)');
  });

  it.each([
    ['the shorter first', ['open-sesame', 'open-sesame-and-more']],
    ['the longer first', ['open-sesame-and-more', 'open-sesame']],
  ])('keeps no rest of a secret that begins with another one, registered %s', (_, secrets) => {
    expect(redactorOf(...secrets).text('it is open-sesame-and-more.')).toBe('it is (secret).');
  });

  it('takes a secret for letters, not for a pattern', () => {
    const odd = '$&.*[a-z]+(x)\\d';
    expect(redactorOf(odd).text(`a ${odd} b $& c`)).toBe('a (secret) b $& c');
  });

  it.each([
    ['in a URL', encodeURIComponent(SECRET)],
    ['in JSON', JSON.stringify({ a: SECRET })],
    ['in JSON as PHP writes it', JSON.stringify(SECRET).replaceAll('/', '\\/')],
    ['in JSON as .NET writes it', JSON.stringify(SECRET).replaceAll('+', '\\u002B')],
    ['in JSON with codes', JSON.stringify(SECRET).replaceAll('+', '\\u002b').replaceAll('/', '\\u002f')],
    ['in JSON with codes in upper case', JSON.stringify(SECRET).replaceAll('+', '\\u002B').replaceAll('/', '\\u002F')],
    ['in JSON within JSON', JSON.stringify(JSON.stringify(SECRET).replaceAll('/', '\\/'))],
    ['in a URL with small letters', encodeURIComponent(SECRET).replaceAll('%2F', '%2f').replaceAll('%2B', '%2b')],
    ['in Base64', Buffer.from(SECRET).toString('base64')],
    ['in Base64 for URLs', Buffer.from(SECRET).toString('base64url')],
    ['in Base64 behind one letter more', Buffer.from(`:${SECRET}`).toString('base64')],
    ['in Base64 behind a name', Buffer.from(`AKIAIOSFODNN7EXAMPLE:${SECRET}`).toString('base64')],
    ['in Base64 in the middle of something', Buffer.from(`{"k":"${SECRET}","more":1}`).toString('base64')],
  ])('loses a secret %s', (_, text) => {
    expect(redactorOf(SECRET).text(`before ${text} after`)).toMatch(/^before .*\(secret\).* after$/);
  });

  // Its Base64 has both letters that are others in a URL, and a URL may write its space in two ways.
  const ODD = 'pass word?>~?>~\u00ff\u00fe/1';

  it.each([
    ['in a URL', encodeURIComponent(ODD)],
    ['in a form', new URLSearchParams({ a: ODD }).toString()],
    ['in Base64', Buffer.from(ODD).toString('base64')],
    ['in Base64 for URLs', Buffer.from(ODD).toString('base64url')],
    ['in Base64 for URLs behind a name', Buffer.from(`jane:${ODD}`).toString('base64url')],
  ])('loses a secret of unusual letters %s', (_, text) => {
    expect(redactorOf(ODD).text(`before ${text} after`)).toMatch(/^before .*\(secret\).* after$/);
  });

  it('is not blanked out for a secret too short to be one, or for none', () => {
    const text = 'a user named abcdefg';
    expect(redactorOf('abcdefg', '', undefined).text(text)).toBe(text);
    expect(redactorOf('abcdefgh').text('abcdefgh')).toBe('(secret)');
  });
});

describe('a value', () => {
  it('loses secrets at any depth, and those in names, which a table’s columns may have', () => {
    const value = { a: [SECRET, { b: `x${SECRET}` }], [`k${SECRET}`]: 1, error: null };
    expect(redactorOf(SECRET).value(value)).toEqual({
      a: ['(secret)', { b: 'x(secret)' }],
      'k(secret)': 1,
      error: null,
    });
  });

  it('is otherwise the same: numbers, booleans, null, and what is not there', () => {
    const value = { n: 1.5, yes: true, nothing: null, absent: undefined, list: [0, false, ''], nested: {} };
    expect(redactorOf(SECRET).value(value)).toStrictEqual(value);
  });

  it('is copied: the one given keeps its secret', () => {
    const value = { a: SECRET };
    redactorOf(SECRET).value(value);
    expect(value).toEqual({ a: SECRET });
  });

  it('may have a key of any name', () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}');
    const copy = redactorOf(SECRET).value(value);
    expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('may be a text or null by itself', () => {
    expect(redactorOf(SECRET).value(SECRET)).toBe('(secret)');
    expect(redactorOf(SECRET).value(null)).toBeNull();
  });

  it('may be undefined', () => {
    expect(redactorOf(SECRET).value(undefined)).toBeUndefined();
  });

  it('loses a secret that is registered later, from then on', () => {
    const redactor = redactorOf();
    expect(redactor.value({ a: SECRET })).toEqual({ a: SECRET });
    redactor.register(SECRET);
    expect(redactor.value({ a: SECRET })).toEqual({ a: '(secret)' });
  });
});
