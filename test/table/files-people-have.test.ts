import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors.ts';
import { Redactor } from '../../src/redact.ts';
import { hideSecrets } from '../../src/table/hide-secrets.ts';
import { readRows } from '../../src/table/read-rows.ts';
import { checkShown, shownText } from '../../src/table/shown-text.ts';

const bytesOf = (content: unknown): Buffer =>
  Buffer.isBuffer(content) ? content : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
const read = (name: string, content: unknown) => readRows(name, bytesOf(content), { most: 5000, option: '--max-rows' });
const rowsOf = async (name: string, content: unknown) => (await read(name, content)).rows;

async function problemOf(name: string, content: unknown): Promise<string> {
  try {
    await read(name, content);
  } catch (error) {
    expect(error).toBeInstanceOf(CallError);
    return (error as CallError).message;
  }
  throw new Error('nothing was refused');
}

const EVENT = {
  version: '0',
  id: 'e1',
  'detail-type': 'GuardDuty Finding',
  source: 'aws.guardduty',
  account: '111122223333',
  time: '2026-01-01T00:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: { id: 'f', type: 't', severity: 8, resource: { tags: [{ key: 'a' }] } },
};
const HUB_FINDING = {
  SchemaVersion: '2018-10-08',
  Id: 'x',
  ProductArn: 'p',
  AwsAccountId: '1',
  Title: 't',
  CreatedAt: 'c',
  Resources: [{ Type: 'AwsIamAccessKey', Id: 'k' }],
};

/** A workbook with these rows in one sheet, as inline texts unless the cell is XML by itself. */
function workbook(rows: string[][], more: Record<string, string> = {}): Buffer {
  const sheet = rows
    .map((row, at) => {
      const cells = row.map((cell, column) => {
        const place = `r="${String.fromCharCode(65 + column)}${at + 1}"`;
        return cell.startsWith('<')
          ? cell.replace('<c', `<c ${place}`)
          : `<c ${place} t="inlineStr"><is><t>${cell}</t></is></c>`;
      });
      return `<row r="${at + 1}">${cells.join('')}</row>`;
    })
    .join('');
  return zipped({ 'xl/worksheets/sheet1.xml': worksheet(sheet), ...more });
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const worksheet = (rows: string) =>
  `<?xml version="1.0"?><worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData></worksheet>`;
function zipped(parts: Record<string, string>): Buffer {
  const whole: Record<string, string> = {
    'xl/workbook.xml': `<?xml version="1.0"?><workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="Leavers &amp; more" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<?xml version="1.0"?><styleSheet xmlns="${MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    ...parts,
  };
  return Buffer.from(zipSync(Object.fromEntries(Object.entries(whole).map(([name, text]) => [name, strToU8(text)]))));
}

describe('the files that people have', () => {
  it.each<[name: string, content: unknown, rows: unknown[]]>([
    ['users.json', { Users: [{ UserName: 'ci' }] }, [{ UserName: 'ci' }]],
    ['keys.json', { AccessKeyMetadata: [{ UserName: 'ci' }], IsTruncated: true, Marker: 'm' }, [{ UserName: 'ci' }]],
    ['trail.json.gz', gzipSync('{"Records":[{"eventName":"x"}]}'), [{ eventName: 'x' }]],
    ['unnamed.json', gzipSync('{"Records":[{"eventName":"x"}]}'), [{ eventName: 'x' }]],
    ['members.csv.gz', Buffer.concat([gzipSync('user\na\n'), gzipSync('b\n')]), [{ user: 'a' }, { user: 'b' }]],
    ['event.json', EVENT, [EVENT]],
    ['event.json', { ...EVENT, resources: [{ arn: 'a' }] }, [{ ...EVENT, resources: [{ arn: 'a' }] }]],
    ['hub.json', HUB_FINDING, [HUB_FINDING]],
    [
      'user.json',
      { User: { UserName: 'a', UserId: 'i', Arn: 'r', Path: '/', CreateDate: 'd', Tags: [{ Key: 'k' }] } },
      [expect.objectContaining({ User: expect.anything() })],
    ],
    ['deep.json', { status: 'ok', data: { items: [{ a: 1 }], total: 1 } }, [{ a: 1 }]],
    ['none.json', { Users: [], IsTruncated: false }, []],
    ['lines.json', '{"user":"a"}\n{"user":"x"}\n', [{ user: 'a' }, { user: 'x' }]],
    ['pretty.jsonl', '{\n "user": "a"\n}\n{\n "user": "x"\n}\n', [{ user: 'a' }, { user: 'x' }]],
    ['pages.json', '{"Users":[{"a":1}]}\n{"Users":[{"a":2}]}', [{ a: 1 }, { a: 2 }]],
    ['arrays.json', '[{"a":1}]\n[{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ['names.json', ['ci', 'backup'], [{ value: 'ci' }, { value: 'backup' }]],
    ['names.json', { PolicyNames: ['a', 'b'] }, [{ value: 'a' }, { value: 'b' }]],
    ['names.txt', 'ci\r\n\n backup \n', [{ value: 'ci' }, { value: 'backup' }]],
    ['really.txt', '[{"a":1}]', [{ a: 1 }]],
    ['alerts.json#/alerts', { total: 1, alerts: [{ n: 1 }], filters: [{ name: 's' }] }, [{ n: 1 }]],
    ['a.json#/a~1b/0/c%20d', { 'a/b': [{ 'c d': [{ n: 1 }] }] }, [{ n: 1 }]],
    ['a.json#/a', { a: { n: 1 } }, [{ n: 1 }]],
    ['a.json#', { a: [{ n: 1 }] }, [{ a: [{ n: 1 }] }]],
    [
      'a.json#/results',
      { results: { 'x.py': [{ t: 1 }], 'y.py': [{ t: 2 }] }, plugins: [{ n: 1 }] },
      [
        { group: 'x.py', t: 1 },
        { group: 'y.py', t: 2 },
      ],
    ],
    [
      'ids.json',
      '[{"id": 12345678901234567890, "account": 111122223333}]',
      [{ id: '12345678901234567890', account: 111122223333 }],
    ],
    ['commas.csv', `user,team\nci,build\n${',\n'.repeat(1247)}`, [{ user: 'ci', team: 'build' }]],
    ['trailing.csv', 'user,team,\nci,build,\n', [{ user: 'ci', team: 'build' }]],
    ['short.csv', 'user,team,note\nci,build\n', [{ user: 'ci', team: 'build', note: '' }]],
    ['power-of-two.json', '[{"id":18446744073709551616}]', [{ id: '18446744073709551616' }]],
    ['long.csv', 'user,team\nci,build,,\n', [{ user: 'ci', team: 'build' }]],
    ['twice.csv', 'key,user,Labels,Labels\nSEC-1,ci,a,b\n', [{ key: 'SEC-1', user: 'ci' }]],
    ['blanks.csv', '"user", "team"\n"ci", "build"\n', [{ user: 'ci', team: 'build' }]],
    ['types.csv', '#TYPE System.Object\n"user","team"\n"ci","build"\n', [{ user: 'ci', team: 'build' }]],
    ['index.csv', ',user\n0,ci\n', [{ user: 'ci' }]],
    ['header.csv', 'user,team\n', []],
  ])('%s is read: %j', async (name, content, rows) => {
    expect(await rowsOf(name, content)).toEqual(rows);
  });

  it('tells which columns no template can use, and why', async () => {
    const { unusable } = await read('twice.csv', 'key,Labels,Labels\n1,a,b\n');
    expect([...unusable]).toEqual([['Labels', 'two columns have this name']]);
  });

  it.each<[name: string, content: unknown, problem: string]>([
    [
      'alerts.json',
      { total: 2, alerts: [{ number: 1, secret: {} }], filters: [{ name: 's' }] },
      "'alerts.json' has several arrays of objects: say which is the table, by the name 'alerts.json#/alerts' (1 row: number, secret), 'alerts.json#/filters' (1 row: name)",
    ],
    [
      'one.json',
      { user: 'ci', keys: [{ id: 'k' }] },
      "'one.json' is an object with an array of objects in it: say which is the table, by the name 'one.json#/keys' (1 row: id), or 'one.json#' (1 row: user, keys)",
    ],
    ['a.json#/users', { alerts: [{ n: 1 }] }, "'a.json#/users' leads nowhere: the file is an object with alerts"],
    ['a.json#users', { alerts: [] }, 'has to have a JSON pointer after the #'],
    [
      'title.csv',
      'Leavers of May\n\nuser,team\nci,build\n',
      'line 3: 2 values, below a line with one text, which looks like a title',
    ],
    ['title.csv', 'Leavers,\nuser,team\nci,build\n', 'line 2: 2 values, below a line with one text'],
    ['x.csv', '[{"a":1}]', 'is JSON: name it .json'],
    ['x.txt', 'user,team\nci,build\n', 'name it .csv'],
    ['x.csv', '<html><table>', 'is HTML'],
    ['x.csv', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'an Excel workbook of the old kind'],
    [
      'x.xlsx',
      zipped({ 'xl/worksheets/sheet1.xml': worksheet('<'.repeat(1000)) }),
      'has a sheet that no program writes: save it as CSV',
    ],
    ['x.csv', workbook([['user'], ['ci']]), 'is an Excel workbook: name it .xlsx, or save it as CSV'],
    ['x.xls', '', 'is an Excel workbook of the old kind: save it as .xlsx or CSV'],
    ['x.xlsx', 'user\nci', 'is no Excel workbook'],
    ['x.csv.gz', gzipSync(Buffer.alloc(60 * 1024 * 1024)), 'has more than 50 MiB when it is unpacked'],
    ['x.csv.gz', gzipSync('user\nci\n').subarray(0, 20), 'damaged or cut off'],
  ])('%s is refused with what it is', async (name, content, problem) => {
    expect(await problemOf(name, content)).toContain(problem);
  });
});

describe('a workbook', () => {
  it('is read as a person sees it, from its first sheet or a named one', async () => {
    const file = workbook([
      ['user', 'since', 'count', 'left'],
      ['ci', '<c s="1"><v>45658</v></c>', '<c><v>1.5E+20</v></c>', '<c t="b"><v>1</v></c>'],
      ['', '', '', ''],
    ]);
    const rows = [{ user: 'ci', since: '2025-01-01', count: '150000000000000000000', left: 'true' }];
    expect(await rowsOf('x.xlsx', file)).toEqual(rows);
    expect(await rowsOf('x.xlsx#Leavers & more', file)).toEqual(rows);
    expect(await problemOf('x.xlsx#Other', file)).toContain("no sheet of that name; its sheets are 'Leavers & more'");
  });

  it('has its sheets named as what they are, data of a stranger', async () => {
    const sheets = ['\u202Eevil', 'x'.repeat(100_000)].map(
      (name, at) => `<sheet name="${name}" sheetId="${at}" r:id="rId1"/>`,
    );
    const book = `<?xml version="1.0"?><workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${sheets.join('')}</sheets></workbook>`;
    const problem = await problemOf('x.xlsx#Other', workbook([['user']], { 'xl/workbook.xml': book }));
    expect(problem).toContain("its sheets are '\\u{202e}evil'");
    expect(problem.length).toBeLessThan(300);
  });

  it.each<[what: string, file: () => Buffer]>([
    [
      'one cell at the far end',
      () => zipped({ 'xl/worksheets/sheet1.xml': worksheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>') }),
    ],
    [
      'millions of rows',
      () => zipped({ 'xl/worksheets/sheet1.xml': worksheet('<row><c><v>1</v></c></row>'.repeat(1_500_000)) }),
    ],
    [
      'millions of texts',
      () => workbook([['a']], { 'xl/sharedStrings.xml': `<sst>${'<si><t>x</t></si>'.repeat(1_400_000)}</sst>` }),
    ],
  ])('is refused without using up memory: %s', async (_, file) => {
    const bytes = file();
    const before = process.memoryUsage().rss;
    expect(await problemOf('x.xlsx', bytes)).toMatch(/more than is read/);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });
});

// Made here, so that no scanner takes it for a real one.
const SECRET = createHash('sha256').update('a secret of a test').digest('base64').slice(0, 40);

describe('a secret that was written into a file', () => {
  it.each<[name: string, content: unknown]>([
    ['x.json', [{ result: { AccessKey: { AccessKeyId: 'K', SecretAccessKey: SECRET } } }]],
    ['x.jsonl', JSON.stringify({ result: { AccessKey: { SecretAccessKey: SECRET } } })],
    ['x.csv', `user,result.AccessKey.SecretAccessKey\nci,${SECRET}\n`],
    ['x.csv.gz', gzipSync(`Access key ID,Secret access key\nK,${SECRET}\n`)],
    ['x.csv', `user,result\nci,"[{""SecretAccessKey"":""${SECRET}""}]"\n`],
    [
      'x.xlsx',
      workbook([
        ['user', 'SecretAccessKey'],
        ['ci', SECRET],
      ]),
    ],
    ['x.txt', `SecretAccessKey: ${SECRET}\n`],
  ])('is hidden in rows, and registered: %s', async (name, content) => {
    const redactor = new Redactor();
    const rows = await hideSecrets(await rowsOf(name, content), redactor);
    expect(JSON.stringify(rows)).not.toContain(SECRET);
    expect(JSON.stringify(rows)).toContain('(not shown)');
    expect(redactor.text(`so ${SECRET}`)).not.toContain(SECRET);
    if (/\.(?:gz|xlsx)$/.test(name)) expect(() => checkShown(name)).toThrow(CallError);
    else expect(await shownText(name, bytesOf(content), new Redactor())).not.toContain(SECRET);
  });

  it('is not shown where the file cannot be read as a table', async () => {
    const file = Buffer.from(`SecretAccessKey,a\n${SECRET},b,c\n`);
    await expect(shownText('x.csv', file, new Redactor())).rejects.toThrow(/names secrets/);
  });
});

describe('any bytes', () => {
  const names = fc.constantFrom('x.csv', 'x.tsv', 'x.json', 'x.jsonl', 'x.txt', 'x.csv.gz', 'x.json#/a/0');
  const seeds = fc.constantFrom(
    '{"a":[{"b":1}]}',
    'a,b\n1,"2"\n',
    '#TYPE x\na\tb\n',
    '\uFEFF["a"]',
    'PK\x03\x04xl/workbook.xml',
  );
  const mutated = fc
    .tuple(seeds, fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 6 }))
    .map(([seed, changes]) => {
      const bytes = Buffer.from(seed);
      for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
      return bytes;
    });

  it('are rows, or are refused', async () => {
    const bytes = fc.oneof(
      mutated,
      fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    );
    await fc.assert(
      fc.asyncProperty(names, bytes, fc.boolean(), async (name, content, isPacked) => {
        try {
          expect(await rowsOf(name, isPacked ? gzipSync(content) : content)).toBeInstanceOf(Array);
        } catch (error) {
          expect(error).toBeInstanceOf(CallError);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('of a workbook are rows, or are refused', async () => {
    const whole = workbook([['user'], ['ci']]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          const bytes = Buffer.from(whole);
          for (const [at, byte] of changes) bytes[at] = byte;
          try {
            expect(await rowsOf('x.xlsx', bytes)).toBeInstanceOf(Array);
          } catch (error) {
            expect(error).toBeInstanceOf(CallError);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
