import { describe, expect, it } from 'vitest';
import { byRarity, few, grouped, rowNumbers } from '../../src/plan/row-groups.ts';

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

  it('have names that are listed up to a number, and each cleaned', () => {
    expect(few(['ann', 'ben'], 2)).toBe('ann, ben');
    expect(few(['ann', 'b\u0007en', 'cleo', 'dan'], 2)).toBe('ann, b\\u{7}en and 2 more');
  });
});
