// What the writer does at the end of the audit as it finds it: earlier lines, torn ones, a full file, a link, a lock.
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Redactor } from '../../src/redact.ts';
import { Audit } from '../../src/state/audit.ts';
import { withFolderLock } from '../../src/state/folder-lock.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { append, check, currentOf, entriesOf, linesOf } from './audit-of.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = temporaryFolder();
});

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const WHOLE = { breaks: [], moreBreaks: 0 };

describe('a line of the audit', () => {
  it('has its number and the hash of the line before, the first one none', () => {
    append(stateDir, ['a', 'b', 'c']);
    const [first = '', second = ''] = linesOf(stateDir);
    expect(entriesOf(stateDir)).toMatchObject([
      { seq: 1, prev: null },
      { seq: 2, prev: sha256(first) },
      { seq: 3, prev: sha256(second) },
    ]);
    expect(check(stateDir)).toMatchObject({ ...WHOLE, entries: 3, first: { seq: 1 }, last: { seq: 3 } });
  });

  it('continues the lines of a version that had no chain, and has the hash of the last of them', () => {
    const old = ['{"call":"x","event":"sent"}', '{"call":"y","event":"done"}'];
    writeFileSync(currentOf(stateDir), `${old.join('\n')}\n`, { mode: 0o600 });
    append(stateDir, ['a', 'b']);
    expect(entriesOf(stateDir)[2]).toMatchObject({ seq: 1, prev: sha256(old[1] ?? '') });
    expect(check(stateDir)).toMatchObject({ ...WHOLE, entries: 2, unchained: 2 });
  });

  it('finds the one before however long that is', () => {
    append(stateDir, ['a', 'x'.repeat(700_000), 'b']);
    append(stateDir, ['y'.repeat(100_000), 'c']);
    expect(check(stateDir)).toMatchObject({ ...WHOLE, entries: 5 });
  });

  it('escapes what could steer a terminal, and is the same value', () => {
    new Audit(stateDir, new Redactor()).record({ call: 'a\u202eb\u009b\u{e0041}', event: 'sent', tool: 't' });
    expect(linesOf(stateDir)[0]).toContain('"a\\u202eb\\u009b\\udb40\\udc41"');
    expect(entriesOf(stateDir)).toMatchObject([{ call: 'a\u202eb\u009b\u{e0041}' }]);
  });
});

describe('a torn line', () => {
  it.each([1, 20, 60])('of which %d bytes are there is closed, and the chain goes on from it', (bytes) => {
    append(stateDir, ['a', 'b', 'c']);
    const [, second = '', third = ''] = linesOf(stateDir);
    truncateSync(currentOf(stateDir), statSync(currentOf(stateDir)).size - third.length - 1 + bytes);
    append(stateDir, ['d', 'e']);
    const lines = linesOf(stateDir);
    expect(lines).toHaveLength(5);
    expect(lines[2]).toBe(third.slice(0, bytes));
    expect(JSON.parse(lines[3] ?? '')).toMatchObject({
      seq: 3,
      prev: sha256(`${second}\n${third.slice(0, bytes)}`),
      call: 'd',
    });
    expect(check(stateDir).breaks).toEqual([
      'line 3 of audit.jsonl is torn: it was so when the next entry was written',
    ]);
  });

  it('that lacks its line break alone is an entry', () => {
    append(stateDir, ['a', 'b']);
    truncateSync(currentOf(stateDir), statSync(currentOf(stateDir)).size - 1);
    expect(check(stateDir).breaks).toEqual(['line 2 of audit.jsonl has no line break: it was torn at its end']);
    append(stateDir, ['c']);
    expect(check(stateDir)).toMatchObject({ ...WHOLE, entries: 3 });
  });

  it('at the very beginning, or behind a file that was put away, does not begin the chain anew', () => {
    writeFileSync(currentOf(stateDir), '{"seq":1,"pr', { mode: 0o600 });
    append(stateDir, ['a']);
    expect(check(stateDir).breaks).toEqual([expect.stringMatching(/^line 1 of audit\.jsonl is torn/)]);
    append(stateDir, ['b'], 1);
    writeFileSync(currentOf(stateDir), '{"seq":2,"pr');
    append(stateDir, ['c']);
    expect(entriesOf).toThrow();
    expect(JSON.parse(linesOf(stateDir)[1] ?? '')).toMatchObject({ seq: 2, call: 'c' });
    expect(check(stateDir).breaks[1]).toBe('line 1 of audit.jsonl is torn: it was so when the next entry was written');
  });
});

describe('a full file', () => {
  it('is put away by the numbers of its entries, and the next one continues it', () => {
    append(stateDir, ['a', 'b', 'c', 'd', 'e', 'f', 'g'], 200);
    const names = readdirSync(stateDir).toSorted();
    expect(names).toEqual(['audit.1-2.jsonl', 'audit.3-4.jsonl', 'audit.5-6.jsonl', 'audit.jsonl']);
    for (const name of names) expect(statSync(path.join(stateDir, name)).mode & 0o777).toBe(0o600);
    expect(check(stateDir)).toMatchObject({ ...WHOLE, entries: 7, last: { seq: 7 } });
  });

  it('of earlier lines is put away with the first entries', () => {
    writeFileSync(currentOf(stateDir), `${'{"call":"x"}\n'.repeat(100)}`, { mode: 0o600 });
    append(stateDir, ['a', 'b', 'c'], 200);
    expect(readdirSync(stateDir).toSorted()).toEqual(['audit.1-1.jsonl', 'audit.jsonl']);
    expect(check(stateDir)).toMatchObject({ ...WHOLE, entries: 3, unchained: 100 });
  });

  it.each([
    ['a folder', (file: string) => mkdirSync(file)],
    ['a link', (file: string) => symlinkSync(path.join(stateDir, 'nowhere'), file)],
  ])('is written to further where %s has its lasting name, which is not replaced', (_, make) => {
    append(stateDir, ['a', 'b']);
    make(path.join(stateDir, 'audit.1-2.jsonl'));
    append(stateDir, ['c'], 200);
    expect(linesOf(stateDir)).toHaveLength(3);
    expect(check(stateDir)).toMatchObject({ ...WHOLE, entries: 3 });
    expect(readdirSync(stateDir)).toEqual(['audit.1-2.jsonl', 'audit.jsonl']);
  });

  it('that was put away right before a crash is continued', () => {
    append(stateDir, ['a', 'b', 'c'], 200);
    rmSync(currentOf(stateDir));
    append(stateDir, ['c again']);
    expect(check(stateDir)).toMatchObject({ ...WHOLE, entries: 3 });
  });
});

describe('an entry', () => {
  it.each([
    ['a symbolic link', () => symlinkSync(path.join(stateDir, 'elsewhere'), currentOf(stateDir))],
    ['a folder', () => mkdirSync(currentOf(stateDir))],
  ])('is refused with %s in place of the audit, and nothing is written there', (_, make) => {
    make();
    expect(() => append(stateDir, ['a'])).toThrow();
    expect(() => new Audit(stateDir, new Redactor()).record({ call: 'c', event: 'sent', tool: 't' })).toThrow(
      expect.objectContaining({ code: 'Refused' }),
    );
    expect(readdirSync(stateDir)).toEqual(['audit.jsonl']);
  });

  it('is not held up by the lock of a process that is dead', () => {
    const name = withFolderLock(
      { folder: stateDir, prefix: 'audit.', what: 'x' },
      () => readdirSync(stateDir)[0] ?? '',
    );
    writeFileSync(path.join(stateDir, name.replace(/^audit\.\d+/, 'audit.99999999')), '');
    append(stateDir, ['a']);
    expect(readdirSync(stateDir)).toEqual(['audit.jsonl']);
  });

  it('is refused while another process holds the lock, and nothing is written', () => {
    const hold = <T>(work: () => T) => withFolderLock({ folder: stateDir, prefix: 'audit.', what: 'x' }, work);
    hold(() => {
      const audit = new Audit(stateDir, new Redactor());
      expect(() => audit.record({ call: 'c', event: 'sent', tool: 't' })).toThrow(
        /^the audit cannot be written \(another process is busy with the audit \(/,
      );
    });
    expect(linesOf(stateDir)).toEqual([]);
    append(stateDir, ['a']);
  }, 60_000);

  it('continues the chain behind what somebody has added by hand, which the check names', () => {
    append(stateDir, ['a', 'b']);
    appendFileSync(currentOf(stateDir), '{"call":"by hand"}\nnot JSON\n');
    append(stateDir, ['c']);
    expect(check(stateDir).breaks).toEqual([
      'line 3 of audit.jsonl is no entry of the chain: it was so when the next entry was written',
      'line 4 of audit.jsonl is torn: it was so when the next entry was written',
    ]);
  });
});
