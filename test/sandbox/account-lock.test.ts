// One process at a time has the sandbox's account; whoever was killed has it no more.
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { AccountBusy, withAccountLock } from '../../src/sandbox/account-lock.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

/** The name of a lock of this process. */
const ownName = () => withAccountLock(folder, () => readdirSync(folder)[0] ?? '');

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
    withAccountLock(folder, () => {});
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(AccountBusy);
    expect((error as Error).message).toMatch(/^another process is busy with the sandbox's account \(.*\.lock\)$/);
    return true;
  } finally {
    clock.mockRestore();
  }
}

describe('the account', () => {
  test('is free again after it was worked on, whatever came of that', () => {
    expect(withAccountLock(folder, () => readdirSync(folder).length)).toBe(1);
    const failing = () => {
      throw new Error('failed');
    };
    expect(() => withAccountLock(folder, failing)).toThrow('failed');
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
    withAccountLock(folder, () => {});
    expect(performance.now() - begun).toBeGreaterThan(3.5);
    expect(readdirSync(folder)).toEqual([waiting]);

    lockNamed(waiting.replace(/^\d+/, '99999999'));
    withAccountLock(folder, () => {});
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
});
