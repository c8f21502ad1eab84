// From the rows of a table to the text of a file.

import type { Row } from '../calls/row.ts';
import { assertNever, CallError } from '../errors.ts';
import { shownName } from './file-name.ts';
import { FORMATS, type Format, formatOf } from './format.ts';

/**
 * Whether `rowsText` knows the format: to be asked before anything is done.
 * @param field the argument that the name was given as, such as output_file
 * @throws CallError InvalidArguments
 */
export function checkEnding(name: string, field: string): void {
  checkedFormat(name, field);
}

/**
 * The table as a text, in the format of the name's ending. In CSV, objects become columns with dots in their names,
 * arrays JSON in a cell; null and what is not there an empty one.
 * @throws CallError InvalidArguments for another ending
 */
export async function rowsText(name: string, entries: readonly Row[]): Promise<string> {
  const format = checkedFormat(name);
  switch (format) {
    case 'json':
      return `${JSON.stringify(entries, undefined, 2)}\n`;
    case 'jsonl':
      return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    case 'csv':
    case 'tsv': {
      const { csvText } = await import('./write-csv.ts');
      return csvText(entries, format === 'tsv' ? '\t' : ',');
    }
    default:
      return assertNever(format);
  }
}

function checkedFormat(name: string, field?: string): Format {
  const format = formatOf(name);
  if (format) return format;
  const endings = Object.keys(FORMATS).map((ending) => `.${ending}`);
  const last = endings.pop();
  throw new CallError(
    'InvalidArguments',
    `${field === undefined ? '' : `${field}: `}${shownName(name)} has to end in ${endings.join(', ')} or ${last}`,
    field === undefined ? {} : { field },
  );
}
