// Bounds what is in a workbook before a library sees it: a file of some kilobytes may unpack to gigabytes, and one cell
// at the far end of a sheet makes an array that reaches there.
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

// Of all parts together that are read. A sheet of 100,000 rows with ten columns has some 40 MiB.
const MOST_BYTES = 24 * 1024 * 1024;
const MOST_ENTRIES = 1000;
const MOST_ROWS = 100_000;
const MOST_CELLS = 500_000;
const MOST_COLUMNS = 1000;
const MOST_STRINGS = 300_000;
const MOST_TAGS = 2_000_000;
/** What the library reads. The rest (pictures, macros, links) is not even unpacked. */
const READ =
  /^(?:xl\/workbook\.xml|xl\/_rels\/workbook\.xml\.rels|xl\/(?:worksheets\/[^/]+|sharedStrings|styles)\.xml|\[Content_Types\]\.xml|_rels\/\.rels)$/i;

const PLACED = /<(?:[^\s<>/:]+:)?(?:c|row)(?=[\s/>])/g;
const PLACED_STRICTLY = /<(?:\w+:)?(?:c|row)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))*)\s*\/?>/y;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** Its message is for the caller, after the file's name. */
export class WorkbookProblem extends Error {}

type Entries = Record<string, Uint8Array>;

export interface CheckedWorkbook {
  entries: Entries;
  /** Just these, packed anew: nothing else is in it, however the file was made. */
  zip: () => Uint8Array;
}

/** @throws WorkbookProblem for what is larger than is read */
export function checkedWorkbook(bytes: Uint8Array): CheckedWorkbook {
  const entries = unpackedEntries(bytes);
  for (const [name, content] of Object.entries(entries)) {
    if (/^xl\/worksheets\//i.test(name)) entries[name] = strToU8(checkedSheet(textOf(content)));
    else if (/sharedStrings/i.test(name)) checkCount(textOf(content), /<(?:\w+:)?si\b/g, MOST_STRINGS, 'texts');
    else checkCount(textOf(content), /</g, MOST_TAGS, 'parts');
  }
  return { entries, zip: () => zipSync(entries, { level: 0 }) };
}

function unpackedEntries(bytes: Uint8Array): Entries {
  const seen = new Set<string>();
  let size = 0;
  let count = 0;
  const sizes = new Map<string, number>();
  const unzipped = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (++count > MOST_ENTRIES) throw new WorkbookProblem('has more parts than is read: save the sheet as CSV');
      if (!READ.test(name)) return false;
      if (seen.has(name.toLowerCase())) throw new WorkbookProblem('has a part twice: save the sheet as CSV');
      seen.add(name.toLowerCase());
      size += originalSize;
      if (size > MOST_BYTES) throw tooLarge();
      sizes.set(name, originalSize);
      return true;
    },
  });
  // The sizes stand in the file, which may lie: the library has room for no more than it said, and less is a lie too.
  for (const [name, content] of Object.entries(unzipped)) if (content.length !== sizes.get(name)) throw tooLarge();
  return unzipped;
}

const tooLarge = () =>
  new WorkbookProblem(
    `has more than ${MOST_BYTES / 1024 / 1024} MiB when it is unpacked, which is more than is read: save the sheet as CSV`,
  );

function textOf(content: Uint8Array): string {
  if (content[0] === 0xff || content[0] === 0xfe)
    throw new WorkbookProblem('is not written in UTF-8: save the sheet as CSV');
  return strFromU8(content);
}

function checkCount(text: string, what: RegExp, most: number, noun: string): void {
  let count = 0;
  for (const _ of text.matchAll(what)) {
    if (++count > most)
      throw new WorkbookProblem(`has more than ${most} ${noun}, which is more than is read: split it`);
  }
}

/** Without cells and rows that have a format and no value: whole columns may have one, down to the last row. */
function checkedSheet(whole: string): string {
  // Of tags within tags, the library makes more work with each.
  if (/<[^<>]*</.test(whole)) throw new WorkbookProblem('has a sheet that no program writes: save it as CSV');
  if (/<!(?:DOCTYPE|\[CDATA\[|--)/.test(whole))
    throw new WorkbookProblem('has a sheet that no program writes: save it as CSV');
  const text = whole
    .replace(/<(?:\w+:)?c(?:\s[^<>]*)?\/>/g, '')
    .replace(/<(?:\w+:)?row(?:\s[^<>]*)?\/>/g, '')
    .replace(/<((?:\w+:)?row)(?:\s[^<>]*)?><\/\1>/g, '');
  checkCount(text, /<(?:[^\s<>/:]+:)?c[\s/>]/g, MOST_CELLS, 'cells');
  checkCount(text, /<(?:[^\s<>/:]+:)?row[\s/>]/g, MOST_ROWS, 'rows');
  checkCount(text, /</g, MOST_TAGS * 2, 'parts');
  let rows = 0;
  let columns = 0;
  for (const { index } of text.matchAll(PLACED)) {
    // Strictly: what is read here in another way than by the library could hide a cell from this check.
    PLACED_STRICTLY.lastIndex = index;
    const [, attributes] = PLACED_STRICTLY.exec(text) ?? [];
    if (attributes === undefined) throw unknownPlace();
    for (const [, name, double, single] of attributes.matchAll(ATTRIBUTE)) {
      if (!/(?:^|:)r$/i.test(name ?? '')) continue;
      const [, letters = '', digits] = /^([A-Z]{0,3})(\d{1,7})$/.exec(double ?? single ?? '') ?? [];
      if (digits === undefined) throw unknownPlace();
      rows = Math.max(rows, Number(digits));
      columns = Math.max(columns, columnNumber(letters));
    }
  }
  if (columns > MOST_COLUMNS) throw farOut(`column ${columns}`);
  if (rows > MOST_ROWS) throw farOut(`row ${rows}`);
  if (rows * columns > MOST_CELLS * 2) throw farOut(`row ${rows} and column ${columns}`);
  return text;
}

const unknownPlace = () => new WorkbookProblem('has a cell in a place that no sheet has: save the sheet as CSV');

const columnNumber = (letters: string) => [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);

const farOut = (where: string) =>
  new WorkbookProblem(`has values as far out as ${where}, which is more than is read: save what is wanted as CSV`);

/** In the order in which the workbook shows them. */
export function sheetNames(entries: Entries): string[] {
  const [, workbook] = Object.entries(entries).find(([name]) => /^xl\/workbook\.xml$/i.test(name)) ?? [];
  if (!workbook) return [];
  return [...strFromU8(workbook).matchAll(/<(?:\w+:)?sheet\b[^>]*?\bname\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(
    ([, double, single]) => unescaped(double ?? single ?? ''),
  );
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string) => text.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => NAMED[name] ?? '');
