import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors.ts';
import { TableFiles } from '../../src/table/files.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const POSIX = process.platform !== 'win32';
const IS_ROOT = process.getuid?.() === 0;
const KEEP = { overwrite: false };
const OVERWRITE = { overwrite: true };
let root: string;
let umask: number;
let files: TableFiles;

beforeEach(() => {
  root = temporaryFolder();
  umask = process.umask();
  mkdirSync(at('named', 'sub'), { recursive: true });
  writeFileSync(at('secret.csv'), 'outside');
  files = new TableFiles(at('named'), false);
});
afterEach(() => {
  process.umask(umask);
});

const at = (...names: string[]) => path.join(root, ...names);
const modeOf = (place: string) => (statSync(place).mode & 0o7777).toString(8);

/** Everything below the root, to see that nothing was written. */
const everything = () => readdirSync(root, { recursive: true }).map(String).sort();

function problemOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(CallError);
    const { code, message } = error as CallError;
    return `${code}: ${message}`;
  }
  throw new Error('nothing was refused');
}

/** The three ways in, which refuse the same names for the same reasons. */
const everyUse = (name: string) => [
  problemOf(() => files.read(name, 'field')),
  problemOf(() => files.checkWritable(name, 'field', OVERWRITE)),
  problemOf(() => files.write(name, 'x', 'field', OVERWRITE)),
];

describe('a name that is not allowed', () => {
  it.each([
    ['', 'is empty'],
    ['/etc/passwd', 'is an absolute path'],
    ['//server/share/x.csv', 'is an absolute path'],
    ['\\\\server\\share\\x.csv', 'is an absolute path'],
    ['C:/x.csv', 'is an absolute path'],
    ['c:x.csv', 'is an absolute path'],
    ['..', 'has .. in it'],
    ['../secret.csv', 'has .. in it'],
    ['sub/../../secret.csv', 'has .. in it'],
    ['sub/..', 'has .. in it'],
    ['..\\secret.csv', 'has a backslash'],
    ['./x.csv', 'has a part that is only a dot'],
    ['sub/./x.csv', 'has a part that is only a dot'],
    ['sub//x.csv', 'has an empty part'],
    ['sub/', 'has an empty part'],
    ['.hidden.csv', 'starts with a dot'],
    ['.aws/credentials', 'starts with a dot'],
    ['...', 'starts with a dot'],
    ['x.csv.', 'ends in a dot or a space'],
    ['x.csv ', 'ends in a dot or a space'],
    ['sub /x.csv', 'ends in a dot or a space'],
    [' ', 'ends in a dot or a space'],
    ['x\0.csv', 'has a control or invisible character'],
    ['x.csv\0.json', 'has a control or invisible character'],
    ['x\n.csv', 'has a control or invisible character'],
    ['x\u202Evsc.csv', 'has a control or invisible character'],
    ['x\u200B.csv', 'has a control or invisible character'],
    ['x\u{E0041}.csv', 'has a control or invisible character'],
    ['x\uD800.csv', 'has a control or invisible character'],
    ['x.csv:stream', 'has a :'],
    ['x.csv::$DATA', 'has a :'],
    ['x*.csv', 'has a *'],
    ['x?.csv', 'has a ?'],
    ['"x".csv', 'has a "'],
    ['a|b.csv', 'has a |'],
    ['<x>.csv', 'has a <'],
    ['CON', 'is a device on Windows'],
    ['AWS~1/credentials', 'short names by which Windows knows other files'],
    ['nul.csv', 'is a device on Windows'],
    ['NUL .csv', 'is a device on Windows'],
    ['sub/com1.tar.csv', 'is a device on Windows'],
    ['LPT9/x.csv', 'is a device on Windows'],
    ['COM².csv', 'is a device on Windows'],
    ['conin$', 'is a device on Windows'],
    [`${'x'.repeat(252)}.csv`, 'more than 255 bytes'],
    [`${'ü'.repeat(130)}.csv`, 'more than 255 bytes'],
    [`${'sub/'.repeat(250)}x.csv`, 'is too long'],
  ])('is refused, and nothing read or written: %j', (name, why) => {
    const before = everything();
    for (const problem of everyUse(name)) {
      expect(problem).toMatch(/^InvalidArguments: field: '/);
      expect(problem).toContain(why);
      expect(problem).not.toContain(root);
      expect(problem).toMatch(/^\P{Cc}*$/u);
      expect(problem.length).toBeLessThan(300);
    }
    expect(everything()).toEqual(before);
  });

  it.each([
    'users.csv',
    'sub/Zürich 2024 (final).csv',
    'console.csv',
    'a..b.csv',
    '-rf.csv',
    '日本語.json',
    'x'.repeat(255),
  ])('is not this one: %s', (name) => {
    expect(files.write(name, 'text', 'field', KEEP)).toBe(at('named', ...name.split('/')));
    expect(files.read(name, 'field').toString()).toBe('text');
  });
});

describe.skipIf(!POSIX)('a symbolic link below the folder', () => {
  it.each([
    ['to a file outside', '../secret.csv'],
    ['to a file inside', 'inside.csv'],
    ['to nowhere', 'nowhere.csv'],
    ['to itself', 'link.csv'],
  ])('is neither read nor written through, %s', (_, target) => {
    writeFileSync(at('named', 'inside.csv'), 'inside');
    symlinkSync(target, at('named', 'link.csv'));
    for (const problem of everyUse('link.csv')) expect(problem).toMatch(/^Invalid\w+: field: 'link.csv' is a symbolic/);
    expect(readFileSync(at('secret.csv'), 'utf8')).toBe('outside');
    expect(lstatSync(at('named', 'link.csv')).isSymbolicLink()).toBe(true);
    expect(existsSync(at('named', 'nowhere.csv'))).toBe(false);
  });

  it.each(['up/secret.csv', 'sub/up/secret.csv', 'sub/up/named/sub/up/secret.csv'])(
    'is no way to go at any level: %s',
    (name) => {
      symlinkSync(root, at('named', 'up'));
      symlinkSync(root, at('named', 'sub', 'up'));
      const before = readdirSync(root);
      for (const problem of everyUse(name)) {
        expect(problem).toMatch(/leads through a symbolic link, 'up', which is not followed$/);
      }
      expect(readdirSync(root)).toEqual(before);
      expect(readFileSync(at('secret.csv'), 'utf8')).toBe('outside');
    },
  );

  it('may lead to the folder itself', () => {
    symlinkSync(at('named'), at('elsewhere'));
    const through = new TableFiles(at('elsewhere'), false);
    expect(through.write('x.csv', 'text', 'field', KEEP)).toBe(at('elsewhere', 'x.csv'));
    expect(through.read('x.csv', 'field').toString()).toBe('text');
  });
});

describe('reading a file', () => {
  it('returns its bytes as they are, from a folder below too', () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x00, 0xff, 0x0d, 0x0a]);
    writeFileSync(at('named', 'sub', 'x.csv'), bytes);
    expect(files.read('sub/x.csv', 'rows_file')).toEqual(bytes);
    writeFileSync(at('named', 'empty.csv'), '');
    expect(files.read('empty.csv', 'rows_file')).toHaveLength(0);
  });

  it('names the tables that are there when the file is not', () => {
    for (const name of ['users.csv', 'b.json', 'notes.txt', '.hidden.csv', 'c.JSONL', 'no\nname.csv']) {
      if (POSIX || !name.includes('\n')) writeFileSync(at('named', name), '');
    }
    expect(problemOf(() => files.read('user.csv', 'rows_file'))).toBe(
      `InvalidArguments: rows_file: 'user.csv' is not in ${at('named')}; there are 'b.json', 'c.JSONL', 'notes.txt', 'users.csv'`,
    );
    writeFileSync(at('named', 'sub', 'one.tsv'), '');
    expect(problemOf(() => files.read('sub/x.csv', 'rows_file'))).toMatch(/ is not in .*; there is 'sub\/one\.tsv'$/);
  });

  it('names a few of many', () => {
    for (let number = 0; number < 40; number++) writeFileSync(at('named', `${number}.csv`), '');
    expect(problemOf(() => files.read('x.csv', 'f'))).toMatch(/; there are '0.csv', '1.csv', '10.csv', .* and others$/);
  });

  it('says so when there is no table, or no such folder', () => {
    expect(problemOf(() => files.read('x.csv', 'f'))).toMatch(/; there is no CSV, JSON, text or Excel file beside it$/);
    expect(problemOf(() => files.read('no/x.csv', 'f'))).toMatch(
      /'no\/x\.csv' is in a folder that is not there: 'no'$/,
    );
  });

  it('refuses a folder, and a file in place of a folder', () => {
    writeFileSync(at('named', 'file.csv'), '');
    expect(problemOf(() => files.read('sub', 'f'))).toMatch(/^InvalidArguments: f: 'sub' is a folder$/);
    expect(problemOf(() => files.read('file.csv/x.csv', 'f'))).toMatch(
      /leads through 'file.csv', which is not a folder$/,
    );
  });

  it.skipIf(!POSIX)('refuses a named pipe, without waiting for it', () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', at('named', 'pipe.csv')]);
    for (const problem of everyUse('pipe.csv')) expect(problem).toContain("'pipe.csv' is not a regular file");
  });

  it('takes 50 MiB and refuses one byte more', () => {
    const descriptor = openSync(at('named', 'large.csv'), 'w');
    ftruncateSync(descriptor, 50 * 1024 * 1024);
    expect(files.read('large.csv', 'f')).toHaveLength(50 * 1024 * 1024);
    ftruncateSync(descriptor, 50 * 1024 * 1024 + 1);
    expect(problemOf(() => files.read('large.csv', 'f'))).toBe(
      "InvalidArguments: f: 'large.csv' has 50.1 MiB, and at most 50 are read: split it",
    );
  });

  it.skipIf(!POSIX || IS_ROOT)('says so when the file may not be read', () => {
    writeFileSync(at('named', 'closed.csv'), '', { mode: 0o000 });
    expect(problemOf(() => files.read('closed.csv', 'f'))).toMatch(/'closed.csv' cannot be opened \(EACCES\)$/);
  });
});

describe('writing a file', () => {
  it('leaves the file, for this user alone, and nothing else', () => {
    process.umask(0);
    files.write('x.csv', 'Ümläut', 'output_file', KEEP);
    expect(readFileSync(at('named', 'x.csv'), 'utf8')).toBe('Ümläut');
    if (POSIX) expect(modeOf(at('named', 'x.csv'))).toBe('600');
    expect(readdirSync(at('named')).sort()).toEqual(['sub', 'x.csv']);
  });

  it('keeps a file that is there, unless it is to be overwritten', () => {
    writeFileSync(at('named', 'x.csv'), 'old', { mode: 0o644 });
    const taken = /^InvalidArguments: f: 'x.csv' is there already: choose another name, or set overwrite$/;
    expect(problemOf(() => files.checkWritable('x.csv', 'f', KEEP))).toMatch(taken);
    expect(problemOf(() => files.write('x.csv', 'new', 'f', KEEP))).toMatch(taken);
    expect(readFileSync(at('named', 'x.csv'), 'utf8')).toBe('old');

    files.checkWritable('x.csv', 'f', OVERWRITE);
    files.write('x.csv', 'new', 'f', OVERWRITE);
    expect(readFileSync(at('named', 'x.csv'), 'utf8')).toBe('new');
    if (POSIX) expect(modeOf(at('named', 'x.csv'))).toBe('600');
  });

  it('gives a name that two writers want to the first', () => {
    const other = new TableFiles(at('named'), false);
    files.checkWritable('x.csv', 'f', KEEP);
    other.checkWritable('x.csv', 'f', KEEP);
    other.write('x.csv', 'first', 'f', KEEP);
    expect(problemOf(() => files.write('x.csv', 'second', 'f', KEEP))).toContain('is there already');
    expect(readFileSync(at('named', 'x.csv'), 'utf8')).toBe('first');
  });

  it('refuses a folder, even to overwrite it', () => {
    for (const options of [KEEP, OVERWRITE]) {
      expect(problemOf(() => files.write('sub', 'x', 'f', options))).toMatch(/'sub' is a folder: choose another name$/);
    }
  });

  it('makes no folders', () => {
    expect(problemOf(() => files.write('new/x.csv', 'x', 'f', KEEP))).toContain('is in a folder that is not there');
    expect(readdirSync(at('named'))).toEqual(['sub']);
  });

  it.skipIf(!POSIX || IS_ROOT)('says so beforehand when the folder is closed', () => {
    chmodSync(at('named', 'sub'), 0o500);
    expect(problemOf(() => files.checkWritable('sub/x.csv', 'f', KEEP))).toMatch(
      /^Refused: f: 'sub\/x\.csv' cannot be written: its folder is closed \(EACCES\)$/,
    );
  });
});

describe('the folder', () => {
  it('in the state dir is made when first needed, closed to others', () => {
    process.umask(0);
    const ours = new TableFiles(at('state', 'files'), true);
    expect(existsSync(at('state'))).toBe(false);
    expect(problemOf(() => ours.read('x.csv', 'f'))).toContain("InvalidArguments: f: 'x.csv' is not in ");
    if (POSIX) expect([modeOf(at('state')), modeOf(at('state', 'files'))]).toEqual(['700', '700']);
  });

  it.skipIf(!POSIX)('in the state dir is refused when it is a link', () => {
    mkdirSync(at('state'));
    symlinkSync(at('named'), at('state', 'files'));
    const ours = new TableFiles(at('state', 'files'), true);
    expect(problemOf(() => ours.write('x.csv', 'x', 'f', KEEP))).toMatch(
      /^Refused: .*files is a symbolic link: .*--state-dir$/,
    );
    expect(readdirSync(at('named'))).toEqual(['sub']);
  });

  it('that the operator named has to be there, and keeps its mode', () => {
    chmodSync(at('named'), 0o755);
    files.write('x.csv', 'x', 'f', KEEP);
    if (POSIX) expect(modeOf(at('named'))).toBe('755');

    const missing = new TableFiles(at('missing'), false);
    const problem = /^Refused: the folder of files, .*missing, is not there: make it, or choose another --files$/;
    expect(problemOf(() => missing.read('x.csv', 'f'))).toMatch(problem);
    expect(problemOf(() => missing.checkWritable('x.csv', 'f', KEEP))).toMatch(problem);
    expect(existsSync(at('missing'))).toBe(false);
  });

  it('that the operator named has to be a folder', () => {
    const file = new TableFiles(at('secret.csv'), false);
    expect(problemOf(() => file.read('x.csv', 'f'))).toMatch(
      /^Refused: .*secret\.csv, is not a folder: move it away, or/,
    );
  });

  it('that has the state dir in it does not lead there', () => {
    mkdirSync(at('named', 'data', 'state', 'keys'), { recursive: true });
    writeFileSync(at('named', 'data', 'state', 'keys', 'AKIA.csv'), 'secret');
    files = new TableFiles(at('named'), false, at('named', 'data', 'state'));
    for (const problem of everyUse('data/state/keys/AKIA.csv'))
      expect(problem).toContain("leads to this program's own files");
    files.write('data/x.csv', 'x', 'f', KEEP);
  });

  it.each([['.'], ['keys']])('that the operator named is neither the state dir nor in it: %s', (below) => {
    mkdirSync(at('state', 'keys'), { recursive: true });
    writeFileSync(at('state', 'keys', 'AKIA.csv'), 'secret');
    const inside = new TableFiles(at('state', below), false, at('state'));
    expect(problemOf(() => inside.read('AKIA.csv', 'f'))).toMatch(/^Refused: .* is the state dir or in it/);
  });

  it('beside the state dir is one like any other', () => {
    mkdirSync(at('state-files'));
    const beside = new TableFiles(at('state-files'), false, at('state'));
    expect(problemOf(() => beside.read('x.csv', 'f'))).toContain('is not in ');
    mkdirSync(at('state'));
    beside.write('x.csv', 'x', 'f', KEEP);
  });
});

describe('a file that decides where credentials go', () => {
  it('is neither read nor written, whether it is there or not', () => {
    const [there, notThere] = [at('named', 'config.json'), at('named', 'later.json')];
    writeFileSync(there, '[]');
    const guarded = new TableFiles(at('named'), false, undefined, [there, notThere]);
    for (const work of [
      () => guarded.read('config.json', 'rows_file'),
      () => guarded.write('config.json', '[]', 'output_file', OVERWRITE),
      () => guarded.write('later.json', '[]', 'output_file', KEEP),
    ]) {
      expect(problemOf(work)).toContain('decides where credentials go');
    }
    expect(readdirSync(at('named'))).not.toContain('later.json');
    expect(guarded.write('other.json', '[]', 'output_file', KEEP)).toBe(at('named', 'other.json'));
  });
});
