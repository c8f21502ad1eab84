import { describe, expect, it } from 'vitest';
import { byRarity, fromBothEnds, grouped, rowNumbers } from '../../src/plan/row-groups.ts';

const numbered = (...numbers: number[]) => numbers.map((number) => ({ number }));

describe('rows of a table', () => {
  it('are put together by what is the same about them, in the order in which it first comes', () => {
    expect(grouped(['b1', 'a1', 'b2', 'c1'], ([letter = '']) => letter)).toEqual([
      ['b', ['b1', 'b2']],
      ['a', ['a1']],
      ['c', ['c1']],
    ]);
    expect(grouped([], String)).toEqual([]);
  });

  it('come with the rarest group first, and those of one size in their order', () => {
    const groups = grouped(['a1', 'a2', 'b1', 'c1', 'c2', 'c3', 'd1'], ([letter = '']) => letter);
    expect(byRarity(groups).map(([letter]) => letter)).toEqual(['b', 'd', 'a', 'c']);
  });

  it('are named by their number, or by how many there are and the first numbers', () => {
    expect(rowNumbers(numbered(7), 2)).toBe('row 7');
    expect(rowNumbers(numbered(7, 9), 2)).toBe('2 rows (7, 9)');
    expect(rowNumbers(numbered(7, 9, 10), 2)).toBe('3 rows (7, 9 and 1 more)');
  });

  it('are named by stretches where several numbers follow each other, in order', () => {
    expect(rowNumbers(numbered(9, 1, 2, 3, 5, 6, 4, 8))).toBe('8 rows (1-6, 8, 9)');
    expect(rowNumbers(numbered(1, 2))).toBe('2 rows (1, 2)');
    expect(rowNumbers(numbered(1, 2, 3, 5, 7, 8, 9, 10), 2)).toBe('8 rows (1-3, 5 and 4 more)');
  });

  it('come with the smallest and the largest groups first, in turn', () => {
    const groups = grouped(['a1', 'b1', 'b2', 'c1', 'c2', 'c3', 'd1', 'd2', 'd3', 'd4'], ([letter = '']) => letter);
    expect(fromBothEnds(groups).map(([letter]) => letter)).toEqual(['a', 'd', 'b', 'c']);
    expect(groups.map(([letter]) => letter)).toEqual(['a', 'b', 'c', 'd']);
  });
});
