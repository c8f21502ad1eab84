// Of the calls that work on one table, in this process and in others, one at a time has its journal.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { JournalLock, refuseIfHeld } from '../../src/table/journal-lock.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const refusal = (name = '') =>
  expect.objectContaining({
    code: 'Refused',
    message: expect.stringMatching(
      new RegExp(
        `^another call is at work on this very table: wait for it, or cancel it \\(${name.replaceAll('.', '\\.')}.*\\)$`,
      ),
    ),
  });

let folder: string;
let journal: string;
beforeEach(() => {
  folder = temporaryFolder();
  journal = path.join(folder, 'x.jsonl');
});

/** What this process writes into its locks. */
function ownHolder(): { pid: number; started: string; among: string } {
  const lock = new JournalLock(journal);
  const [name = ''] = readdirSync(folder);
  const holder = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  lock.release();
  return holder;
}

/** The lock of another process, which has written this into it so long ago. */
function lockOfOther(text: string, { name = 'x.jsonl.other.lock', secondsAgo = 0 } = {}): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  const at = new Date(Date.now() - secondsAgo * 1000);
  utimesSync(file, at, at);
  return file;
}

const isFree = () => {
  new JournalLock(journal).release();
  expect(readdirSync(folder)).toEqual([]);
};

describe('the lock of a journal', () => {
  it('is held by one call at a time, and free when that is done', () => {
    const lock = new JournalLock(journal);
    expect(() => new JournalLock(journal)).toThrow(refusal('x.jsonl'));
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    const next = new JournalLock(journal);
    // Whoever releases twice does not take it from the next.
    lock.release();
    expect(() => new JournalLock(journal)).toThrow(refusal());
    next.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is a file beside the journal, which others of this machine cannot read', () => {
    const lock = new JournalLock(journal);
    const [name = '', ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    expect(name).toMatch(/^x\.jsonl\.[\w-]{36}\.lock$/);
    expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
    lock.release();
  });

  it('is held against other processes while they run, and not by one that was killed', () => {
    const holder = ownHolder();
    const heldBy = (changes: object) => lockOfOther(JSON.stringify({ ...holder, ...changes }));

    // A process that runs, however long it has said nothing; one of another machine that said so a moment ago.
    for (const running of [{}, { among: 'another host' }]) {
      heldBy(running);
      expect(() => new JournalLock(journal)).toThrow(refusal('x.jsonl.other.lock'));
      expect(readdirSync(folder)).toEqual(['x.jsonl.other.lock']);
    }
    lockOfOther(JSON.stringify(holder), { secondsAgo: 3600 });
    expect(() => new JournalLock(journal)).toThrow(refusal());
    // None has that number; another one has it by now.
    const gone = [{ pid: 99_999_999 }, { pid: 99_999_999, started: '' }];
    for (const killed of process.platform === 'linux' ? [...gone, { started: '1' }] : gone) {
      heldBy(killed);
      isFree();
    }
  });

  it.each([
    ['of another machine', JSON.stringify({ pid: 1, started: '1', among: 'another host' })],
    ['that is not written whole yet', '{"pid":'],
  ])('is held for a minute after the last word of one %s', (_, text) => {
    lockOfOther(text, { secondsAgo: 55 });
    expect(() => new JournalLock(journal)).toThrow(refusal());
    lockOfOther(text, { secondsAgo: 61 });
    isFree();
  });

  it('is held by a process that runs as somebody else, to which nothing can be sent', () => {
    lockOfOther(JSON.stringify(ownHolder()));
    const answer = (code: string) =>
      vi.spyOn(process, 'kill').mockImplementation(() => {
        throw Object.assign(new Error(code), { code });
      });
    onTestFinished(() => void vi.restoreAllMocks());
    answer('EPERM');
    expect(() => new JournalLock(journal)).toThrow(refusal());
    answer('ESRCH');
    isFree();
  });

  it.skipIf(process.platform !== 'linux')('is held by a running process whatever that process is called', () => {
    lockOfOther(JSON.stringify(ownHolder()));
    const { title } = process;
    onTestFinished(() => {
      process.title = title;
    });
    process.title = 'a) b) c';
    expect(() => new JournalLock(journal)).toThrow(refusal());
  });

  it('has nothing to do with files that are no locks of this journal', () => {
    const holder = JSON.stringify(ownHolder());
    const names = ['other-x.jsonl.a.lock', 'x.jsonl', 'x.jsonl.note', 'x.jsonl2.a.lock'];
    for (const name of names) lockOfOther(holder, { name });
    new JournalLock(journal).release();
    expect(readdirSync(folder).sort()).toEqual(names);
  });

  it('leaves nothing behind when another call has it, and can be had afterwards', () => {
    const other = lockOfOther(JSON.stringify(ownHolder()));
    expect(() => new JournalLock(journal)).toThrow(refusal());
    rmSync(other);
    isFree();
  });

  it('is not held after it could not be written', () => {
    journal = path.join(folder, 'later', 'x.jsonl');
    expect(() => new JournalLock(journal)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    mkdirSync(path.dirname(journal));
    expect(() => new JournalLock(journal).release()).not.toThrow();
  });
});

describe('whoever holds a journal', () => {
  /** A lock, with a clock that the test moves. */
  function heldLock() {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const lock = new JournalLock(journal);
    const file = path.join(folder, readdirSync(folder)[0] ?? '');
    return { lock, file };
  }

  it('says every ten seconds that it is there, until it is done', () => {
    const { lock, file } = heldLock();
    const silentMs = () => Date.now() - statSync(file).mtimeMs;
    for (let times = 0; times < 3; times += 1) {
      const before = new Date(Date.now() - 3_600_000);
      utimesSync(file, before, before);
      vi.advanceTimersByTime(9_000);
      expect(silentMs()).toBeGreaterThan(3_000_000);
      vi.advanceTimersByTime(1_000);
      expect(silentMs()).toBeLessThan(60_000);
    }
    lock.release();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on when somebody has removed its lock by hand, and still has it to itself in this process', () => {
    const { lock, file } = heldLock();
    rmSync(file);
    expect(() => vi.advanceTimersByTime(20_000)).not.toThrow();
    expect(existsSync(file)).toBe(false);
    for (const another of [() => new JournalLock(journal), () => refuseIfHeld(journal)]) {
      expect(another).toThrow(refusal('x.jsonl'));
    }
    expect(() => lock.release()).not.toThrow();
    isFree();
  });

  it('keeps it when the call before releases it once more', () => {
    const { lock } = heldLock();
    lock.release();
    const next = new JournalLock(journal);
    for (const name of readdirSync(folder)) rmSync(path.join(folder, name));
    lock.release();
    expect(() => new JournalLock(journal)).toThrow(refusal('x.jsonl'));
    next.release();
  });
});

describe('a look at whether a journal is held', () => {
  it('is refused while a call of this process has it', () => {
    expect(() => refuseIfHeld(journal)).not.toThrow();
    const lock = new JournalLock(journal);
    expect(() => refuseIfHeld(journal)).toThrow(refusal('x.jsonl'));
    lock.release();
    expect(() => refuseIfHeld(journal)).not.toThrow();
  });

  it('is refused while another process has it, and takes nothing itself', () => {
    const holder = ownHolder();
    lockOfOther(JSON.stringify(holder));
    expect(() => refuseIfHeld(journal)).toThrow(refusal('x.jsonl.other.lock'));
    lockOfOther(JSON.stringify({ ...holder, pid: 99_999_999 }));
    expect(() => refuseIfHeld(journal)).not.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });
});
