// Goes through the text of JSON once, before any of it becomes an object: objects may take fifty times the memory of
// their text. It tells how much there is, where each document starts and ends, and which numbers would lose digits.

const LONGEST_EXACT = 15;
const AFTER_WORD = /[ \n\r\t,:{}[\]"]/g;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

export interface Document {
  start: number;
  end: number;
}

/** Of a text that is no JSON, all of it may be anything. */
export interface Scan {
  /** At least the number of values. */
  values: number;
  /** How many values the outermost array of the first document has; 1 where it is none. */
  rows: number;
  tooDeepAt?: number;
  /** Where each document stands, one after another: one in most files. */
  documents: Document[];
  /** Where integers stand that no number of JavaScript's holds. */
  longNumbers: Document[];
}

export function scanJson(text: string, deepest: number, mostDocuments: number): Scan {
  const scan: Scan = { values: 1, rows: 1, documents: [], longNumbers: [] };
  const isArray = text.trimStart().startsWith('[');
  let depth = 0;
  let start: number | undefined;
  const ended = (end: number) => {
    if (depth > 0 || start === undefined) return;
    if (scan.documents.length <= mostDocuments) scan.documents.push({ start, end });
    start = undefined;
  };
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === ' ' || character === '\n' || character === '\r' || character === '\t') continue;
    start ??= index;
    if (character === '"') {
      index = closingQuote(text, index);
      ended(index + 1);
    } else if (character === ',') {
      scan.values++;
      if (isArray && depth === 1 && scan.documents.length === 0) scan.rows++;
    } else if (character === '}' || character === ']') {
      depth--;
      ended(index + 1);
    } else if (character === '{' || character === '[') {
      scan.values++;
      if (++depth > deepest) return { ...scan, tooDeepAt: index };
    } else if (character !== ':') {
      const end = endOfWord(text, index);
      if (isLongInteger(text, index, end)) scan.longNumbers.push({ start: index, end });
      index = end - 1;
      ended(end);
    }
  }
  if (start !== undefined) scan.documents.push({ start, end: text.length });
  return scan;
}

/**
 * The same text, in which integers that would lose digits are texts. Ids are such numbers; nobody reckons with them.
 * @param numbers of the whole text, in their order
 */
export function withLongNumbers(text: string, { start, end }: Document, numbers: readonly Document[]): string {
  let from = start;
  const parts: string[] = [];
  for (let at = firstFrom(numbers, start); at < numbers.length; at++) {
    const number = numbers[at];
    if (!number || number.end > end) break;
    parts.push(text.slice(from, number.start), '"', text.slice(number.start, number.end), '"');
    from = number.end;
  }
  return parts.length === 0 ? text.slice(start, end) : parts.join('') + text.slice(from, end);
}

/** Halving what is left: a file of many documents may have a million such numbers. */
function firstFrom(numbers: readonly Document[], start: number): number {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((numbers[middle]?.start ?? 0) < start) from = middle + 1;
    else to = middle;
  }
  return from;
}

function closingQuote(text: string, opening: number): number {
  for (let index = opening + 1; index < text.length; index++) {
    if (text[index] === '"') return index;
    if (text[index] === '\\') index++;
  }
  return text.length;
}

/** Of a number, true, false, null, or whatever else stands there. */
function endOfWord(text: string, start: number): number {
  AFTER_WORD.lastIndex = start + 1;
  return AFTER_WORD.test(text) ? AFTER_WORD.lastIndex - 1 : text.length;
}

function isLongInteger(text: string, start: number, end: number): boolean {
  if (end - start <= LONGEST_EXACT) return false;
  NUMBER.lastIndex = start;
  const [number = ''] = NUMBER.exec(text) ?? [];
  if (number.length !== end - start || /[.eE]/.test(number) || /^-?0\d/.test(number)) return false;
  // Not by way of BigInt: in a file of such numbers alone, that takes seconds.
  return String(Number(number)) !== number;
}
