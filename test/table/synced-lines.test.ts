import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SyncedLines } from '../../src/table/synced-lines.ts';
import { temporaryFolder } from '../actions/program.ts';

describe('lines of a file', () => {
  it('are on the disk, whole and in order, when whoever wrote one goes on', async () => {
    const file = path.join(temporaryFolder(), 'lines');
    const lines = new SyncedLines(openSync(file, 'a'));
    const written = Array.from({ length: 300 }, (_, index) => `line ${index} ${'ü'.repeat(index)}`);
    await Promise.all(
      written.map(async (line) => {
        await lines.append(line);
        expect(readFileSync(file, 'utf8')).toContain(`${line}\n`);
      }),
    );
    await lines.append('the last');
    await lines.close();
    expect(readFileSync(file, 'utf8')).toBe(`${[...written, 'the last'].join('\n')}\n`);
  });

  it('that were appended and not waited for are written before it is closed', async () => {
    const file = path.join(temporaryFolder(), 'lines');
    const lines = new SyncedLines(openSync(file, 'a'));
    for (let index = 0; index < 50; index += 1) void lines.append(String(index));
    await lines.close();
    expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(50);
  });

  it('that cannot be written are told to each who waits, also later', async () => {
    const descriptor = openSync(path.join(temporaryFolder(), 'lines'), 'a');
    const lines = new SyncedLines(descriptor);
    await lines.append('one');
    closeSync(descriptor);
    const results = await Promise.allSettled([lines.append('two'), lines.append('three')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(lines.append('four')).rejects.toThrow(/EBADF/);
  });
});
