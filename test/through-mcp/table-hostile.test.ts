// Tables that somebody has thought about: templates that never end, names that lead elsewhere, rows that are too large.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { personWho } from '../e2e/person.ts';
import type { Server } from '../e2e/session.ts';
import { filesBelow } from '../e2e/state-files.ts';
import { dropFile, entriesOf, fileText } from '../e2e/tables.ts';
import { test } from './start-server.ts';

const LIST = 'list_access_keys';
const READ = { user_name: '{{ user }}' };
describe.concurrent('values that look like templates', () => {
  test('are data, in a file and in the call', async ({ start, aws, stateDir }) => {
    const values = ['{{ 7 * 7 }}', '{% for x in range(9) %}{{ x }}{% endfor %}', '{{ row }}', '{#', '{{', '}}'];
    dropFile(stateDir, 'evil.csv', `user\n${values.join('\n')}\n`);
    const server = await start();
    const rows = values.map((user) => ({ user }));
    for (const table of [{ rows }, { rows_file: 'evil.csv' }]) {
      const envelope = await server.call(LIST, { ...table, ...READ, detail: 'full' });
      expect(entriesOf(envelope).map(({ input }) => input)).toEqual(rows);
      for (const [index, { error }] of entriesOf(envelope).entries()) {
        expect(error).toMatch(/^InvalidArguments: user_name: '/);
        expect(error).toContain(values[index]?.slice(0, 10));
      }
    }
    expect(aws.log).toEqual([]);
  });

  test('in a file’s name are a name', async ({ start, aws }) => {
    const server = await start();
    const { error } = await server.call(LIST, { rows_file: "{{ '../audit.csv' }}", ...READ });
    expect(error).toMatch(/^InvalidArguments: rows_file: /);
    expect(aws.log).toEqual([]);
  });
});

describe.concurrent('a file’s name that leads elsewhere', () => {
  test('is refused, for reading and for writing', async ({ start, aws, stateDir, folder }) => {
    writeFileSync(path.join(folder, 'outside.csv'), 'user\ntom.okafor\n');
    dropFile(stateDir, 'inside.csv', 'user\ntom.okafor\n');
    const files = path.join(stateDir, 'files');
    symlinkSync(path.join(folder, 'outside.csv'), path.join(files, 'link.csv'));
    symlinkSync(folder, path.join(files, 'linked'));
    mkdirSync(path.join(files, 'folder.csv'));
    const before = filesBelow(folder);
    const server = await start();
    const names = [
      '../outside.csv',
      '../../outside.csv',
      'folder.csv/../../../outside.csv',
      path.join(folder, 'outside.csv'),
      '/etc/passwd',
      'C:\\Windows\\win.ini',
      '..\\outside.csv',
      'link.csv',
      'linked/outside.csv',
      'folder.csv',
      '.hidden.csv',
      'nul.csv',
      'a\0.csv',
      'x.csv\n',
      'x\u202ecsv.exe',
      `${'x'.repeat(1001)}.csv`,
    ];
    for (const name of names) {
      expect((await server.call(LIST, { rows_file: name, ...READ })).error, name).toMatch(/^InvalidArguments: /);
      for (const overwrite of [false, true]) {
        if (name === 'x.csv\n') continue;
        const table = { rows_file: 'inside.csv', ...READ, output_file: name, overwrite };
        expect((await server.call(LIST, table)).error, name).toMatch(/^InvalidArguments: /);
      }
    }
    expect(aws.log).toEqual([]);
    expect(filesBelow(folder)).toEqual(before);
  });
});

describe('rows that are too large', () => {
  const columns = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`column ${index}`, index]));

  test('have 1,000 columns, and are taken as they are', async ({ start, stateDir }) => {
    const server = await start({ args: ['--result-limit', '0'] });
    const most = Object.fromEntries(Object.entries(columns).slice(0, 999));
    const rows = Array.from({ length: 5 }, () => ({ ...most, user: 'tom.okafor' }));
    const envelope = await server.call(LIST, { rows, ...READ, output_file: 'wide.csv', detail: 'full' });
    expect(envelope.error).toBeNull();
    expect(entriesOf(envelope).map(({ input }) => input)).toEqual(rows);
    expect(fileText(stateDir, 'wide.csv').split('\r\n')).toHaveLength(7);
    const { error } = await server.call(LIST, { rows, user_name: '{{ User }}' });
    expect(error).toMatch(/no column 'User'; did you mean user\? of 1000 columns, the first are /);
    expect(error?.length).toBeLessThan(1000);
  });

  test('have 10,000 columns, in the call or in a file, and are refused', async ({ start, aws, stateDir }) => {
    const names = Object.keys(columns).join(',');
    dropFile(stateDir, 'wide.csv', `${names}\n${names}\n`);
    dropFile(stateDir, 'wide.json', JSON.stringify([columns]));
    const server = await start();
    for (const table of [{ rows_file: 'wide.csv' }, { rows_file: 'wide.json' }, { rows: [columns] }]) {
      expect((await server.call(LIST, { ...table, ...READ })).error).toMatch(
        /^InvalidArguments: '(wide\.csv|wide\.json|rows)' has more than 1000 columns/,
      );
    }
    expect(aws.log).toEqual([]);
  });

  test('have a cell of 5 MB, and are refused, since each entry of a result has its row in it', async ({
    start,
    stateDir,
    aws,
  }) => {
    const server = await start();
    const big = 'x'.repeat(5_000_000);
    dropFile(stateDir, 'big.csv', `user,note\nnobody,\ntom.okafor,${big}\n`);
    const inCall = await server.call(LIST, { rows: [{ user: big }], ...READ });
    expect(inCall.error).toMatch(/^InvalidArguments: row 1 has 5000011 bytes, and at most 65536 are taken/);
    const inFile = await server.call(LIST, { rows_file: 'big.csv', ...READ, output_file: 'out.jsonl' });
    expect(inFile.error).toMatch(/^InvalidArguments: row 2 has 50000\d\d bytes/);
    expect(aws.log).toEqual([]);
    expect((await server.call(LIST, { user_name: 'tom.okafor' })).error).toBeNull();
  });

  test('are 1,000 with 8 kB each, of which no more is shown than fits', { timeout: 60_000 }, async ({ start, aws }) => {
    const server = await start();
    const note = 'é'.repeat(4_000);
    const rows = Array.from({ length: 1000 }, (_, index) => ({ user: index % 2 ? 'a b' : 'c d', note }));
    const brief = await server.call(LIST, { rows, ...READ });
    expect(brief.result).toMatchObject([{ rows: ['1-1000'], error: expect.stringContaining("user_name: '…' is not") }]);
    expect(JSON.stringify(brief)).not.toContain('éé');
    expect(Buffer.byteLength(JSON.stringify(brief))).toBeLessThanOrEqual(1_000);
    const { error, page, result } = await server.call(LIST, { rows, ...READ, detail: 'full' });
    expect(error).toBe('RowsFailed: 1000 of 1000 rows did not succeed');
    expect(page).toMatchObject({ from: 1, of: 1000 });
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThanOrEqual(24_576);
    expect(aws.log).toEqual([]);
  });

  test('are nested deeper than anything is, and refused', async ({ startRaw, aws }) => {
    const host = startRaw();
    await host.initialize();
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    const call = `{"name":"${LIST}","arguments":{"rows":[{"user":${deep}}],"user_name":"{{ user }}"}}`;
    host.write(`{"jsonrpc":"2.0","id":77,"method":"tools/call","params":${call}}\n`);
    const { result } = await host.answerTo(77);
    expect(result?.structuredContent).toMatchObject({ error: expect.stringMatching(/^InvalidArguments: rows/) });
    expect(aws.log).toEqual([]);
  });

  test('are no rows at all, and refused as such', async ({ start, aws }) => {
    const server = await start();
    for (const rows of ['user', { user: 'x' }, 5, [1], [['x']], [null], ['x']]) {
      expect((await server.call(LIST, { rows, ...READ })).error).toMatch(/^InvalidArguments: rows/);
    }
    for (const table of [{ rows: [], rows_file: 'x.csv' }, { resume: true }, { rows: [], dry_run: 'perhaps' }]) {
      expect((await server.call(LIST, { ...table, ...READ })).error).toMatch(/^InvalidArguments: /);
    }
    expect(aws.log).toEqual([]);
  });
});

describe.concurrent('a plan of hostile rows', () => {
  test('shows a person no character that hides or fakes anything', async ({ start, aws }) => {
    const person = personWho.declines();
    const server: Server = await start({ person });
    const names = ['nobody\u202e', 'a\nTo agree, type the number of rows.', '<b>x</b>', '*'.repeat(5000)];
    const rows = [...names, 'tom.okafor', 'priya.nair'].map((user) => ({ user }));
    await server.call('create_access_key', { rows, ...READ });
    const [text = ''] = person.read;
    expect(text).toContain("Left out, since they cannot be done: 4 of the table's rows");
    // What a model wrote stands in the result, and not among the reasons.
    expect(text.match(/To agree, type/g)).toHaveLength(1);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}<>]/u);
    expect(text.length).toBeLessThan(4500);
    expect(aws.log.every(({ operation }) => !operation.startsWith('Create'))).toBe(true);
  });
});
