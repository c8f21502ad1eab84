// A disk that is full in the middle of an entry, and has room again: the one write that fails is made to.
import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { Redactor } from '../../src/redact.ts';
import { Audit } from '../../src/state/audit.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { check, currentOf } from './audit-of.ts';

const disk = vi.hoisted(() => ({ isFull: false }));

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>();
  const writeSync = (descriptor: number, bytes: Buffer) =>
    disk.isFull ? real.writeSync(descriptor, bytes.subarray(0, 20)) : real.writeSync(descriptor, bytes);
  return { ...real, writeSync };
});

it('refuses what was written in part, keeps it apart from the next entries, and has one chain', () => {
  const stateDir = temporaryFolder();
  const audit = new Audit(stateDir, new Redactor());
  const record = (call: string) => audit.record({ call, event: 'sent', tool: 't' });
  record('a');
  disk.isFull = true;
  for (const call of ['b', 'c']) {
    expect(() => record(call)).toThrow(
      expect.objectContaining({ code: 'Refused', message: expect.stringContaining('is the disk full?') }),
    );
  }
  disk.isFull = false;
  record('d');
  record('e');
  const lines = readFileSync(currentOf(stateDir), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => line.length === 20 || line.length === 19 || JSON.parse(line).call)).toEqual([
    'a',
    true,
    true,
    'd',
    'e',
  ]);
  expect(check(stateDir)).toMatchObject({ entries: 3, last: { seq: 3 } });
  expect(check(stateDir).breaks).toEqual(
    [2, 3].map((n) => `line ${n} of audit.jsonl is torn: it was so when the next entry was written`),
  );
});
