// The formats of a table's file that this program writes, by the ending of its name. It reads others, too.
export type Format = 'csv' | 'tsv' | 'json' | 'jsonl';

export const FORMATS: Readonly<Record<string, Format>> = {
  csv: 'csv',
  tsv: 'tsv',
  json: 'json',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
};

/** By the ending, in any case; undefined for another ending, or none. */
export function formatOf(name: string): Format | undefined {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(FORMATS, ending) ? FORMATS[ending] : undefined;
}
