// Lines of a stream, none of which can fill the memory.
import type { Readable } from 'node:stream';

/** @yields each line without its break, or undefined for one of more than `most` characters; what has no break at the end is a line, too */
export async function* boundedLines(input: Readable, most: number): AsyncGenerator<string | undefined> {
  input.setEncoding('utf8');
  let begun = '';
  let isTooLong = false;
  for await (const chunk of input as AsyncIterable<string>) {
    const [first = '', ...rest] = chunk.split('\n');
    begun = isTooLong ? '' : begun + first;
    for (const next of rest) {
      yield isTooLong || begun.length > most ? undefined : begun;
      isTooLong = false;
      begun = next;
    }
    isTooLong ||= begun.length > most;
  }
  if (isTooLong) yield undefined;
  else if (begun !== '') yield begun;
}
