import { describe, expect, it } from 'vitest';
import { describeFact, inShort, withAges } from '../../src/plan/fact-text.ts';

const DATE = '2026-11-23T12:00:00+00:00';
const AFTER = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

describe('the age of a date', () => {
  const later = (ms: number) => withAges(`created ${DATE}.`, new Date(Date.parse(DATE) + ms));

  it.each([
    ['just now', 0],
    ['just now', 29 * AFTER.second],
    ['1 minute ago', 30 * AFTER.second],
    ['1 minute ago', 89 * AFTER.second],
    ['2 minutes ago', 90 * AFTER.second],
    ['119 minutes ago', 119 * AFTER.minute],
    ['2 hours ago', 2 * AFTER.hour],
    ['3 hours ago', 2.5 * AFTER.hour],
    ['48 hours ago', 48 * AFTER.hour - AFTER.minute],
    ['2 days ago', 48 * AFTER.hour],
    ['4 days ago', 3.5 * AFTER.day],
    ['730 days ago', 730 * AFTER.day - AFTER.minute],
    ['2 years ago', 730 * AFTER.day],
    ['3 years ago', 2.5 * 365 * AFTER.day],
  ])('is %s after %d ms', (age, ms) => {
    expect(later(ms)).toBe(`created ${age} (${DATE}).`);
  });

  it('is none for a date that has not come yet, as by a clock that is slow', () => {
    expect(later(-AFTER.day)).toBe(`created just now (${DATE}).`);
  });

  it('is told of each date in a text, and of nothing that only looks like one', () => {
    const now = new Date('2026-11-23T12:10:00Z');
    const text = `${DATE} 2026-11-23T12:05:00+00:00 2026-11-23 2026-11-23T12:05:00Z x2026-11-23T12:05:00+01:00`;
    expect(withAges(text, now)).toBe(
      `10 minutes ago (${DATE}) 5 minutes ago (2026-11-23T12:05:00+00:00) 2026-11-23 2026-11-23T12:05:00Z x2026-11-23T12:05:00+01:00`,
    );
  });
});

describe('a fact', () => {
  it('is one line, or a heading with a line for each entry', () => {
    expect(describeFact({ label: 'User', shown: 'ann' })).toEqual(['User: ann']);
    expect(describeFact({ label: 'Policies', shown: ['a', 'b'] })).toEqual(['Policies:', '  - a', '  - b']);
    expect(describeFact({ label: 'Policies', shown: [] })).toEqual(['Policies:']);
  });

  it('ends with what moves on by itself', () => {
    const movesOn = { shown: `last use: ${DATE}, iam in us-east-1`, at: DATE };
    expect(describeFact({ label: 'Key', shown: 'AKIA', movesOn })).toEqual([
      `Key: AKIA; last use: ${DATE}, iam in us-east-1`,
    ]);
  });

  it('keeps a link that the operator of the server wrote, and breaks every other', () => {
    const shown = 'https://iam.example';
    expect(describeFact({ label: 'Sent to', shown, fromOperator: true })).toEqual([`Sent to: ${shown}`]);
    expect(describeFact({ label: 'Sent to', shown })).toEqual(['Sent to: https：//iam.example']);
    expect(describeFact({ label: 'Sent to', shown: [shown] })).toEqual(['Sent to:', '  - https：//iam.example']);
  });

  it('is one line where it is told that it has changed', () => {
    expect(inShort(undefined)).toBe('not there');
    expect(inShort({ label: 'User', shown: 'ann\u202e' })).toBe('ann\\u{202e}');
    expect(inShort({ label: 'Policies', shown: ['a', 'b'] })).toBe('a; b');
    const movesOn = { shown: `last use: ${DATE}, iam`, at: DATE };
    expect(inShort({ label: 'Key', shown: 'AKIA', movesOn })).toBe(`AKIA; last use: ${DATE}, iam`);
  });
});
