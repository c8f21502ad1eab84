// Text that came from outside (a model, AWS, a file) made harmless before a person or a terminal sees it: what cannot
// be seen, or would change how the rest is seen, is written out as \u{…}.

// Control characters; bidirectional marks, embeddings and isolates, and other formatting; line and paragraph
// separators; lone surrogates, which no encoder can write; what each font draws as it likes, or not at all: private and
// unassigned; all that Unicode says may be drawn as nothing: fillers, variation selectors and the tag block, in which
// whole hidden messages have been smuggled; and the empty pattern of Braille, of which it does not say so.
const UNSEEN = '\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\u2800';

// Where Markdown, HTML or a template language starts something. `*` and `_` are not here: IAM's own words have them.
const MARKUP = '<>&`\\[\\]{}\\\\|~#!';

// Underscores at the edge of a word are emphasis in Markdown.
const EDGE = /(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu;

// What hosts turn into links by themselves: the character that makes it one.
const LINK = /:(?=\/\/)|(?<=\bwww)\./giu;

// IAM's names are ASCII: whatever else stands in one is a look-alike, or worse. The ellipsis is this program's own sign for
// what is left out.
const NO_NAME = /[^\x20-\x7e…]/gu;
const NO_NAME_OR_BACKSLASH = /[^\x20-\x7e…]|\\/gu;

// Marks above and below letters, where they are not as languages have them: on no letter, piled up, or of the kinds that
// go on anything, which a composed letter (NFC) does not need.
const ODD_MARKS =
  /(?<![\p{L}\p{M}])\p{M}+|\p{M}{4,}|[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu;

const unseen = new RegExp(`[${UNSEEN}]`, 'gu');
const markup = new RegExp(`[${MARKUP}]`, 'gu');

const MOST_CHARACTERS = 300;

/** One line without control, bidirectional or invisible characters, cut to `max` characters. For errors and logs. */
export function cleanLine(text: string, max = MOST_CHARACTERS): string {
  return cut(text, max).replace(unseen, writtenOut);
}

/**
 * For the plan that a person reads before agreeing: nothing but printable ASCII, and no markup, since some hosts show it
 * as Markdown. `*` becomes a full-width asterisk, since "s3:*, ec2:*" loses its stars in Markdown, the very thing that
 * has to be seen; a link is broken by a full-width colon or full stop, so that it can still be read. Where the text
 * itself has one of these, it is written out as all else is.
 */
export function cleanForPlan(text: string, max = MOST_CHARACTERS): string {
  return withoutMarkup(cut(text, max).replace(markup, writtenOut).replace(NO_NAME, writtenOut)).replace(
    LINK,
    (character) => (character === ':' ? '：' : '．'),
  );
}

/** For a page of this program's own, where markup is the template's matter. A backslash would pass for one of what is written out. */
export function cleanForPage(text: string, max: number): string {
  return cut(text, max).replace(NO_NAME_OR_BACKSLASH, writtenOut);
}

/** For the same place, what the operator of this server wrote: with its links, and with letters of any language. */
export function cleanFromOperator(text: string, max = MOST_CHARACTERS): string {
  const shown = cut(text.normalize('NFC'), max);
  return withoutMarkup(shown.replace(markup, writtenOut).replace(unseen, writtenOut).replace(ODD_MARKS, writtenOut));
}

/** JSON of the same value in which all that cannot be seen is escaped, so that it can be shown as it is. */
export function unseenInJson(json: string): string {
  return json.replace(unseen, (text) =>
    Array.from(
      { length: text.length },
      (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/** What is left of it: of the characters that names have, too, some are markup. */
function withoutMarkup(text: string): string {
  // Many spaces in a row, or wide ones, would push what follows to a line of its own.
  return text
    .replace(EDGE, writtenOut)
    .replace(/\p{Zs}+/gu, ' ')
    .replaceAll('*', '＊');
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = Array.from(text);
  if (characters.length <= max) return text;
  return `${characters.slice(0, max).join('')}… (${characters.length} characters)`;
}

function writtenOut(text: string): string {
  return Array.from(text, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`).join('');
}
