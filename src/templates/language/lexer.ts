// A template cut into its texts and blocks, and each block into tokens, by the rules of the engine's own lexer.

export interface Token {
  type: 'name' | 'string' | 'number' | 'operator';
  text: string;
  start: number;
  end: number;
}

export interface Segment {
  type: 'text' | 'print' | 'tag';
  start: number;
  end: number;
  /** Of what stands between the delimiters, without their signs for blanks. */
  inside: { start: number; end: number };
  tokens: Token[];
}

/** It is for the engine to say what is wrong: this only says that it was not understood. */
export class NotUnderstood extends Error {}

/** Too deep for the engine as well, which would not survive it. */
export class TooDeep extends Error {}

const RAW = /\{%[-+]?\s*raw\s*[-+]?%\}/y;
const END_OF_RAW = /\{%[-+]?\s*endraw\s*[-+]?%\}/g;
const BLANK = /\s*/y;
const TOKEN =
  /([A-Za-z_][A-Za-z0-9_]*)|("(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*')|(0[xob][0-9A-Fa-f_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][-+]?\d+)?)|(\/\/|\*\*|[=!<>]=|[-+*/%~|=<>()[\]{}.,:])/y;
const TYPES = ['name', 'string', 'number', 'operator'] as const;
const OPENING = '([{';
const CLOSING = ')]}';

/** @throws NotUnderstood */
export function segmentsOf(template: string): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  const addText = (end: number) => {
    if (end > from) segments.push({ type: 'text', start: from, end, inside: { start: from, end }, tokens: [] });
  };
  for (let at = template.indexOf('{'); at >= 0; at = template.indexOf('{', at)) {
    const kind = template[at + 1] ?? '';
    if (!'{%#'.includes(kind) || kind === '') {
      at++;
      continue;
    }
    if (kind === '#') {
      const end = template.indexOf('#}', at + 2);
      if (end < 0) throw new NotUnderstood();
      at = end + 2;
      continue;
    }
    RAW.lastIndex = at;
    if (kind === '%' && RAW.test(template)) {
      END_OF_RAW.lastIndex = RAW.lastIndex;
      if (!END_OF_RAW.test(template)) throw new NotUnderstood();
      at = END_OF_RAW.lastIndex;
      continue;
    }
    addText(at);
    const segment = blockAt(template, at, kind === '%' ? 'tag' : 'print');
    segments.push(segment);
    at = segment.end;
    from = at;
  }
  addText(template.length);
  return segments;
}

/** @throws NotUnderstood */
export function tokensOf(expression: string): Token[] {
  const { tokens, end } = readTokens(expression, 0, undefined);
  if (end < expression.length) throw new NotUnderstood();
  return tokens;
}

function blockAt(template: string, start: number, type: 'print' | 'tag'): Segment {
  const from = start + 2 + ('-+'.includes(template[start + 2] ?? ' ') ? 1 : 0);
  const { tokens, end } = readTokens(template, from, type === 'tag' ? '%}' : '}}');
  const sign = '-+'.includes(template[end] ?? ' ') ? 1 : 0;
  return { type, start, end: end + sign + 2, inside: { start: from, end }, tokens };
}

function readTokens(text: string, from: number, delimiter: string | undefined): { tokens: Token[]; end: number } {
  const tokens: Token[] = [];
  let depth = 0;
  for (let at = from; ; ) {
    BLANK.lastIndex = at;
    BLANK.test(text);
    at = BLANK.lastIndex;
    if (at >= text.length) {
      if (delimiter === undefined) return { tokens, end: at };
      throw new NotUnderstood();
    }
    if (delimiter !== undefined && depth === 0) {
      const ends = text.startsWith(delimiter, at);
      if (ends || ('-+'.includes(text[at] ?? ' ') && text.startsWith(delimiter, at + 1))) return { tokens, end: at };
    }
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw new NotUnderstood();
    const [token] = found;
    const type = TYPES[found.slice(1).findIndex((group) => group !== undefined)] ?? 'operator';
    if (OPENING.includes(token)) depth++;
    if (CLOSING.includes(token)) depth--;
    tokens.push({ type, text: token, start: at, end: at + token.length });
    at += token.length;
  }
}
