import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  appendPrivateLine,
  openPrivateAppend,
  openStateDir,
  openStateFolder,
  readPrivateFile,
  writePrivateFile,
} from '../../src/state/state-dir.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openFilesBelow } from './open-files.ts';

const POSIX = process.platform !== 'win32';
let root: string;
let umask: number;

beforeEach(() => {
  root = temporaryFolder();
  umask = process.umask();
});
afterEach(() => {
  process.umask(umask);
});

const at = (...names: string[]) => path.join(root, ...names);
const modeOf = (place: string) => (statSync(place).mode & 0o7777).toString(8);

/** A folder of another user's: root can make one, everybody else finds one. */
function foreignFolder(): string {
  if (process.getuid?.() !== 0) return '/usr';
  mkdirSync(at('foreign'));
  chownSync(at('foreign'), 12_345, 12_345);
  return at('foreign');
}

describe('openStateDir', () => {
  it('makes the folder and the folders above it', () => {
    openStateDir(at('a', 'b', 'c'));
    expect(statSync(at('a', 'b', 'c')).isDirectory()).toBe(true);
  });

  it('takes a folder that is there already, with what is in it', () => {
    openStateDir(at('s'));
    writeFileSync(at('s', 'kept'), 'x');
    openStateDir(at('s'));
    expect(readdirSync(at('s'))).toEqual(['kept']);
  });

  it('refuses a file', () => {
    writeFileSync(at('file'), '');
    expect(() => openStateDir(at('file'))).toThrow(
      /file is not a folder: move it away, or choose another --state-dir$/,
    );
  });

  it('says so when the folder cannot be made', () => {
    writeFileSync(at('file'), '');
    expect(() => openStateDir(at('file', 'below'))).toThrow(/below cannot be made \(ENOTDIR\): .* --state-dir$/);
  });
});

describe.skipIf(!POSIX)('openStateDir on POSIX', () => {
  it('closes a new folder to others under any umask', () => {
    process.umask(0);
    openStateDir(at('s'));
    expect(modeOf(at('s'))).toBe('700');
  });

  it.each([0o755, 0o777, 0o1777, 0o750])('tightens a folder of mode %o', (mode) => {
    mkdirSync(at('s'));
    chmodSync(at('s'), mode);
    openStateDir(at('s'));
    expect(modeOf(at('s'))).toBe('700');
  });

  it.each(['link', 'link/', 'link/.'])(
    'refuses a symbolic link given as %s, and leaves its target as it is',
    (name) => {
      mkdirSync(at('target'));
      chmodSync(at('target'), 0o755);
      symlinkSync(at('target'), at('link'));
      expect(() => openStateDir(`${root}/${name}`)).toThrow(/link is a symbolic link: move it away/);
      expect(modeOf(at('target'))).toBe('755');
    },
  );

  it('refuses a symbolic link to nowhere, and makes nothing there', () => {
    symlinkSync(at('nowhere'), at('link'));
    expect(() => openStateDir(at('link'))).toThrow('is a symbolic link');
    expect(existsSync(at('nowhere'))).toBe(false);
  });

  it("refuses another user's folder, and leaves it as it is", () => {
    const folder = foreignFolder();
    const before = modeOf(folder);
    expect(() => openStateDir(folder)).toThrow(/belongs to user \d+, and this program runs as \d+: .* --state-dir$/);
    expect(modeOf(folder)).toBe(before);
  });
});

describe('openStateFolder', () => {
  it('returns the path of the folder, made with the state dir around it', () => {
    expect(openStateFolder(at('s'), 'keys')).toBe(at('s', 'keys'));
    expect(statSync(at('s', 'keys')).isDirectory()).toBe(true);
  });

  it.skipIf(!POSIX)('is as strict with the folder as with the state dir', () => {
    mkdirSync(at('s', 'keys'), { recursive: true });
    chmodSync(at('s'), 0o755);
    chmodSync(at('s', 'keys'), 0o755);
    openStateFolder(at('s'), 'keys');
    expect([modeOf(at('s')), modeOf(at('s', 'keys'))]).toEqual(['700', '700']);

    mkdirSync(at('elsewhere'));
    symlinkSync(at('elsewhere'), at('s', 'approvals'));
    expect(() => openStateFolder(at('s'), 'approvals')).toThrow('is a symbolic link');
  });
});

describe('writePrivateFile', () => {
  it('writes the text and leaves nothing else in the folder', () => {
    writePrivateFile(at('secret'), 'Ümläut\n');
    expect(readFileSync(at('secret'), 'utf8')).toBe('Ümläut\n');
    expect(readdirSync(root)).toEqual(['secret']);
  });

  it.skipIf(!POSIX).each([0o000, 0o022, 0o400])('gives the file to this user alone under umask %o', (mask) => {
    process.umask(mask);
    writePrivateFile(at('secret'), 'x');
    expect(modeOf(at('secret'))).toBe('600');
  });

  it('replaces an older file', () => {
    writeFileSync(at('file'), 'a longer text than the new one', { mode: 0o644 });
    writePrivateFile(at('file'), 'new');
    expect(readFileSync(at('file'), 'utf8')).toBe('new');
    if (POSIX) expect(modeOf(at('file'))).toBe('600');
  });

  it.skipIf(!POSIX)('replaces a symbolic link, not what it points at', () => {
    writeFileSync(at('target'), 'untouched');
    symlinkSync(at('target'), at('file'));
    writePrivateFile(at('file'), 'new');
    expect(readFileSync(at('target'), 'utf8')).toBe('untouched');
    expect(lstatSync(at('file')).isFile()).toBe(true);
  });

  it('keeps an existing file when it is to be exclusive, and leaves nothing behind', () => {
    writePrivateFile(at('file'), 'first', { exclusive: true });
    expect(() => writePrivateFile(at('file'), 'second', { exclusive: true })).toThrow(
      expect.objectContaining({ code: 'EEXIST' }),
    );
    expect(readFileSync(at('file'), 'utf8')).toBe('first');
    expect(readdirSync(root)).toEqual(['file']);
  });

  it('leaves nothing behind when the name is taken by a folder', () => {
    mkdirSync(at('taken'));
    expect(() => writePrivateFile(at('taken'), 'x')).toThrow();
    expect(readdirSync(root)).toEqual(['taken']);
  });
});

describe('readPrivateFile', () => {
  it('reads the text of a file', () => {
    writePrivateFile(at('file'), 'Ümläut\n');
    expect(readPrivateFile(at('file'))).toBe('Ümläut\n');
  });

  it('fails for a file that does not exist', () => {
    expect(() => readPrivateFile(at('file'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  it.skipIf(!POSIX)('does not follow a symbolic link', () => {
    writeFileSync(at('target'), 'x');
    symlinkSync(at('target'), at('file'));
    expect(() => readPrivateFile(at('file'))).toThrow(expect.objectContaining({ code: 'ELOOP' }));
  });

  it.skipIf(!POSIX)('refuses a folder, and a named pipe without waiting for anybody to write', () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', at('pipe')]);
    for (const name of ['pipe', '.']) {
      expect(() => readPrivateFile(at(name))).toThrow(`${at(name)} is not a regular file: move it away`);
    }
  });

  it.skipIf(!POSIX || process.getuid?.() !== 0)("refuses another user's file", () => {
    writeFileSync(at('file'), '');
    chownSync(at('file'), 12_345, 12_345);
    expect(() => readPrivateFile(at('file'))).toThrow(
      `${at('file')} belongs to user 12345, and this program runs as 0: move it away, or choose another --state-dir`,
    );
  });
});

describe.skipIf(process.platform !== 'linux')('whatever is done in the state dir', () => {
  it('leaves no file open, whether it is done or refused', () => {
    openStateFolder(at('s'), 'keys');
    writePrivateFile(at('s', 'file'), 'x');
    writePrivateFile(at('s', 'other'), 'x', { exclusive: true });
    appendPrivateLine(at('s', 'file'), 'x');
    readPrivateFile(at('s', 'file'));
    for (const refused of [
      () => writePrivateFile(at('s', 'file'), 'x', { exclusive: true }),
      () => writePrivateFile(at('s', 'keys'), 'x'),
      () => appendPrivateLine(at('s', 'file'), 'x\n'),
      () => readPrivateFile(at('s')),
      () => openStateDir(foreignFolder()),
    ]) {
      expect(refused).toThrow();
    }
    expect(openFilesBelow(root)).toEqual([]);
  });
});

describe('appendPrivateLine', () => {
  it('makes the file, then adds line after line', () => {
    appendPrivateLine(at('log'), 'one');
    appendPrivateLine(at('log'), 'zwölf', { fsync: true });
    expect(readFileSync(at('log'), 'utf8')).toBe('one\nzwölf\n');
  });

  it('refuses a line that is more than one, and writes nothing of it', () => {
    for (const line of ['a\nb', 'a\r']) expect(() => appendPrivateLine(at('log'), line)).toThrow('line break');
    expect(readFileSync(at('log'), 'utf8')).toBe('');
  });

  it.skipIf(!POSIX)('gives the file to this user alone, a new one and a loose one', () => {
    process.umask(0);
    appendPrivateLine(at('new'), 'x');
    writeFileSync(at('loose'), '');
    chmodSync(at('loose'), 0o664);
    appendPrivateLine(at('loose'), 'x');
    expect([modeOf(at('new')), modeOf(at('loose'))]).toEqual(['600', '600']);
  });

  it.skipIf(!POSIX)('does not follow a symbolic link', () => {
    writeFileSync(at('target'), '');
    symlinkSync(at('target'), at('log'));
    symlinkSync(at('nowhere'), at('dangling'));
    expect(() => appendPrivateLine(at('log'), 'x')).toThrow(expect.objectContaining({ code: 'ELOOP' }));
    expect(() => appendPrivateLine(at('dangling'), 'x')).toThrow(expect.objectContaining({ code: 'ELOOP' }));
    expect(readFileSync(at('target'), 'utf8')).toBe('');
    expect(existsSync(at('nowhere'))).toBe(false);
  });

  it.skipIf(!POSIX)('is not held up by a named pipe', () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', at('pipe')]);
    expect(() => appendPrivateLine(at('pipe'), 'x')).toThrow();
  });

  it.skipIf(!POSIX)('refuses a device, and leaves it closed', () => {
    expect(() => openPrivateAppend('/dev/null')).toThrow('/dev/null is not a regular file: move it away');
    if (process.platform === 'linux') {
      const before = openFilesBelow('/dev/null').length;
      expect(() => openPrivateAppend('/dev/null')).toThrow('not a regular file');
      expect(openFilesBelow('/dev/null')).toHaveLength(before);
    }
  });

  it.skipIf(!POSIX || process.getuid?.() !== 0)("refuses another user's file", () => {
    writeFileSync(at('log'), '');
    chownSync(at('log'), 12_345, 12_345);
    expect(() => appendPrivateLine(at('log'), 'x')).toThrow('belongs to user 12345');
  });
});
