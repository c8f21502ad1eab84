// What a file is, by its first bytes, whatever its name says: for an error that a person can do something about.
const OLD_OFFICE = 'd0cf11e0a1b11ae1';

/** By the first bytes in hex, what the file is and what to do about it. */
const KINDS: readonly (readonly [start: string, what: string])[] = [
  ['25504446', 'is a PDF, which has no rows: export the table as CSV'],
  ['89504e47', 'is a picture: export the table as CSV'],
  ['ffd8ff', 'is a picture: export the table as CSV'],
  ['47494638', 'is a picture: export the table as CSV'],
  ['52494646', 'is a picture or a recording: export the table as CSV'],
  ['377abcaf271c', 'is a 7-Zip archive: unpack it, and name the file that was in it'],
  ['526172211a07', 'is a RAR archive: unpack it, and name the file that was in it'],
  ['425a68', 'is packed with bzip2: unpack it'],
  ['28b52ffd', 'is packed with zstd: unpack it'],
  ['fd377a585a00', 'is packed with xz: unpack it'],
  ['53514c69746520666f726d6174', 'is an SQLite database: export the table as CSV'],
  ['50415231', 'is a Parquet file: convert it to CSV or JSON'],
  ['4f626a01', 'is an Avro file: convert it to CSV or JSON'],
  ['7b5c727466', 'is an RTF document: save its table as CSV'],
  ['7f454c46', 'is a program'],
];

/** What is in a ZIP archive that is a document, by the name of one of its entries. */
const ZIPPED: readonly (readonly [entry: string, what: string])[] = [
  ['xl/workbook.bin', 'is a binary Excel workbook: save it as .xlsx or CSV'],
  ['word/document.xml', 'is a Word document: save its table as CSV'],
  ['ppt/presentation.xml', 'is a presentation: save its table as CSV'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'is an OpenDocument spreadsheet: save it as .xlsx or CSV'],
  ['application/vnd.oasis.opendocument', 'is an OpenDocument file: save its table as CSV'],
  ['Index/Document.iwa', 'is a Numbers or Pages document: export it as .xlsx or CSV'],
  ['Index.zip', 'is a Numbers or Pages document: export it as .xlsx or CSV'],
];

export const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
const isZip = (bytes: Buffer): boolean => ['504b0304', '504b0506'].includes(bytes.toString('hex', 0, 4));
export const isWorkbook = (bytes: Buffer): boolean => isZip(bytes) && bytes.includes('xl/workbook.xml');

/** What a file is that is neither text nor a workbook, and what to do about it. */
export function foreignKind(bytes: Buffer): string | undefined {
  const start = bytes.toString('hex', 0, 16);
  if (start.startsWith(OLD_OFFICE)) {
    const isLocked = bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'));
    return isLocked
      ? 'is a workbook or document with a password: save it without one'
      : 'is an Excel workbook of the old kind, or another old Office document: save it as .xlsx or CSV';
  }
  if (isZip(bytes)) {
    if (isWorkbook(bytes)) return undefined;
    const [, what] = ZIPPED.find(([entry]) => bytes.includes(entry)) ?? [];
    return what ?? 'is a ZIP archive: unpack it, and name the file that was in it';
  }
  return KINDS.find(([hex]) => start.startsWith(hex))?.[1];
}

/** What a text is that has no rows: pages and XML that programs save under .xls and .csv. */
export function foreignText(bytes: Buffer): string | undefined {
  const start = bytes.toString('utf8', 0, 1000).trimStart().toLowerCase();
  if (/^<(?:!doctype html|html|table|head|body|meta|style)\b/.test(start)) return 'is HTML: save its table as CSV';
  if (/^<\?xml\b/.test(start)) {
    return start.includes('office:spreadsheet') || start.includes('excel.sheet')
      ? 'is an Excel workbook in XML: save it as .xlsx or CSV'
      : 'is XML: convert it to JSON or CSV';
  }
  return undefined;
}
