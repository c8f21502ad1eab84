// Texts in quotes: what one stands for, and how one is written.

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-7]{1,3})|([\s\S]))/g;
const ESCAPED: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
const KNOWN_ESCAPES = '"\'\\/bfnrtux01234567';

/** What a text in quotes stands for; an escape that means nothing is two characters, as in Python: `'\d'`. */
export function textIn(literal: string): string {
  return literal.slice(1, -1).replace(ESCAPE, (whole, ...[unicode, hex, octal, character]: (string | undefined)[]) => {
    const code = unicode ?? hex;
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    if (character === undefined) return whole;
    return ESCAPED[character] ?? (KNOWN_ESCAPES.includes(character) ? character : whole);
  });
}

/** A text in quotes as the engine takes it, which refuses escapes that mean nothing. */
export function acceptable(literal: string): string {
  return literal.replace(/\\([\s\S])/g, (written, character: string) =>
    KNOWN_ESCAPES.includes(character) ? written : `\\${written}`,
  );
}

/** The same in quotes, for any text. */
export function quoted(text: string): string {
  const escaped = text.replace(/[\\'\p{Cc}]/gu, (character) =>
    /\p{Cc}/u.test(character) ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : `\\${character}`,
  );
  return `'${escaped}'`;
}
