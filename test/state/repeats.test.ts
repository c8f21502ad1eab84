import { afterEach, describe, expect, it, vi } from 'vitest';
import { Repeats } from '../../src/state/repeats.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('what is told again and again', () => {
  it('is told the first, second, fourth and eighth time, with the count', () => {
    const repeats = new Repeats();
    const told = Array.from({ length: 1000 }, () => repeats.toTell('same', 'kind')?.count).filter(Boolean);
    expect(told).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
  });

  it('counts with others once there are a thousand different ones, and anew after an hour', () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const repeats = new Repeats();
    const tell = (from: number) => Array.from({ length: 1000 }, (_, n) => repeats.toTell(`${from + n}`, 'kind'));
    expect(tell(0)).toEqual(Array.from({ length: 1000 }, () => ({ count: 1, isAmongOthers: false })));
    expect(tell(1000).filter(Boolean)).toHaveLength(10);
    expect(repeats.toTell('0', 'kind')).toEqual({ count: 2, isAmongOthers: false });
    now += 60 * 60 * 1000 + 1;
    expect(repeats.toTell('5000', 'kind')).toEqual({ count: 1, isAmongOthers: false });
  });
});
