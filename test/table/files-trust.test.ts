import { chmodSync, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withNamesBelow } from '../../src/table/file-name.ts';
import { TableFiles } from '../../src/table/files.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe.skipIf(process.platform === 'win32')('a folder of files', () => {
  it('that others can write to is refused', () => {
    const folder = path.join(temporaryFolder(), 'files');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'x.csv'), 'a\n1\n');
    for (const mode of [0o775, 0o757, 0o1777]) {
      chmodSync(folder, mode);
      expect(() => new TableFiles(folder, false).read('x.csv', 'rows_file')).toThrow(/can be written by others/);
    }
    chmodSync(folder, 0o755);
    expect(new TableFiles(folder, false).read('x.csv', 'rows_file').toString()).toBe('a\n1\n');
  });

  it('has no file read that has another name', () => {
    const place = temporaryFolder();
    const folder = path.join(place, 'files');
    mkdirSync(folder, { mode: 0o755 });
    writeFileSync(path.join(place, 'elsewhere.csv'), 'a\n1\n');
    linkSync(path.join(place, 'elsewhere.csv'), path.join(folder, 'x.csv'));
    expect(() => new TableFiles(folder, false).read('x.csv', 'rows_file')).toThrow(/hard links/);
  });

  it('has its files named by URL, and by parts of them', () => {
    const named = (rows_file: string) => withNamesBelow('/the/files', { rows_file }).rows_file;
    expect(named(pathToFileURL('/the/files/a b.csv').href)).toBe('a b.csv');
    expect(named('/the/files/a.json#/x/../y')).toBe('a.json#/x/../y');
    expect(() => named('file://host/x.csv')).toThrow(/not below the folder/);
    expect(() => named('~/x.csv')).toThrow(/not below the folder/);
  });
});
