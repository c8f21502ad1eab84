// Text that came from outside (a model, AWS, a file) made harmless before a person or a terminal sees it: what cannot
// be seen, or would change how the rest is seen, is written out as \u{…}.

// Control characters; bidirectional marks, embeddings and isolates, and other formatting; line and paragraph
// separators; lone surrogates, which no encoder can write; and all that Unicode says may be drawn as nothing: fillers,
// variation selectors and the tag block, in which whole hidden messages have been smuggled.
const UNSEEN = '\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}';

// Where Markdown, HTML or a template language starts something. `*` and `_` are not here: IAM's own words have them.
const MARKUP = '<>&`\\[\\]{}\\\\|~#!';

// Underscores at the edge of a word are emphasis in Markdown.
const EDGE = /(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu;

// What hosts turn into links by themselves: the character that makes it one.
const LINK = /:(?=\/\/)|(?<=\bwww)\./giu;

const unseen = new RegExp(`[${UNSEEN}]`, 'gu');
const unseenOrMarkup = new RegExp(`[${UNSEEN}${MARKUP}]`, 'gu');

const MOST_CHARACTERS = 300;

/** One line without control, bidirectional or invisible characters, cut to `max` characters. For errors and logs. */
export function cleanLine(text: string, max = MOST_CHARACTERS): string {
  return cut(text, max).replace(unseen, writtenOut);
}

/**
 * Like `cleanLine`, and without markup: for the plan that a person reads before agreeing, which some hosts show as
 * Markdown. `*` becomes a full-width asterisk, since "s3:*, ec2:*" loses its stars in Markdown, the very thing that
 * has to be seen; a link is broken by a full-width colon or full stop, so that it can still be read.
 */
export function cleanForPlan(text: string, max = MOST_CHARACTERS): string {
  return withoutMarkup(text, max).replace(LINK, (character) => (character === ':' ? '：' : '．'));
}

/** The same with its links, for what the operator of this server wrote. */
export function cleanWithLinks(text: string, max = MOST_CHARACTERS): string {
  return withoutMarkup(text, max);
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

function withoutMarkup(text: string, max: number): string {
  const shown = cut(text, max).replace(unseenOrMarkup, writtenOut).replace(EDGE, writtenOut);
  // Many spaces in a row, or wide ones, would push what follows to a line of its own.
  return shown.replace(/\p{Zs}+/gu, ' ').replaceAll('*', '＊');
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
