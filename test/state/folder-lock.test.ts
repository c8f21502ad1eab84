// One process at a time holds the lock of a folder; whoever was killed holds it no more.
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { FolderBusy, withFolderLock } from '../../src/state/folder-lock.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const lock = (prefix = '') => ({ folder, prefix, what: 'the books' });

/** The name of a lock of this process. */
const ownName = () => withFolderLock(lock(), () => readdirSync(folder)[0] ?? '');

function lockNamed(name: string, secondsAgo = 0): void {
  const file = path.join(folder, name);
  writeFileSync(file, '');
  const at = new Date(Date.now() - secondsAgo * 1000);
  utimesSync(file, at, at);
}

/** Tries with a clock on which every look takes seconds. */
function isBusy(): boolean {
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 2_000;
    return now;
  });
  try {
    withFolderLock(lock(), () => {});
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(FolderBusy);
    expect((error as Error).message).toMatch(/^another process is busy with the books \(.*\.lock\)$/);
    return true;
  } finally {
    clock.mockRestore();
  }
}

describe('the lock of a folder', () => {
  test('is free again after the work, whatever came of that', () => {
    expect(withFolderLock(lock(), () => readdirSync(folder).length)).toBe(1);
    const failing = () => {
      throw new Error('failed');
    };
    expect(() => withFolderLock(lock(), failing)).toThrow('failed');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is held by a process that runs, however long', () => {
    lockNamed(ownName(), 3600);
    expect(isBusy()).toBe(true);
    // It waits no more.
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('is free when its process was killed', () => {
    lockNamed(ownName().replace(/^\d+/, '99999999'));
    expect(isBusy()).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('goes first to a process that waits for it, and not to the one that had it a moment ago', () => {
    const waiting = ownName().replace(/lock$/, 'waiting');
    lockNamed(waiting);
    const begun = performance.now();
    withFolderLock(lock(), () => {});
    expect(performance.now() - begun).toBeGreaterThan(3.5);
    expect(readdirSync(folder)).toEqual([waiting]);

    lockNamed(waiting.replace(/^\d+/, '99999999'));
    withFolderLock(lock(), () => {});
    expect(readdirSync(folder)).toEqual([waiting]);
  });

  test.each([
    ['of another machine', () => ownName().replace(/\.[\w-]+\.([\w-]{36})/, '.another-host.$1')],
    ['under a name that nobody knows', () => 'x.lock'],
  ])('is held for ten seconds by one %s', (_, name) => {
    lockNamed(name(), 8);
    expect(isBusy()).toBe(true);
    lockNamed(name(), 11);
    for (const left of readdirSync(folder)) lockNamed(left, 11);
    expect(isBusy()).toBe(false);
    // Its clock may be ahead.
    lockNamed(name(), -3600);
    expect(isBusy()).toBe(false);
  });

  test('is not held by a folder, which this program never makes', () => {
    mkdirSync(path.join(folder, 'x.lock'));
    expect(isBusy()).toBe(false);
  });
  test('leaves other locks in the same folder alone, in another process or within its own work', () => {
    lockNamed(ownName());
    const names = withFolderLock(lock('audit.'), () => readdirSync(folder));
    expect(names).toHaveLength(2);
    expect(names.filter((name) => name.startsWith('audit.'))).toHaveLength(1);
    expect(withFolderLock(lock('audit.'), () => withFolderLock(lock('other.'), () => 'both'))).toBe('both');
  });

  test('held by another machine is free after ten seconds in which the clock of the day stood still', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      lockNamed(ownName().replace(/\.[\w-]+\.([\w-]{36})/, '.another-host.$1'));
      // Each of these gives up after some seconds.
      expect(isBusy()).toBe(true);
      const clock = vi.spyOn(performance, 'now').mockReturnValue(1e6);
      withFolderLock(lock(), () => {});
      clock.mockRestore();
    } finally {
      vi.useRealTimers();
    }
  });

  test('is not waited for without end where no clock goes on at all', () => {
    lockNamed(ownName());
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    const wait = vi.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
    expect(() => withFolderLock(lock(), () => {})).toThrow(FolderBusy);
    clock.mockRestore();
    wait.mockRestore();
  });
});
