// What of a journal is read again: which file it is, and what its lines say.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PreparedRow } from '../../src/calls/prepare.ts';
import { CallError } from '../../src/errors.ts';
import { digestOf, findJournal, journalFolder, journalName, readJournal } from '../../src/table/journal-file.ts';
import { aCall } from '../calls/a-call.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const TOOL = 'delete_access_key';
const DIGEST = '0123456789abcdef'.repeat(4);
const HEAD = { journal: 1, tool: TOOL, digest: DIGEST, rows: 3 };

let stateDir: string;
beforeEach(() => {
  stateDir = temporaryFolder();
});

function write(name: string, ...lines: (object | string)[]): string {
  const file = path.join(journalFolder(stateDir), name);
  writeFileSync(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return file;
}
const nameAt = (time: string, random = '00000000') => journalName(TOOL, DIGEST, new Date(time), random);
const find = () => findJournal(stateDir, TOOL, DIGEST)?.file;

describe('the name of a journal', () => {
  it('has the time to the millisecond without colons, the tool, and the beginning of the digest', () => {
    expect(journalName(TOOL, DIGEST, new Date('2026-11-23T12:05:09.042Z'), '0a1b2c3d')).toBe(
      '2026-11-23T120509.042-delete_access_key-0123456789abcdef-0a1b2c3d.jsonl',
    );
  });
});

describe('the journal of a table', () => {
  it('is none where there is none', () => {
    expect(find()).toBeUndefined();
  });

  it('is the newest, whatever bytes the names end in', () => {
    write(nameAt('2026-11-23T12:00:00.000Z', 'ffffffff'), HEAD);
    const newest = write(nameAt('2026-11-23T12:00:00.001Z'), HEAD);
    write(nameAt('2025-12-31T23:59:59.999Z', 'ffffffff'), HEAD);
    expect(find()).toBe(newest);
  });

  it('is the one before where the newest is none: torn, or of another table whose digest begins the same', () => {
    const right = write(nameAt('2026-11-23T12:00:00.000Z'), HEAD);
    write(nameAt('2026-11-23T13:00:00.000Z'), '{"journal":1,"tool":"dele');
    write(nameAt('2026-11-23T14:00:00.000Z'), '');
    write(nameAt('2026-11-23T15:00:00.000Z'), { ...HEAD, digest: DIGEST.replace(/.$/, 'x') });
    write(nameAt('2026-11-23T16:00:00.000Z'), { ...HEAD, tool: 'create_access_key' });
    write(nameAt('2026-11-23T17:00:00.000Z'), { ...HEAD, journal: 2 });
    expect(find()).toBe(right);
  });

  it('is no file of another name, though it has all that a journal has', () => {
    for (const name of [
      `${nameAt('2026-11-23T12:00:00.000Z')}.lock`,
      `2026-11-23T120000.000-${TOOL}-fedcba9876543210-00000000.jsonl`,
      `2026-11-23T120000.000-create_access_key-0123456789abcdef-00000000.jsonl`,
    ]) {
      write(name, HEAD);
    }
    expect(find()).toBeUndefined();
  });

  it('is another for another tool, rendered call, row or order of rows', () => {
    const row = (number: number, given: Partial<Parameters<typeof aCall>[0]> = {}): PreparedRow => ({
      number,
      row: {},
      call: aCall({ number, input: { user_name: `u${number}`, status: 'Inactive' }, ...given }),
    });
    const rows = [row(1), row(2)];
    const digests = [
      digestOf(TOOL, rows),
      digestOf('create_access_key', rows),
      digestOf(TOOL, [row(1, { input: { user_name: 'u1', status: 'Active' } }), row(2)]),
      digestOf(TOOL, [row(1, { connection: { label: 'prod' } }), row(2)]),
      digestOf(TOOL, [row(1, { roleArn: 'arn:aws:iam::111122223333:role/responder' }), row(2)]),
      digestOf(TOOL, [row(1), { number: 2, row: {}, call: new CallError('InvalidArguments', 'no') }]),
      digestOf(TOOL, rows.slice(1)),
      digestOf(TOOL, rows.toReversed()),
      digestOf(TOOL, [row(1), row(3, { input: { user_name: 'u2', status: 'Inactive' } })]),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the same for another order of fields, and whatever stands in a column that nothing uses', () => {
    const call = aCall({ input: { user_name: 'ann', status: 'Inactive' } });
    const turned = aCall({ input: { status: 'Inactive', user_name: 'ann' } });
    expect(digestOf(TOOL, [{ number: 1, row: { user: 'ann' }, call }])).toBe(
      digestOf(TOOL, [{ number: 1, row: { user: 'ann', PasswordLastUsed: 'today' }, call: turned }]),
    );
  });
});

describe('what a journal says of a row', () => {
  const read = (...lines: (object | string)[]) => readJournal(write('any.jsonl', HEAD, ...lines));

  it('is its last state, and where it was sent by an earlier line', () => {
    const place = { connection: 'prod', account: '111122223333', arguments: { user_name: 'ann' } };
    const state = read(
      { row: 1, state: 'sent', ...place },
      { row: 2, state: 'sent', ...place },
      { row: 1, state: 'failed', error: 'Refused: no' },
      { row: 1, state: 'done', result: { ok: true } },
    );
    expect(state?.head).toEqual(HEAD);
    expect([...(state?.rows ?? [])]).toEqual([
      [1, { row: 1, state: 'done', ...place, error: 'Refused: no', result: { ok: true } }],
      [2, { row: 2, state: 'sent', ...place }],
    ]);
  });

  it('is not what a line says that is none: half a line, another state, no row', () => {
    const state = read(
      { row: 1, state: 'sent' },
      '',
      '{"row":1,"state":"do',
      { row: 1, state: 'perhaps' },
      { state: 'done' },
      { resumed: '2026-11-23T12:00:00.000Z' },
      { row: 2, state: 'not-attempted' },
    );
    expect([...(state?.rows.values() ?? [])]).toEqual([
      { row: 1, state: 'sent' },
      { row: 2, state: 'not-attempted' },
    ]);
  });

  it('cannot be read where the file has gone', () => {
    expect(() => readJournal(path.join(stateDir, 'gone.jsonl'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});
