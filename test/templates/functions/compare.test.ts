import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEqual, isPairTrue } from '../../../src/templates/functions/compare.ts';
import { momentOf } from '../../../src/templates/functions/dates.ts';
import type { Value } from '../../../src/templates/functions/values.ts';

const OPERATORS = ['<', '<=', '>', '>='];

/** All that are true of the two. */
const trueOf = (a: Value, b: Value) => [...OPERATORS, '=='].filter((operator) => isPairTrue(operator, a, b)).join(' ');

describe('a comparison', () => {
  it.each<[Value, Value, string]>([
    [1, 2, '< <='],
    ['9', 10, '< <='],
    ['9', '10', '< <='],
    ['12', 12, '<= >= =='],
    ['1e1', 10, '<= >= =='],
    ['007', '7', '<= >='],
    ['a', 'b', '< <='],
    ['abc', 3, ''],
    ['', 3, ''],
    [true, 'TRUE', '<= >= =='],
    [false, 'false', '<= >= =='],
    [true, 'yes', ''],
    [true, 1, ''],
    ['False', 'false', '<= >= =='],
    [null, 3, ''],
    [undefined, '2026-01-01', ''],
    [null, undefined, '=='],
    [null, '', ''],
    ['', '2026-01-01T00:00:00Z', ''],
    ['N/A', '2026-01-01T00:00:00Z', ''],
    [[1, '2'], ['1', 2], '<= >= =='],
    [new Map([['a', 1]]), new Map([['a', '1']]), '<= >= =='],
    [[1], 1, ''],
    ['2024-11-27T16:36:59Z', '2024-11-27T17:36:59+01:00', '<= >= =='],
    ['2024-11-27T16:36:59.000Z', '2024-11-27 16:36:59', '<= >= =='],
    ['2024-11-27T16:36:59+0000', '2024-11-27T16:36:59-00:00', '<= >= =='],
    ['2024-11-27T16:36:59.1Z', '2024-11-27T16:36:59Z', '> >='],
    ['2024-11-27T00:30:00+02:00', '2024-11-27T00:00:00Z', '< <='],
    ['2024-11-27', '2024-11-27T00:00:00Z', '<= >= =='],
    // A date alone is its first moment, and equals all of its day.
    ['2024-11-27T16:36:59Z', '2024-11-27', '<= > >= =='],
    ['2024-11-28', '2024-11-27T23:59:59Z', '> >='],
    ['2024-13-01', '2024-12-01', ''],
    ['2024-02-30', '2024-02-30', '<= >= =='],
  ])('of %j and %j has these true: %s', (a, b, operators) => {
    expect(trueOf(a, b)).toBe(operators);
    expect(isPairTrue('!=', a, b)).toBe(!operators.includes('=='));
  });

  it.each<[Value, Value, boolean]>([
    ['S3', 'AmazonS3ReadOnlyAccess', true],
    ['S3', null, false],
    [null, 'abc', false],
    [null, [null], true],
    ['1', [1], true],
    [true, ['true'], true],
    ['a', new Map([['a', 1]]), true],
    [3, 'a3', true],
  ])('finds %j in %j: %s', (item, container, isFound) => {
    expect(isPairTrue('in', item, container)).toBe(isFound);
    expect(isPairTrue('not in', item, container)).toBe(!isFound);
  });
});

describe('comparisons of any values', () => {
  const date = fc
    .date({ min: new Date('1971-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .chain((at) =>
      fc
        .constantFrom(
          at.toISOString(),
          at.toISOString().replace('T', ' ').replace('Z', '+00:00'),
          at.toISOString().replace('Z', ''),
          new Date(at.getTime() - 5.5 * 3_600_000).toISOString().replace('Z', '-0530'),
        )
        .map((text) => ({ text, at: at.getTime() })),
    );
  const value = fc.oneof(
    fc.string({ maxLength: 5 }),
    fc.integer(),
    fc.integer().map(String),
    fc.boolean(),
    fc.constantFrom<Value>('true', 'False', '', null, undefined, '2024-11-27', 'N/A'),
    date.map(({ text }) => text),
  );

  it('agree with each other, whichever comes first', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(isEqual(a, b)).toBe(isEqual(b, a));
        expect(isPairTrue('<', a, b)).toBe(isPairTrue('>', b, a));
        expect(isPairTrue('<=', a, b)).toBe(isPairTrue('>=', b, a));
        if (isPairTrue('<', a, b)) expect(isPairTrue('<=', a, b)).toBe(true);
        if (isPairTrue('<', a, b)) expect(isPairTrue('>', a, b)).toBe(false);
        expect(isEqual(a, a)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('are false for null in every order', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(...OPERATORS), fc.constantFrom(null, undefined), (a, operator, nothing) => {
        expect(isPairTrue(operator, a, nothing)).toBe(false);
        expect(isPairTrue(operator, nothing, a)).toBe(false);
      }),
    );
  });

  it('of dates are those of their times, in any form', () => {
    fc.assert(
      fc.property(date, date, (a, b) => {
        expect(momentOf(a.text)?.milliseconds).toBeCloseTo(a.at, 2);
        expect(isPairTrue('<', a.text, b.text)).toBe(a.at < b.at);
        expect(isPairTrue('==', a.text, b.text)).toBe(a.at === b.at);
      }),
      { numRuns: 1000 },
    );
  });
});
