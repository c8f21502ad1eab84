// Refuses the name of a table that is not read, by its ending, and says what people do with such a file instead.
import { CallError } from '../errors.ts';
import { shownName } from './file-name.ts';
import { type NamedTable, namedTable } from './named-table.ts';

/** What people have beside these, and what to do about it. */
const OTHER_KINDS: Record<string, string> = {
  xls: 'is an Excel workbook of the old kind: save it as .xlsx or CSV',
  xlsm: 'is an Excel workbook with macros: save it as .xlsx or CSV',
  xlsb: 'is a binary Excel workbook: save it as .xlsx or CSV',
  ods: 'is an OpenDocument spreadsheet: save it as .xlsx or CSV',
  numbers: 'is a Numbers spreadsheet: export it as .xlsx or CSV',
  pdf: 'is a PDF, which has no rows: export the table as CSV',
  docx: 'is a Word document: save its table as CSV',
  doc: 'is a Word document: save its table as CSV',
  zip: 'is a ZIP archive: unpack it, and name the file that was in it',
  tar: 'is a tar archive: unpack it, and name the file that was in it',
  tgz: 'is a tar archive: unpack it, and name the file that was in it',
  bz2: 'is packed with bzip2: unpack it',
  xz: 'is packed with xz: unpack it',
  zst: 'is packed with zstd: unpack it',
  '7z': 'is a 7-Zip archive: unpack it, and name the file that was in it',
  yaml: 'is YAML: convert it to JSON',
  yml: 'is YAML: convert it to JSON',
  xml: 'is XML: convert it to JSON or CSV',
  html: 'is HTML: save its table as CSV',
  htm: 'is HTML: save its table as CSV',
  parquet: 'is a Parquet file: convert it to CSV or JSON',
};

/**
 * @param field what the name was given as, if an argument is to blame
 * @throws CallError InvalidArguments for a name that says no format which is read
 */
export function checkedTable(name: string, field?: string): NamedTable {
  const table = namedTable(name);
  if (table) return table;
  const [, ending = ''] = /\.([a-z0-9]+)$/i.exec(name) ?? [];
  const lower = ending.toLowerCase();
  const kind = Object.hasOwn(OTHER_KINDS, lower) ? OTHER_KINDS[lower] : undefined;
  const what = kind ?? 'has to end in .csv, .tsv, .json, .jsonl, .ndjson, .txt or .xlsx (each also with .gz)';
  throw new CallError('InvalidArguments', `${field === undefined ? '' : `${field}: `}${shownName(name)} ${what}`);
}
