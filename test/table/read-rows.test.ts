import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors.ts';
import { readRows } from '../../src/table/read-rows.ts';

const bytesOf = (content: string | Buffer) => (typeof content === 'string' ? Buffer.from(content) : content);
const read = async (content: string | Buffer, name = 'users.csv', mostRows = 100) =>
  (await readRows(name, bytesOf(content), { most: mostRows, option: '--max-rows' })).rows;

async function problemOf(content: string | Buffer, name?: string, mostRows?: number): Promise<string> {
  try {
    await read(content, name, mostRows);
  } catch (error) {
    expect(error).toBeInstanceOf(CallError);
    const { code, message } = error as CallError;
    expect(code).toBe('InvalidArguments');
    expect(message).toMatch(/^\P{Cc}*$/u);
    return message;
  }
  throw new Error('nothing was refused');
}

const ALICE_AND_BOB = [
  { user_name: 'alice', status: 'Active' },
  { user_name: 'bob', status: 'Inactive' },
];

describe('the ending of a name', () => {
  it.each(['x', 'x.log', 'x.gz', 'x.csv.zip.gz', 'csv'])('has to be one of a table: %s', async (name) => {
    expect(await problemOf('a', name)).toBe(
      `'${name}' has to end in .csv, .tsv, .json, .jsonl, .ndjson, .txt or .xlsx (each also with .gz)`,
    );
  });

  it('counts in any case', async () => {
    expect(await read('[{"a":1}]', 'X.JSON')).toEqual([{ a: 1 }]);
    expect(await read('{"a":1}', 'x.NdJson')).toEqual([{ a: 1 }]);
    expect(await read('a\n1', 'folder.json/X.Csv')).toEqual([{ a: '1' }]);
  });
});

describe('CSV', () => {
  it.each([
    ['commas', 'user_name,status\nalice,Active\nbob,Inactive\n'],
    ['semicolons', 'user_name;status\nalice;Active\nbob;Inactive\n'],
    ['tabs', 'user_name\tstatus\nalice\tActive\nbob\tInactive\n'],
    ['no break at the end', 'user_name,status\nalice,Active\nbob,Inactive'],
    ['CRLF', 'user_name,status\r\nalice,Active\r\nbob,Inactive\r\n'],
    ['CR', 'user_name,status\ralice,Active\rbob,Inactive\r'],
    ['a mix of breaks', 'user_name,status\r\nalice,Active\nbob,Inactive\r'],
    ['quotes', '"user_name","status"\n"alice","Active"\n"bob","Inactive"\n'],
    ['a byte-order mark', '\uFEFFuser_name,status\nalice,Active\nbob,Inactive\n'],
    ['a byte-order mark before a quote', '\uFEFF"user_name",status\nalice,Active\nbob,Inactive\n'],
    ["Excel's first line", 'sep=;\r\nuser_name;status\r\nalice;Active\r\nbob;Inactive\r\n'],
    ["Excel's first line, after a byte-order mark", '\uFEFFSEP=|\nuser_name|status\nalice|Active\nbob|Inactive\n'],
    ['spaces around the header', ' user_name ,  status  \nalice,Active\nbob,Inactive\n'],
    ['blank lines', '\n\nuser_name,status\n\nalice,Active\n\r\n\nbob,Inactive\n\n\n'],
  ])('is read with %s', async (_, text) => {
    expect(await read(text)).toEqual(ALICE_AND_BOB);
  });

  it.each(['utf-16le', 'utf-16be'])(
    'is read in %s with a byte-order mark, as Excel saves "Unicode text"',
    async (encoding) => {
      const bytes = Buffer.from('\uFEFFuser_name\tcity\r\nälice\t東京 🗼\r\n', 'utf16le');
      expect(await read(encoding === 'utf-16le' ? bytes : bytes.swap16(), 'x.csv')).toEqual([
        { user_name: 'älice', city: '東京 🗼' },
      ]);
    },
  );

  it('keeps values as they are: spaces, breaks, quotes, delimiters, what looks like a number', async () => {
    expect(await read('a,b;c,d\n 1 ,"x, ""y""\r\nz",007\n')).toEqual([{ a: ' 1 ', 'b;c': 'x, "y"\r\nz', d: '007' }]);
  });

  it('finds the delimiter outside quotes', async () => {
    expect(await read('"a,b,c,d";e\n1,2;3\n')).toEqual([{ 'a,b,c,d': '1,2', e: '3' }]);
    expect(await read('"a\n,,,";e\n1;2\n')).toEqual([{ 'a\n,,,': '1', e: '2' }]);
  });

  it('has no delimiter with one column', async () => {
    expect(await read('user_name\nSmith, John; Jr.\n"Doe, Jane"\n')).toEqual([
      { user_name: 'Smith, John; Jr.' },
      { user_name: 'Doe, Jane' },
    ]);
  });

  it('has tabs in a .tsv, whatever else stands in the header', async () => {
    expect(await read('a,b,c\td\n1,2\t3\n', 'x.tsv')).toEqual([{ 'a,b,c': '1,2', d: '3' }]);
    expect(await read('a,b\n1,2\n', 'x.tsv')).toEqual([{ 'a,b': '1,2' }]);
  });

  it('is an empty table with a header alone', async () => {
    expect(await read('user_name,status\n')).toEqual([]);
    expect(await read('user_name')).toEqual([]);
  });

  it('tells an empty value in quotes from a blank line', async () => {
    expect(await read('a\n\n""\n\nx\n""')).toEqual([{ a: '' }, { a: 'x' }, { a: '' }]);
  });

  it('is refused where the names of its columns have too many parts', async () => {
    const parts = (count: number) => Array.from({ length: count }, () => 'a').join('.');
    const refusal = 'has columns whose names have 10001 parts between dots, and at most 10000 are taken';
    expect(await problemOf(`${parts(9_999)},b,c\n1,2,3\n`)).toBe(`'users.csv' ${refusal}`);
    expect(await problemOf(JSON.stringify([{ [parts(9_999)]: 1 }, { b: 1, c: 2 }]), 'x.json')).toBe(
      `'x.json' ${refusal}`,
    );
    expect(await read(`${parts(9_999)},b\n1,2\n`)).toHaveLength(1);
  });

  it('has columns of any name', async () => {
    const [row] = await read('__proto__,constructor,toString,hasOwnProperty\n1,2,3,4\n');
    expect(Object.entries(row ?? {})).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
      ['toString', '3'],
      ['hasOwnProperty', '4'],
    ]);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)[1]).toBeUndefined();
  });

  it('loses the one apostrophe that keeps Excel from running a formula', async () => {
    expect(await read("'=a,b\n'=1+1,''+1\n'tis,-1\n\"'\t\",'\n")).toEqual([
      { '=a': '=1+1', b: "'+1" },
      { '=a': "'tis", b: '-1' },
      { '=a': '\t', b: "'" },
    ]);
  });

  it.each([
    ['', "'users.csv' is empty, and nothing was done: its first line has to name the columns"],
    ['\uFEFF', "'users.csv' is empty, and nothing was done: its first line has to name the columns"],
    ['\r\n\n', "'users.csv' is empty, and nothing was done: its first line has to name the columns"],
    ['sep=;', "'users.csv' is empty, and nothing was done: its first line has to name the columns"],
    ['a,b\n1,2,3\n', "'users.csv', line 2: 3 values; the header has 2 columns"],
    ['sep=;\na;b\n1;2;3\n', "'users.csv', line 3: 3 values; the header has 2 columns"],
    ['a,b\n"1\n1",2\n"3\n3",4,5\n', "'users.csv', line 4: 3 values; the header has 2 columns"],
    ['a,b\n1,"2\n3,4\n', "'users.csv', line 2: a quote opens here and is closed nowhere"],
    ['a,b\n"x\r\ny",2\n\n\n"3,4\n5,6', "'users.csv', line 6: a quote opens here and is closed nowhere"],
    ['"a\nb', "'users.csv', line 1: a quote opens here and is closed nowhere"],
    [
      'a,b\n1,2"x\n',
      "'users.csv', line 2: a quote inside a value without quotes; put the value in quotes, and write the quote twice",
    ],
    [
      'a\n\n\nx"\n',
      "'users.csv', line 4: a quote inside a value without quotes; put the value in quotes, and write the quote twice",
    ],
    [
      'a,b\n"1"x,2\n',
      "'users.csv', line 2: something follows a closing quote; inside quotes, a quote is written twice",
    ],
    [
      'a,b\n1,"2\n""\r\n" x\n',
      "'users.csv', line 4: something follows a closing quote; inside quotes, a quote is written twice",
    ],
    ['a,b\r1,2\r\r3,4,5', "'users.csv', line 4: 3 values; the header has 2 columns"],
    ['a,b\n"1\r\n\r\n\n",2\n\n3,4,5,6\n', "'users.csv', line 7: 4 values; the header has 2 columns"],
    ["'=a,=a\n", "'users.csv', line 1: all columns have the same name: its first line has to name the columns"],
  ])('is refused with the line: %j', async (text, problem) => {
    expect(await problemOf(text)).toBe(problem);
  });

  it('never shows a value', async () => {
    for (const text of ['a,b\n1,2,s3cret\n', 'a,b\n1,s3cret"\n', 'a,b\n"s3cret"s3cret,2\n', 'a,b\n1,"s3cret\n']) {
      expect(await problemOf(text)).not.toContain('s3cret');
    }
  });

  it('is refused beyond the greatest number of rows, and read no further', async () => {
    const text = `a\n${'x\n'.repeat(5)}`;
    expect(await read(text, 'users.csv', 5)).toHaveLength(5);
    expect(await problemOf(`${text}x\n"unclosed`, 'users.csv', 5)).toBe(
      "'users.csv' has more than 5 rows (8 lines), and at most 5 are taken (--max-rows): split it",
    );
  });

  it('is refused with more columns than are taken, in the header or below it', async () => {
    const wide = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`).join();
    expect(await read(`${wide(1000)}\n${wide(1000)}\n`)).toHaveLength(1);
    expect(await problemOf(`${wide(1001)}\n`)).toContain('has more than 1000 columns');
    expect(await problemOf(`${','.repeat(3_000_000)}x\n`)).toContain('has more than 1000 columns');
    expect(await problemOf(`${','.repeat(3_000_000)}\n`)).toContain('is empty, and nothing was done');
    expect(await problemOf(`a,b\n${','.repeat(3_000_000)}x\n`)).toMatch(
      /line 2: 1001 values; the header has 2 columns$/,
    );
  });
});

describe('bytes that are no text', () => {
  it.each([
    [
      'windows-1252, as Excel saves "CSV"',
      Buffer.from('a,b\r\n1,2\r\nM\xfcller,3\r\n', 'latin1'),
      'line 3: this is not UTF-8',
    ],
    ['in a file with CR alone', Buffer.from('a\rb\r\xff\r', 'latin1'), 'line 3: this is not UTF-8'],
    ['in the last line', Buffer.from('a\nb\nc\xe4', 'latin1'), 'line 3: this is not UTF-8'],
    ['after a byte-order mark', Buffer.from('\xef\xbb\xbfa\n\xff', 'latin1'), 'line 2: this is not UTF-8'],
    ['half a character of UTF-16', Buffer.from('\uFEFFa\n\uD800b\n', 'utf16le'), 'line 2: this is not UTF-16'],
    ['half a byte pair of UTF-16', Buffer.from('\xff\xfea\0\n\0b', 'latin1'), 'line 2: this is not UTF-16'],
    [
      'UTF-16 without a mark',
      Buffer.from('a,b\n', 'utf16le'),
      "'users.csv' looks like UTF-16 without a byte-order mark",
    ],
  ])('are refused with the line: %s', async (_, bytes, problem) => {
    expect(await problemOf(bytes)).toContain(problem);
    expect(await problemOf(bytes)).toMatch(/: save (it|the file) as UTF-8$/);
  });
});

describe('JSON', () => {
  const json = (text: string, mostRows?: number) => read(text, 'users.json', mostRows);
  const problem = (text: string, mostRows?: number) => problemOf(text, 'users.json', mostRows);

  it('is an array of objects, with values of any kind', async () => {
    expect(await json('\uFEFF[{"a": 1, "b": [null, {"c": true}]}, {}]\n')).toEqual([
      { a: 1, b: [null, { c: true }] },
      {},
    ]);
    expect(await json('[]')).toEqual([]);
  });

  it('may be an envelope of ours', async () => {
    expect(await json('{"result": [{"a": 1}], "error": null, "has_error": false}')).toEqual([{ a: 1 }]);
  });

  it('has columns of any name', async () => {
    const [row] = await json('[{"__proto__": {"x": 1}, "constructor": 2}]');
    expect(Object.keys(row ?? {})).toEqual(['__proto__', 'constructor']);
    expect((row as { x?: unknown }).x).toBeUndefined();
  });

  it.each([
    ['', "'users.json' is empty, and nothing was done: it has to be an array of objects"],
    [' \n', "'users.json' is empty, and nothing was done: it has to be an array of objects"],
    ['"[]"', "'users.json' is one text: it has to be an array of objects"],
    ['null', "'users.json' is null: it has to be an array of objects"],
    ['[{}, {}, 3]', "'users.json', row 3: this is not an object"],
    ['[null]', "'users.json', row 1: this is null"],
    ['[{}, []]', "'users.json', row 2: this is not an object"],
    [
      '[\n{"a": 1},\n{"a": s3cret}\n]',
      "'users.json', line 3: expected a text in double quotes, a number, true, false or null",
    ],
    ['[{"a": 1},\r\n\r\n]', "'users.json', line 3: a comma before the closing bracket, which JSON does not have"],
    ['[{"a": 1}', "'users.json', line 1: expected a closing ]"],
    ['{"a": 1},\n{"a": 2}\n', "'users.json', line 1: expected a value"],
    ['{"a": 1}\n{"a": }\n{"a": 3}\n', "'users.json', line 2: expected a value"],
    ['{"a": 1}\n{"a": [\n{"a": 3}\n', /^'users.json', line 2: expected /],
    ['user,team\nx,y\n', /^'users.json', line 1: .*\. It looks like CSV: name it \.csv$/],
    ['[{"a": "s3cret\n"}]', "'users.json', line 1: a text that has no closing quote"],
    [`[\n${' '.repeat(1000)}\n${'\t'.repeat(1000)},]`, "'users.json', line 3: expected a value"],
    ['[{"a": 01}]', /^'users.json', line 1: /],
    ['[{"a": 1e}]', /^'users.json', line 1: /],
    ['[{"a": NaN}]', /^'users.json', line 1: /],
    ['[{"a": "\\ud80"}]', /^'users.json', line 1: /],
  ])('is refused with the line or the row: %j', async (text, wanted) => {
    expect(await problem(text)).toEqual(typeof wanted === 'string' ? wanted : expect.stringMatching(wanted));
    expect(await problem(text)).not.toContain('s3cret');
  });

  it('is refused beyond the greatest number of rows', async () => {
    expect(await problem('[{}, {}, {}]', 2)).toBe(
      "'users.json' has 3 rows, and at most 2 are taken (--max-rows): split it",
    );
    expect(await problem('{"result": [{}, {}, {}]}', 2)).toContain('has 3 rows, and at most 2');
    expect(await problem(`[${'{},'.repeat(2_000_000)}{}]`)).toContain('has 2000001 rows');
    expect(await json('[{"a": [1, 2, "],["], "b": ",,"}, {}]', 2)).toHaveLength(2);
  });

  it('is refused with the line after millions of blanks', async () => {
    for (const blank of [' ', '\t', '\n']) {
      // Enough for a regular expression that goes back over them to run out of stack.
      const many = blank.repeat(5_000_000);
      const line = blank === '\n' ? 5_000_001 : 1;
      expect(await problem(`[${many},]`)).toBe(`'users.json', line ${line}: expected a value`);
      expect(await problem(`[{},${many}]`)).toBe(
        `'users.json', line ${line}: a comma before the closing bracket, which JSON does not have`,
      );
    }
  });

  const nested = (depth: number) => `[\n${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}]`;

  it('is read 64 levels deep, and refused beyond', async () => {
    expect(await json(nested(64))).toHaveLength(1);
    expect(await problem(nested(67))).toBe("'users.json', row 1: nested deeper than 64 levels");
    expect(await problem(nested(80))).toBe("'users.json', line 2: nested deeper than 64 levels");
    expect(await problem('['.repeat(5_000_000))).toBe("'users.json', line 1: nested deeper than 64 levels");
    expect(await problem(`[{"a": "${'['.repeat(100)}\\"${'{'.repeat(100)}"}, 1]`)).toContain('row 2');
  });

  it('is refused with more values or columns than are taken', async () => {
    expect(await problem(`[{"a": [${'{},'.repeat(2_000_000)}{}]}]`)).toContain('has more than 1000000 values');
    const wide = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`c${index}`, 1]));
    const wider = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`d${index}`, 1]));
    expect(await json(JSON.stringify([wide, wide, wide]))).toHaveLength(3);
    expect(await problem(JSON.stringify([wide, wider]))).toContain('has more than 1000 columns');
  });
});

describe('JSON lines', () => {
  const lines = (text: string, mostRows?: number) => read(text, 'users.jsonl', mostRows);
  const problem = (text: string, mostRows?: number) => problemOf(text, 'users.jsonl', mostRows);

  it('are an object each, blank ones passed over', async () => {
    expect(await lines('\uFEFF{"a": 1}\r\n\n  \n{"__proto__": [2]}')).toEqual([
      { a: 1 },
      JSON.parse('{"__proto__": [2]}'),
    ]);
    expect(await lines('')).toEqual([]);
  });

  it.each([
    ['{"a": 1}\n\n{"a": }\n', "'users.jsonl', line 3: expected a value"],
    ['{"a": 1}\n[1]\n', "'users.jsonl', line 2: this is not an object"],
    [`{}\n${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, "'users.jsonl', row 2: nested deeper than 64 levels"],
    [`{"a": [${'1,'.repeat(600_000)}1]}\n`.repeat(2), /has more than 1000000 values/],
  ])('are refused with the number', async (text, wanted) => {
    expect(await problem(text)).toEqual(typeof wanted === 'string' ? wanted : expect.stringMatching(wanted));
  });

  it('are refused beyond the greatest number, and read no further', async () => {
    expect(await problem('{}\n{}\n{}\nno JSON\n', 2)).toBe(
      "'users.jsonl' has more than 2 rows (4 lines), and at most 2 are taken (--max-rows): split it",
    );
  });
});
