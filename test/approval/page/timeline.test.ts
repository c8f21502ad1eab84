import { describe, expect, it } from 'vitest';
import { timeline } from '../../../src/approval/page/timeline.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const pictured = (cells: { column: string; shown: string; at?: string }[]) => timeline({ cells }, NOW)?.text ?? '';
const xOf = (svg: string) => [...svg.matchAll(/<circle cx="(\d+)"/g)].map(([, x]) => Number(x));

describe('the picture of when things were', () => {
  it('has each moment in its place, and says the same in words', () => {
    const svg = pictured([
      { column: 'User', shown: 'ci-deploy' },
      { column: 'Last used', shown: '', at: '2026-05-23T12:00:00Z' },
      { column: 'Created', shown: '', at: '2024-11-23T12:00:00Z' },
    ]);
    const [created = 0, used = 0, now = 0, ...more] = xOf(svg);
    expect(more).toEqual([]);
    // A year and a half of two.
    expect((used - created) / (now - created)).toBeCloseTo(0.75, 1);
    expect(svg).toContain('role="img" aria-label="In time: Created 2 years ago, Last used 184 days ago."');
    expect(svg).toContain('>Now</text>');
  });

  it('stays within its frame for what is now, in the future, or one moment alone', () => {
    for (const at of ['2026-11-23T12:00:00Z', '2031-01-01T00:00:00Z', '1970-01-01T00:00:00Z']) {
      for (const x of xOf(pictured([{ column: 'Created', shown: '', at }]))) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(640);
      }
    }
  });

  it('is left out where no moment is known', () => {
    expect(pictured([{ column: 'Created', shown: '' }])).toBe('');
    expect(pictured([{ column: 'Created', shown: '', at: 'yesterday' }])).toBe('');
  });

  it('escapes what it is labelled with, and has nothing else in it', () => {
    const svg = pictured([{ column: '"/><script>', shown: '<b>', at: '2024-11-23T12:00:00Z' }]);
    expect(svg).not.toMatch(/<script|<b>/);
    expect(svg).not.toMatch(/style=|href=|\son\w+=/);
  });
});
