// The formats of a table's file, by the ending of its name.
import { CallError } from '../errors.ts';
import { shownName } from './file-name.ts';

export type Format = 'csv' | 'tsv' | 'json' | 'jsonl';

const FORMATS = new Map<string, Format>([
  ['.csv', 'csv'],
  ['.tsv', 'tsv'],
  ['.json', 'json'],
  ['.jsonl', 'jsonl'],
  ['.ndjson', 'jsonl'],
]);

/** By the ending, in any case; undefined for another ending, or none. */
export function formatOf(name: string): Format | undefined {
  const [ending = ''] = /\.[a-z]+$/i.exec(name) ?? [];
  return FORMATS.get(ending.toLowerCase());
}

/**
 * @param field what the name was given as, if an argument is to blame
 * @throws CallError InvalidArguments for a name that says no format
 */
export function checkedFormat(name: string, field?: string): Format {
  const format = formatOf(name);
  if (format) return format;
  const [last, ...others] = [...FORMATS.keys()].reverse();
  throw new CallError(
    'InvalidArguments',
    `${field === undefined ? '' : `${field}: `}${shownName(name)} has to end in ${others.reverse().join(', ')} or ${last}`,
  );
}
