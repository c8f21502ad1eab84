// How many changes were sent, as files on a disk that several processes share.
import { fork } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ChangeCount } from '../../src/state/change-count.ts';
import { bundled } from '../approval/bundled.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const HOUR = 60 * 60 * 1000;
// A quarter past.
const NOON = Date.UTC(2026, 0, 5, 12, 15);
let stateDir: string;

beforeEach(() => {
  stateDir = path.join(temporaryFolder(), 'state');
});

const countOf = (most: number, label = 'prod') => new ChangeCount(stateDir, label, most);
const files = () => readdirSync(path.join(stateDir, 'changes')).map((name) => path.join(stateDir, 'changes', name));
const taken = (count: ChangeCount, changes: number, now: number) => {
  const came = count.take(changes, now);
  if (!('settle' in came)) throw new Error(`only ${came.left} are left`);
  return came;
};

describe('the changes of an hour', () => {
  it('are those of the last 60 minutes, over the full hour', () => {
    const count = countOf(3);
    expect(count.left(1, NOON)).toEqual({ left: 3, possibleAt: NOON });
    taken(count, 1, NOON);
    taken(count, 2, NOON + 50 * 60_000);
    expect(count.take(1, NOON + HOUR - 1)).toEqual({ left: 0, possibleAt: NOON + HOUR });
    taken(countOf(3), 1, NOON + HOUR);
    expect(count.left(2, NOON + HOUR)).toEqual({ left: 0, possibleAt: NOON + HOUR + 50 * 60_000 });
  });

  it('are taken as a whole or not at all', () => {
    const count = countOf(20);
    taken(count, 3, NOON);
    expect(count.take(18, NOON)).toEqual({ left: 17, possibleAt: NOON + HOUR });
    expect(count.take(21, NOON)).toEqual({ left: 17, possibleAt: undefined });
    taken(count, 17, NOON);
  });

  it('are those of one connection, whatever the case of its label', () => {
    taken(countOf(1), 1, NOON);
    expect(countOf(1).left(1, NOON).left).toBe(0);
    for (const label of ['PROD', 'prod-', 'pro', 'd']) expect(countOf(1, label).left(1, NOON).left, label).toBe(1);
  });

  it('count no more where they were not sent after all', () => {
    const count = countOf(5);
    const first = taken(count, 5, Date.now());
    first.settle(2);
    expect(count.left(1).left).toBe(3);
    first.settle(0);
    expect(count.left(1).left).toBe(5);
  });

  it('count from the end of what took a while', () => {
    const count = countOf(5);
    const at = Date.now() - 50 * 60_000;
    taken(count, 5, at).settle(5);
    expect(count.left(1, at + HOUR + 1).left).toBe(0);
    expect(count.left(1, Date.now() + HOUR + 1).left).toBe(5);
  });

  it('are not forgotten when the clock is set back', () => {
    taken(countOf(1), 1, NOON + 5 * HOUR);
    expect(countOf(1).left(1, NOON).left).toBe(0);
  });

  it('stay in private files, of which old ones are removed', () => {
    const count = countOf(100);
    for (let hour = 0; hour < 10; hour += 1) taken(count, 1, NOON + hour * HOUR);
    expect(files().length).toBeLessThanOrEqual(3);
    for (const file of files()) expect((statSync(file).mode & 0o7777).toString(8)).toBe('600');
  });
});

describe('a file that is not whole', () => {
  it.each([
    ['half a line', '{"id":"x","at":1'],
    ['a line of something else', '{}\n'],
    ['a count below none', `{"id":"x","at":${NOON},"count":-5}\n`],
    ['a count that is none', `{"id":"x","at":${NOON},"count":"1"}\n`],
    ['an empty line', '\n'],
    ['bytes', '\0\0\0'],
  ])('refuses every change: %s', (_what, text) => {
    taken(countOf(10), 1, NOON);
    appendFileSync(files()[0] ?? '', text);
    for (const attempt of [() => countOf(10).left(1, NOON), () => countOf(10).take(1, NOON)]) {
      expect(attempt).toThrow(
        expect.objectContaining({
          code: 'Refused',
          message: expect.stringMatching(/not known .*line 2 of .*move the file away/),
        }),
      );
    }
  });

  it('refuses every change where the folder cannot be had', () => {
    mkdirSync(stateDir, { mode: 0o700 });
    writeFileSync(path.join(stateDir, 'changes'), '');
    expect(() => countOf(10).take(1, NOON)).toThrow(expect.objectContaining({ code: 'Refused' }));
  });
});

describe('several processes at the limit', () => {
  it('never get more through than there are, and none is lost by more than a race', async () => {
    const file = await bundled('../state/counting-process.ts');
    const most = 25;
    const startAt = Date.now() + 1500;
    const processes = Array.from({ length: 4 }, () => fork(file, [stateDir, String(most), String(startAt)]));
    const took = await Promise.all(
      processes.map(
        (child) => new Promise<number>((resolve) => child.once('message', (count) => resolve(Number(count)))),
      ),
    );
    const all = took.reduce((sum, count) => sum + count, 0);
    expect(all).toBeLessThanOrEqual(most);
    expect(all + countOf(most).left(1).left).toBe(most);
    expect(all).toBeGreaterThan(0);
  });
});
