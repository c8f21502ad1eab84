import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Progress } from '../../src/table/progress.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

function told(rows: number) {
  const all: { message: string; done: number; total: number }[] = [];
  return {
    all,
    progress: new Progress((message, count) => all.push({ message, ...(count ?? { done: 0, total: 0 }) }), rows, 3),
  };
}

describe('the progress of a table', () => {
  it('is told at most a few times a second, and at the end', () => {
    const { all, progress } = told(100);
    for (let row = 0; row < 100; row += 1) {
      progress.read(false);
      vi.advanceTimersByTime(10);
    }
    expect(all.length).toBeGreaterThan(2);
    expect(all.length).toBeLessThan(5);
    for (let row = 0; row < 100; row += 1) progress.ran(row === 7);
    expect(all.at(-1)).toEqual({ message: '100 of 100 rows done, 1 failed', done: 300, total: 300 });
    expect(all.length).toBeLessThan(7);
  });

  it('counts the rows anew in each reading of facts', () => {
    const { all, progress } = told(2);
    for (let step = 0; step < 4; step += 1) {
      progress.read(step > 1);
      vi.advanceTimersByTime(1000);
    }
    expect(all.map(({ message }) => message)).toEqual([
      'facts read for 1 of 2 rows',
      'facts read for 2 of 2 rows',
      'facts read for 1 of 2 rows',
      'facts read for 2 of 2 rows',
    ]);
    expect(all.map(({ done }) => done)).toEqual([1, 2, 3, 4]);
  });

  it('goes on from the first reading where that was in an earlier call', () => {
    const { all, progress } = told(2);
    progress.read(true);
    expect(all.at(-1)).toEqual({ message: 'facts read for 1 of 2 rows', done: 3, total: 6 });
  });

  it('ends at its total, although rows were left out on the way', () => {
    const { all, progress } = told(2);
    progress.read(false);
    progress.read(false);
    progress.ran(true);
    progress.ran(false);
    expect(all.at(-1)).toEqual({ message: '2 of 2 rows done, 1 failed', done: 6, total: 6 });
  });
});
