// What the name of a table to read says: the file, its format, and which part of it is the table.
import { FORMATS, type Format } from './format.ts';

export type ReadFormat = Format | 'txt' | 'xlsx';

const READ: Record<string, ReadFormat> = { ...FORMATS, txt: 'txt', xlsx: 'xlsx' };
// Lazy, so that a part may have endings and # in it.
const NAME = new RegExp(`^(.*?\\.(${Object.keys(READ).join('|')})(?:\\.gz)?)(?:#(.*))?$`, 'is');

export interface NamedTable {
  /** Without the part. */
  file: string;
  format: ReadFormat;
  /** What follows the `#`: a JSON pointer, or the name of a sheet. */
  part?: string;
}

/** Undefined for a name that says no format which is read. */
export function namedTable(name: string): NamedTable | undefined {
  const [, file, ending, part] = NAME.exec(name) ?? [];
  const format = READ[ending?.toLowerCase() ?? ''];
  if (file === undefined || format === undefined) return undefined;
  return { file, format, ...(part !== undefined && { part }) };
}
