// What is on the disk when a step is over, also after a power cut, and what is said when the system refuses a step.
import { existsSync, fsyncSync, openSync, readdirSync, readFileSync, readlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Redactor } from '../../src/redact.ts';
import { Audit } from '../../src/state/audit.ts';
import { appendPrivateLine, openStateDir, writePrivateFile } from '../../src/state/state-dir.ts';
import { temporaryFolder } from '../temporary-folder.ts';

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  return { ...fs, fsyncSync: vi.fn(fs.fsyncSync), openSync: vi.fn(fs.openSync), writeSync: vi.fn(fs.writeSync) };
});

let folder: string;
/** What was brought to the disk, by its path at that moment, with what it held; undefined for the folder. */
let synced: [string, string | undefined][];
beforeEach(async () => {
  folder = temporaryFolder();
  synced = [];
  const fs = await vi.importActual<typeof import('node:fs')>('node:fs');
  vi.mocked(fsyncSync).mockImplementation((descriptor) => {
    const place = readlinkSync(`/proc/self/fd/${descriptor}`);
    synced.push([path.relative(folder, place), place === folder ? undefined : readFileSync(place, 'utf8')]);
    fs.fsyncSync(descriptor);
  });
});

const refuseOnce = (code: string) => () => {
  throw Object.assign(new Error(`${code}: refused`), { code });
};

describe.skipIf(process.platform !== 'linux')('what is brought to the disk', () => {
  it('is the whole of a file before it has its name, and then the name', () => {
    writePrivateFile(path.join(folder, 'file'), 'text');
    expect(synced).toEqual([
      [expect.stringMatching(/^\..*\.tmp$/), 'text'],
      ['', undefined],
    ]);
  });

  it('is a line where it is asked for, and the audit asks for it', () => {
    const file = path.join(folder, 'log');
    appendPrivateLine(file, 'one');
    appendPrivateLine(file, 'two', { fsync: false });
    expect(synced).toEqual([]);
    appendPrivateLine(file, 'three', { fsync: true });
    expect(synced).toEqual([['log', 'one\ntwo\nthree\n']]);
    new Audit(folder, new Redactor()).record({ call: 'c', event: 'asked', tool: 't' });
    expect(synced[1]).toEqual(['audit.jsonl', expect.stringMatching(/"event":"asked".*\n$/)]);
  });

  it('need not be the name of a file, which not every file system can bring there', () => {
    const file = path.join(folder, 'file');
    vi.mocked(fsyncSync)
      .mockImplementationOnce(() => {})
      .mockImplementationOnce(refuseOnce('EINVAL'));
    expect(() => writePrivateFile(file, 'text')).not.toThrow();
    expect(readFileSync(file, 'utf8')).toBe('text');
  });

  it('is nothing of a file that could not be brought there', () => {
    vi.mocked(fsyncSync).mockImplementationOnce(refuseOnce('EIO'));
    expect(() => writePrivateFile(path.join(folder, 'file'), 'text')).toThrow('EIO');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('what is said when the system refuses', () => {
  it('to open the state dir, as when too many files are open', () => {
    vi.mocked(openSync).mockImplementationOnce(refuseOnce('EMFILE'));
    expect(() => openStateDir(path.join(folder, 's'))).toThrow(
      `${path.join(folder, 's')} cannot be opened (EMFILE): move it away, or choose another --state-dir`,
    );
  });

  it('to write a line whole', () => {
    vi.mocked(writeSync).mockImplementationOnce(() => 3);
    expect(() => appendPrivateLine(path.join(folder, 'log'), 'a line')).toThrow(
      'a line was written in part: is the disk full?',
    );
  });

  it('to make a file, of which nothing is there then', () => {
    vi.mocked(openSync).mockImplementationOnce(refuseOnce('EDQUOT'));
    expect(() => writePrivateFile(path.join(folder, 'file'), 'text')).toThrow('EDQUOT');
    expect(existsSync(path.join(folder, 'file'))).toBe(false);
  });
});
