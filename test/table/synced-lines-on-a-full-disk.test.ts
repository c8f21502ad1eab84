// A disk that is full in the middle of a line, and has room again: the one write that fails is made to.
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { SyncedLines } from '../../src/table/synced-lines.ts';
import { temporaryFolder } from '../actions/program.ts';

const disk = vi.hoisted(() => ({ isFull: false }));

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>();
  const write = async (descriptor: number, buffer: Buffer, offset: number, length: number) => {
    if (!disk.isFull) return { bytesWritten: real.writeSync(descriptor, buffer, offset, length), buffer };
    real.writeSync(descriptor, buffer, offset, 5);
    throw new Error('ENOSPC');
  };
  return { ...real, write: Object.assign(() => {}, { [Symbol.for('nodejs.util.promisify.custom')]: write }) };
});

it('keeps half a line apart from the lines that are written when there is room again', async () => {
  const file = path.join(temporaryFolder(), 'lines.jsonl');
  closeSync(openSync(file, 'w'));
  const lines = new SyncedLines(openSync(file, 'a'));
  await lines.append('{"row":1}');
  disk.isFull = true;
  await expect(lines.append('{"row":2}')).rejects.toThrow('ENOSPC');
  disk.isFull = false;
  await lines.append('{"row":3}');
  await lines.append('{"row":4}');
  await lines.close();
  expect(readFileSync(file, 'utf8').split('\n')).toEqual(['{"row":1}', '{"row', '{"row":3}', '{"row":4}', '']);
});
