// A file system without hard links, such as exFAT, on which an exclusive file has to be made in another way.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { writePrivateFile } from '../../src/state/state-dir.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let code = '';
vi.mock('node:fs', async (load) => ({
  ...(await load<typeof import('node:fs')>()),
  linkSync: () => {
    throw Object.assign(new Error(code), { code });
  },
}));

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

it.each(['EPERM', 'ENOTSUP'])(
  'writes an exclusive file where links answer %s, and keeps one that is there',
  (answer) => {
    code = answer;
    const file = path.join(root, 'file');
    writePrivateFile(file, 'first', { exclusive: true });
    expect(() => writePrivateFile(file, 'second', { exclusive: true })).toThrow(
      expect.objectContaining({ code: 'EEXIST' }),
    );
    expect(readFileSync(file, 'utf8')).toBe('first');
    expect(readdirSync(root)).toEqual(['file']);
  },
);

it('fails, and leaves nothing behind, where links fail for another reason', () => {
  code = 'EIO';
  const file = path.join(root, 'file');
  expect(() => writePrivateFile(file, 'text', { exclusive: true })).toThrow('EIO');
  expect(existsSync(file)).toBe(false);
  expect(readdirSync(root)).toEqual([]);
});

it('replaces a file without a link', () => {
  const file = path.join(root, 'file');
  writeFileSync(file, 'old');
  writePrivateFile(file, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
});
