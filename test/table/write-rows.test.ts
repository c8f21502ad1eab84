import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/calls/row.ts';
import { escapeFormula } from '../../src/table/formula.ts';
import { readRows } from '../../src/table/read-rows.ts';
import { checkEnding, rowsText } from '../../src/table/write-rows.ts';

const MARK = '\uFEFF';
const csv = (entries: readonly Row[]) => rowsText('x.csv', entries);
const outAndIn = async (name: string, entries: readonly Row[]) =>
  (await readRows(name, Buffer.from(await rowsText(name, entries)), { most: 1000, option: '--max-rows' })).rows;

describe('the ending of an output file', () => {
  it('is checked before anything is done', () => {
    for (const name of ['x.csv', 'x.TSV', 'sub/x.json', 'x.jsonl', 'x.ndjson']) checkEnding(name, 'output_file');
    expect(() => checkEnding('x.xlsx', 'output_file')).toThrow(
      expect.objectContaining({
        code: 'InvalidArguments',
        message: "output_file: 'x.xlsx' has to end in .csv, .tsv, .json, .jsonl or .ndjson",
      }),
    );
  });

  it('decides the format', async () => {
    const rows = [{ a: 1, b: 'ü' }, { a: null }];
    expect(await rowsText('x.json', rows)).toBe(
      '[\n  {\n    "a": 1,\n    "b": "ü"\n  },\n  {\n    "a": null\n  }\n]\n',
    );
    expect(await rowsText('x.ndjson', rows)).toBe('{"a":1,"b":"ü"}\n{"a":null}\n');
    expect(await rowsText('x.csv', rows)).toBe(`${MARK}a,b\r\n1,ü\r\n,\r\n`);
    expect(await rowsText('x.tsv', rows)).toBe(`${MARK}a\tb\r\n1\tü\r\n\t\r\n`);
    await expect(rowsText('x.txt', rows)).rejects.toMatchObject({ code: 'InvalidArguments' });
  });
});

describe('CSV', () => {
  it('has every column that any row has, in order of first appearance', async () => {
    expect(await csv([{ b: 1 }, { a: 2, b: 3 }, {}, { c: false }])).toBe(
      `${MARK}b,a,c\r\n1,,\r\n3,2,\r\n,,\r\n,,false\r\n`,
    );
  });

  it('flattens objects to dotted columns, and keeps arrays and empty objects as JSON', async () => {
    const entry = { row: 1, result: { AccessKeyLastUsed: { LastUsedDate: '2021' }, Tags: [{ a: 'x,"y"' }], None: {} } };
    expect(await csv([entry])).toBe(
      `${MARK}row,result.AccessKeyLastUsed.LastUsedDate,result.Tags,result.None\r\n1,2021,"[{""a"":""x,\\""y\\""""}]",{}\r\n`,
    );
  });

  it('has no column for a null where other rows have an object', async () => {
    expect(
      await csv([
        { result: null, error: null },
        { result: { id: 1 }, error: null },
      ]),
    ).toBe(`${MARK}error,result.id\r\n,\r\n,1\r\n`);
    expect(await csv([{ a: 'text' }, { a: { b: 1 } }])).toBe(`${MARK}a,a.b\r\ntext,\r\n,1\r\n`);
  });

  it('keeps both of two columns that come to the same name', async () => {
    expect(await csv([{ 'a.b': 1, a: { b: 2 }, 'a.b (2)': 3 }, { a: { b: 4 } }])).toBe(
      `${MARK}a.b,a.b (2),a.b (2) (2)\r\n1,2,3\r\n,4,\r\n`,
    );
    expect(await csv([{ '': 1, ' ': 2, a: 3, ' a': 4 }])).toBe(`${MARK}unnamed,unnamed (2),a,a (2)\r\n1,2,3,4\r\n`);
    expect(await outAndIn('x.csv', [{ '\uD800': 1, '\uDBFF': 2 }])).toEqual([{ '\uFFFD': '1', '\uFFFD (2)': '2' }]);
  });

  it('has columns of any name', async () => {
    const entry = JSON.parse('{"__proto__": {"constructor": 1, "__proto__": 2}, "toString": 3}');
    expect(await csv([entry])).toBe(`${MARK}__proto__.constructor,__proto__.__proto__,toString\r\n1,2,3\r\n`);
  });

  it('stops flattening where there would be too many columns', async () => {
    const wide = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`c${index}`, 1]));
    expect((await csv([{ id: 1, wide }])).split('\r\n')[0]).toBe(`${MARK}id,wide`);
    expect(await csv([wide])).toContain('c1000');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠1', "'=1", "''=1", '='])(
    'has an apostrophe before what Excel would run: %j',
    async (text) => {
      const [, cell] = /^"?(.*?)"?\r\n$/s.exec((await csv([{ a: text }])).replace(`${MARK}a\r\n`, '')) ?? [];
      // After a tab or a line break one more, since a cell may end there.
      expect(cell).toBe(`'${text.replace(/(?<=[\t\r\n])=/, "'=")}`);
      expect((await csv([{ [text.trim()]: 1 }])).replace(/^\uFEFF"?/, '')).toMatch(/^'/);
      expect(await outAndIn('x.csv', [{ a: text }])).toEqual([{ a: text }]);
    },
  );

  it('has one within a text, too, where a spreadsheet with another separator sees a cell begin', async () => {
    for (const [text, escaped] of [
      ['harmless;=HYPERLINK(A1);end', "harmless;'=HYPERLINK(A1);end"],
      ['line\n=1+1;x', "line\n'=1+1;x"],
      ["a|'-1,,+2", "a|''-1,,'+2"],
      ['a; =6', "a;' =6"],
    ] as const) {
      expect(await csv([{ a: text }])).toContain(escaped);
      expect(await outAndIn('x.csv', [{ a: text }])).toEqual([{ a: text }]);
    }
  });

  it('has none before numbers, nor before texts that are no formula', async () => {
    expect(await csv([{ a: -1, b: "'tis", c: 'a=b', d: '', e: "'" }])).toBe(`${MARK}a,b,c,d,e\r\n-1,'tis,a=b,,'\r\n`);
  });

  it('has one empty column survive, and nothing of a table without columns', async () => {
    expect(await csv([{ a: '' }, { a: null }, { a: 'x' }])).toBe(`${MARK}a\r\n""\r\n""\r\nx\r\n`);
    expect(await csv([])).toBe(MARK);
    expect(await csv([{}])).toBe(MARK);
  });
});

describe('a table written and read again', () => {
  // Whatever may mean something to a CSV reader or to Excel, beside any other character.
  const character = fc.oneof(
    fc.constantFrom(...'\'"=+-@＝＠,;|\t\r\n .\\\uFEFF\0aé\u2028🗼'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  );
  const text = fc.string({ unit: character, maxLength: 8 });
  const name = fc
    .oneof(text, fc.constantFrom('__proto__', 'constructor', 'sep=;', 'sep=', 'a.b', 'a', 'row', "'=x"))
    .map((wanted) => wanted.trim())
    .filter((wanted) => wanted !== '');
  const table = fc
    .uniqueArray(name, { minLength: 1, maxLength: 5 })
    .chain((header) =>
      fc
        .array(fc.tuple(...header.map(() => text)), { minLength: 1, maxLength: 5 })
        .map((records) =>
          records.map((record) => Object.fromEntries(header.map((column, index) => [column, record[index]]))),
        ),
    );
  const json = fc
    .array(
      fc.dictionary(fc.oneof(name, fc.string()), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 5, noNullPrototype: true }),
      { maxLength: 5 },
    )
    .map((rows) => JSON.parse(JSON.stringify(rows)) as Row[]);

  it.each(['x.csv', 'x.tsv'])('is the same table of texts: %s', async (file) => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const again = await outAndIn(file, rows);
        // Several columns without any value are what a spreadsheet leaves where rows were deleted.
        const kept = rows.filter((row) => {
          const cells = Object.values(row).map((value) => escapeFormula(String(value)));
          return cells.length === 1 || cells.some((cell) => cell.trim() !== '');
        });
        expect(again.map(Object.entries)).toEqual(kept.map(Object.entries));
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['x.json', 'x.jsonl'])('is the same table of any JSON values: %s', async (file) => {
    await fc.assert(
      fc.asyncProperty(json, async (rows) => {
        const again = await outAndIn(file, rows);
        expect(again.map(Object.entries)).toEqual(rows.map(Object.entries));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a last column whose name is the delimiter', async () => {
    expect(await outAndIn('x.csv', [{ number: 1, ',': '!' }])).toEqual([{ number: '1', ',': '!' }]);
  });

  it('can be read as CSV whatever its columns and values were', async () => {
    await fc.assert(
      fc.asyncProperty(json, async (rows) => {
        if (rows.every((row) => Object.keys(row).length === 0)) return;
        const numbered = rows.map((row, index) => ({ ...row, number: index }));
        expect(await outAndIn('x.csv', numbered)).toHaveLength(rows.length);
      }),
      { numRuns: 500 },
    );
  });
});
