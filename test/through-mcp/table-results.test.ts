// A result that is too long for a model's window: the first entries, the whole in a file, and the rest on request.
import { describe, expect } from 'vitest';
import type { Envelope } from '../../src/envelope.ts';
import type { Server } from '../e2e/session.ts';
import { dropFile, entriesOf, fileText, keysOfNewUsers, linesOfFile } from '../e2e/tables.ts';
import { NOW } from '../now.ts';
import { test } from './start-server.ts';

/** Follows `continue_from` to the end. @returns every page after the first */
async function walk(server: Server, tool: string, first: Envelope): Promise<Envelope[]> {
  const pages: Envelope[] = [];
  for (let token = first.continue_from; token !== undefined; token = pages.at(-1)?.continue_from) {
    pages.push(await server.call(tool, { continue_from: token }));
  }
  return pages;
}

describe.concurrent('a single list of 1,500 policies', () => {
  test('comes in pages that fit, and is read to its end without asking AWS again', async ({ start, aws, stateDir }) => {
    aws.load({ policies: 1500 });
    const server = await start();
    const first = await server.call('list_policies', { scope: 'Local' });
    const asked = aws.log.length;
    const shown = entriesOf(first);
    expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThanOrEqual(24_576);
    const of = first.page?.of ?? 0;
    expect(of).toBeGreaterThan(1500);
    expect(first).toMatchObject({ error: null, has_error: false, page: { from: 1, to: shown.length, of } });
    const [file] = first.files ?? [];
    expect(first.files).toEqual([{ name: expect.stringMatching(/^result-list_policies-\w+\.jsonl$/), entries: of }]);

    const whole = linesOfFile(stateDir, file?.name ?? '');
    const pages = await walk(server, 'list_policies', first);
    expect([first, ...pages].flatMap(entriesOf)).toEqual(whole);
    expect(new Set(whole.map(({ PolicyName }) => PolicyName)).size).toBe(of);
    let next = shown.length + 1;
    for (const page of pages) {
      expect(page).toMatchObject({ error: null, page: { from: next, of }, files: first.files });
      expect(Buffer.byteLength(JSON.stringify(page.result))).toBeLessThanOrEqual(24_576);
      next = (page.page?.to ?? 0) + 1;
    }
    expect(next).toBe(of + 1);

    const { contents } = await server.client.readResource({ uri: `iam://files/${file?.name}` });
    expect(contents).toEqual([
      { uri: `iam://files/${file?.name}`, mimeType: 'application/jsonl', text: fileText(stateDir, file?.name ?? '') },
    ]);
    expect(aws.log).toHaveLength(asked);
  });

  test('is whole where the operator sets no limit', async ({ start, aws }) => {
    aws.load({ policies: 1500 });
    const server = await start({ args: ['--result-limit', '0'] });
    const all = await server.call('list_policies', { scope: 'Local' });
    expect(entriesOf(all).length).toBeGreaterThan(1500);
    expect(Object.keys(all).sort()).toEqual(['error', 'has_error', 'result']);
  });

  test('goes to the file that the caller names, too', async ({ start, aws, stateDir }) => {
    aws.load({ policies: 300 });
    const server = await start();
    const first = await server.call('list_policies', { scope: 'Local', output_file: 'policies.csv' });
    expect(first.files?.[0]).toEqual({ name: 'policies.csv', entries: first.page?.of });
    expect(fileText(stateDir, 'policies.csv').trimEnd().split('\r\n')).toHaveLength((first.page?.of ?? 0) + 1);
  });
});

describe.concurrent('a long table', () => {
  test('is shown as far as it fits, with the counts of all of it, and read on to its end', async ({ start, aws }) => {
    const rows = [...keysOfNewUsers(aws, 30), { user: 'nobody', key: 'x' }];
    const server = await start({ args: ['--result-limit', '4000'] });
    const first = await server.call('get_access_key_last_used', {
      rows,
      access_key_id: '{{ key }}',
      detail: 'full',
    });
    expect(first.summary).toEqual({ rows: 31, succeeded: 30, failed: 1, not_attempted: 0, now: NOW });
    expect(first.page?.to).toBeLessThan(30);
    const pages = await walk(server, 'get_access_key_last_used', first);
    expect([first, ...pages].flatMap(entriesOf).map(({ input }) => input)).toEqual(rows);
    // It tells of the failure on the page where it stands.
    expect(pages.at(-1)).toMatchObject({ has_error: true, error: expect.stringMatching(/^RowsFailed: 1 of these /) });
    expect(pages.at(-2)?.error).toBeNull();
    expect(aws.log).toHaveLength(30);
  });

  test('shows at least one entry, however long, on each page', async ({ start, aws }) => {
    const rows = keysOfNewUsers(aws, 3).map((row) => ({ ...row, note: 'x'.repeat(10_000) }));
    const server = await start({ args: ['--result-limit', '1000'] });
    const first = await server.call('list_access_keys', { rows, user_name: '{{ user }}', detail: 'full' });
    expect(first.page).toEqual({ from: 1, to: 1, of: 3 });
    const pages = await walk(server, 'list_access_keys', first);
    expect(pages.map(({ page }) => page?.to)).toEqual([2, 3]);
  });
});

describe.concurrent('a continue_from', () => {
  test('that is of another tool, made up, used up or of a file that is gone is refused', async ({
    start,
    aws,
    stateDir,
  }) => {
    aws.load({ policies: 300 });
    dropFile(stateDir, 'result-list_policies-0123456789abcdef.jsonl', 'not JSON\n');
    const server = await start();
    const { continue_from: token = '', page } = await server.call('list_policies', { scope: 'Local' });
    const [id = ''] = token.split('.');
    const asked = aws.log.length;
    const refusals: [string, string, RegExp][] = [
      ['list_access_keys', token, /of this tool/],
      ['list_policies', 'made up', /of this tool/],
      ['list_policies', '../../audit.1', /of this tool/],
      ['list_policies', `${id}.-1`, /of this tool/],
      ['list_policies', `${id}.${page?.of}`, /no more entries/],
      ['list_policies', 'list_policies-ffffffffffffffff.5', / is not in .*files; there /],
      ['list_policies', 'list_policies-0123456789abcdef.0', /was changed since/],
    ];
    for (const [tool, continue_from, why] of refusals) {
      const { error, result } = await server.call(tool, { continue_from });
      expect(error).toMatch(/^InvalidArguments: /);
      expect(error).toMatch(why);
      expect(result).toBeNull();
    }
    expect(aws.log).toHaveLength(asked);
  });
});

describe.concurrent('the files of tables as resources', () => {
  test('are those below their folder, and no others', async ({ start, stateDir }) => {
    dropFile(stateDir, 'a b.csv', 'x\n1\n');
    const server = await start();
    await server.call('list_policies', { max_items: 1 });
    const { contents } = await server.client.readResource({ uri: 'iam://files/a%20b.csv' });
    expect(contents).toEqual([{ uri: 'iam://files/a%20b.csv', mimeType: 'text/csv', text: 'x\n1\n' }]);
    for (const name of [
      '../audit.jsonl',
      '..%2Faudit.jsonl',
      '%2e%2e/audit.jsonl',
      '/etc/passwd',
      '%2Fetc%2Fpasswd',
      '%',
      '',
    ]) {
      await expect(server.client.readResource({ uri: `iam://files/${name}` })).rejects.toThrow(/-32602/);
    }
  });
});
