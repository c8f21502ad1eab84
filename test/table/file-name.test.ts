import { mkdirSync, mkdtempSync, realpathSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { withNamesBelow } from '../../src/table/file-name.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const below = (folder: string, rows_file: string) =>
  withNamesBelow(folder, { rows_file, output_file: undefined }).rows_file;
const outside = (name: string, folder: string) =>
  expect.objectContaining({
    code: 'InvalidArguments',
    message: `rows_file: '${name}' is not below the folder of files, ${folder}: give the name of a file in it`,
  });

describe('the name of a file', () => {
  it.each([
    ['users.csv', 'users.csv'],
    ['./users.csv', 'users.csv'],
    ['.//./users.csv', 'users.csv'],
    ['/the/files/users.csv', 'users.csv'],
    ['/the/files/./users.csv', 'users.csv'],
    ['/the/files/may/users.csv', 'may/users.csv'],
    // Looked at further on, and refused.
    ['a/./users.csv', 'a/./users.csv'],
    ['/the/files//users.csv', '/users.csv'],
    ['.hidden.csv', '.hidden.csv'],
  ])('%s is %s below the folder', (name, expected) => {
    expect(below('/the/files', name)).toBe(expected);
  });

  it.each([
    '/etc/passwd',
    '/the/files',
    '/the/files-of-others/users.csv',
    '/THE/files/users.csv',
    '/the/files/../secrets/x.csv',
    '/the/other/../files/users.csv',
    '../files/users.csv',
    './../x.csv',
    'a/../../x.csv',
    'a\\..\\x.csv',
    'C:\\users.csv',
    'c:users.csv',
    '\\\\server\\share\\users.csv',
  ])('%s is refused with the folder', (name) => {
    expect(() => below('/the/files', name)).toThrow(outside(name, '/the/files'));
  });

  it('may begin with the real path of a folder that is given by a link', () => {
    const real = realpathSync(mkdtempSync(path.join(temporaryFolder(), 'files-')));
    const link = `${real}-link`;
    symlinkSync(real, link);
    expect(below(link, path.join(real, 'users.csv'))).toBe('users.csv');
    expect(below(link, path.join(link, 'users.csv'))).toBe('users.csv');
  });

  it('is not taken by way of a link to the folder that nobody named', () => {
    const place = temporaryFolder();
    const folder = path.join(place, 'files');
    mkdirSync(folder);
    symlinkSync(folder, path.join(place, 'link'));
    const name = path.join(place, 'link', 'users.csv');
    expect(() => below(folder, name)).toThrow(expect.objectContaining({ code: 'InvalidArguments' }));
  });

  it('of what is written is made plain in the same way', () => {
    const table = { rows_file: './a.csv', output_file: '/f/b.csv', overwrite: true };
    expect(withNamesBelow('/f', table)).toEqual({ rows_file: 'a.csv', output_file: 'b.csv', overwrite: true });
    expect(withNamesBelow('/f', {})).toEqual({});
  });
});
