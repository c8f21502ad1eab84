// How a CSV file is written: its delimiter, and what programs put above the header.
import { afterBreaks, lineAt } from './file-text.ts';
import { titleProblem } from './header.ts';
import { problemIn } from './problem.ts';

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;
const TAB = '\t';
// In the order that decides when there are as many of one as of the other.
const DELIMITERS = [',', ';', TAB];
// No text in UTF-8 has this byte: in a file of one column, a comma is part of the value.
const NO_DELIMITER = Buffer.from([0xff]);
// Excel's own way to say what the delimiter is.
const SEPARATOR_LINE = /^sep=([,;\t|])(?:\r\n|[\r\n]|$)/i;
// PowerShell's Export-Csv says what kind of objects the rows were.
const TYPE_LINE = /^#TYPE [^\r\n]*(?:\r\n|[\r\n]|$)/i;
const LONGEST_LINE = 1000;
// Lines after a title that have to look alike.
const LINES_LOOKED_AT = 10;

export interface Dialect {
  delimiter: string | Buffer;
  /** Where the header may start. */
  start: number;
}

/**
 * The delimiter stands in the header, outside quotes; of several, it is the one that stands there most often.
 * @throws CallError InvalidArguments for a file whose first line is clearly a title
 */
export function dialectOf(name: string, bytes: Buffer, isTsv: boolean): Dialect {
  const [types = ''] = TYPE_LINE.exec(bytes.toString('latin1', 0, LONGEST_LINE)) ?? [];
  const above = types.length;
  const [line = '', separator] = SEPARATOR_LINE.exec(bytes.toString('latin1', above, above + 10)) ?? [];
  if (separator) return { delimiter: separator, start: above + line.length };
  if (isTsv) return { delimiter: TAB, start: above };
  const counts = delimitersIn(bytes, above).counts;
  const [[delimiter, count] = ['', 0]] = [...counts].sort(([, one], [, other]) => other - one);
  if (count > 0) return { delimiter, start: above };
  refuseTitle(name, bytes, above);
  return { delimiter: NO_DELIMITER, start: above };
}

/** Above lines that all have as many of one delimiter: a title, since as a header it would make one column of them. */
function refuseTitle(name: string, bytes: Buffer, start: number): void {
  const { end } = delimitersIn(bytes, start);
  const title = bytes.toString('utf8', start, Math.min(end, start + LONGEST_LINE)).trim();
  let at = end;
  let header: { start: number; delimiter: string; count: number } | undefined;
  let lines = 0;
  while (afterBreaks(bytes, at) < bytes.length && lines < LINES_LOOKED_AT) {
    const from = afterBreaks(bytes, at);
    const { counts, end: next } = delimitersIn(bytes, from);
    if (header) {
      if (counts.get(header.delimiter) !== header.count) return;
    } else {
      const [[delimiter, count] = ['', 0]] = [...counts].sort(([, one], [, other]) => other - one);
      const names = bytes.toString('utf8', from, Math.min(next, from + LONGEST_LINE)).split(delimiter);
      // `Smith, John` below `name` is a value: names of columns have no blanks in front, and title lines have blanks.
      const isHeader = count > 0 && new Set(names).size === names.length && names.every((each) => /^\S/.test(each));
      if (!isHeader || !/\s/.test(title)) return;
      header = { start: from, delimiter, count };
    }
    lines++;
    at = next;
  }
  if (header && lines > 1) throw problemIn(name, `line ${lineAt(bytes, header.start)}`, titleProblem(header.count + 1));
}

/** How many of each there are in one line, outside quotes, and where the line ends. */
function delimitersIn(bytes: Buffer, start: number): { counts: Map<string, number>; end: number } {
  const counts = DELIMITERS.map((delimiter) => [delimiter, delimiter.charCodeAt(0), 0] as [string, number, number]);
  let isQuoted = false;
  let index = afterBreaks(bytes, start);
  for (; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (byte === QUOTE) isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (byte === LF || byte === CR) break;
    for (const entry of counts) if (entry[1] === byte) entry[2]++;
  }
  return { counts: new Map(counts.map(([delimiter, , count]) => [delimiter, count])), end: index };
}
