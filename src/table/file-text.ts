// The text of a table's file: UTF-8 with or without a byte-order mark, or UTF-16 with one, as Excel's "Unicode text"
// has it. Anything else is refused, with the line, before a name becomes another name.
import { isUtf8 } from 'node:buffer';
import { problemIn } from './problem.ts';

const LF = 0x0a;
const CR = 0x0d;

/**
 * @returns the text in UTF-8, without a byte-order mark
 * @throws CallError InvalidArguments for bytes that are no text
 */
export function utf8Of(name: string, bytes: Buffer): Buffer {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return checkedUtf8(name, bytes.subarray(3));
  if (startsWith(bytes, 0xff, 0xfe)) return fromUtf16(name, bytes, 'utf-16le');
  if (startsWith(bytes, 0xfe, 0xff)) return fromUtf16(name, bytes, 'utf-16be');
  if (bytes.subarray(0, 2).includes(0)) {
    throw problemIn(name, undefined, 'looks like UTF-16 without a byte-order mark: save it as UTF-8');
  }
  return checkedUtf8(name, bytes);
}

/** The line, counted from 1, in which the byte stands; LF, CR and CRLF end a line. */
export function lineAt(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let index = 0; index < offset; index++) {
    if (bytes[index] === LF || (bytes[index] === CR && bytes[index + 1] !== LF)) line++;
  }
  return line;
}

/** How many lines there are; a break at the end does not start another. */
export function linesIn(bytes: Buffer): number {
  return lineAt(bytes, bytes.length - 1);
}

/** The first byte, from there on, that ends no line. */
export function afterBreaks(bytes: Buffer, offset: number): number {
  let index = offset;
  while (bytes[index] === LF || bytes[index] === CR) index++;
  return index;
}

const startsWith = (bytes: Buffer, ...start: number[]) => start.every((byte, index) => bytes[index] === byte);

function checkedUtf8(name: string, bytes: Buffer): Buffer {
  if (isUtf8(bytes)) return bytes;
  let start = 0;
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] !== LF && bytes[index] !== CR) continue;
    // No character of several bytes has a line break among them.
    if (!isUtf8(bytes.subarray(start, index))) break;
    start = index + 1;
  }
  throw problemIn(name, `line ${lineAt(bytes, start)}`, 'this is not UTF-8: save the file as UTF-8');
}

function fromUtf16(name: string, bytes: Buffer, encoding: string): Buffer {
  try {
    return Buffer.from(new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch {
    const text = new TextDecoder(encoding).decode(bytes);
    const before = Buffer.from(text.slice(0, text.indexOf('\uFFFD')));
    throw problemIn(name, `line ${lineAt(before, before.length)}`, 'this is not UTF-16: save the file as UTF-8');
  }
}
