// Somebody changes what is there while a file is opened: what was looked at has to be what is read.
import { appendFileSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { TableFiles } from '../../src/table/files.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** What happens right before a call of the file system for that place. */
let before: { call: string; place: string; change: () => void } | undefined;

vi.mock('node:fs', async (load) => {
  const fs = await load<typeof import('node:fs')>();
  const hooked = (call: 'lstatSync' | 'openSync' | 'readSync') =>
    Object.assign((place: never, ...rest: never[]) => {
      if (before?.call === call && (call === 'readSync' || before.place === place)) {
        const { change } = before;
        before = undefined;
        change();
      }
      return (fs[call] as (...all: never[]) => unknown)(place, ...rest);
    }, fs[call]);
  return { ...fs, lstatSync: hooked('lstatSync'), openSync: hooked('openSync'), readSync: hooked('readSync') };
});

let root: string;
const at = (...names: string[]) => path.join(root, ...names);

beforeEach(() => {
  root = temporaryFolder();
  mkdirSync(at('files', 'sub'), { recursive: true });
  mkdirSync(at('outside'));
  writeFileSync(at('files', 'sub', 'x.csv'), 'inside');
  writeFileSync(at('outside', 'x.csv'), 'outside');
});

const file = () => at('files', 'sub', 'x.csv');
const read = () => new TableFiles(at('files'), false).read('sub/x.csv', 'rows_file').toString();

it('reads the file when nothing changes', () => {
  expect(read()).toBe('inside');
});

it.skipIf(process.platform === 'win32').each([
  ['becomes a link', 'openSync', () => replaceBy(() => symlinkSync(at('outside', 'x.csv'), file())), /\(ELOOP\)$/],
  ['becomes another file', 'openSync', () => replaceBy(() => writeFileSync(file(), 'other')), /was changed/],
  ['is reached through a link by now', 'openSync', leadOutside, /was changed/],
  ['was looked at through a link', 'lstatSync', leadOutside, /was changed/],
  ['grows', 'readSync', () => appendFileSync(file(), 'more'), /was changed while it was read: try again$/],
  ['shrinks', 'readSync', () => writeFileSync(file(), ''), /was changed/],
])('refuses a file that %s', (_, call, change, problem) => {
  before = { call, place: file(), change };
  expect(read).toThrow(problem);
  expect(before).toBeUndefined();
});

function replaceBy(make: () => void): void {
  renameSync(file(), at('files', 'old'));
  make();
}

function leadOutside(): void {
  renameSync(at('files', 'sub'), at('files', 'old'));
  symlinkSync(at('outside'), at('files', 'sub'));
}
