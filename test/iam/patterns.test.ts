import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, isPatternOfRoles, takesAll } from '../../src/iam/patterns.ts';

const ROLE = 'arn:aws:iam::123456789012:role/team/deploy';

describe('covers', () => {
  it('finds for any pattern what a regular expression finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (pattern, given) => {
        const expression = pattern.replaceAll('*', '.*').replaceAll('?', '.');
        expect(covers(pattern, given)).toBe(new RegExp(`^${expression}$`, 's').test(given));
      }),
      { numRuns: 500 },
    );
  });
});

describe('taking in all of a kind', () => {
  it('is what any pattern does that takes in a name that is not there, in whatever partition and account', () => {
    const part = fc.constantFrom('*', 'aws', 'aws*', '?ws', '1111*', '111122223333', 'iam', 'role/', 'role/*', '');
    const pattern = fc.array(part, { minLength: 1, maxLength: 7 }).map((parts) => ['arn', ...parts].join(':'));
    const real = fc.tuple(fc.constantFrom('aws', 'aws-cn'), fc.constantFrom('111122223333', '111199998888'));
    fc.assert(
      fc.property(pattern, real, (resource, [partition, account]) => {
        fc.pre(covers(resource, `arn:${partition}:iam::${account}:role/~any`));
        expect(takesAll(resource, 'iam', 'role/')).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a pattern of roles', () => {
  it('is whatever pattern takes in the ARN of a role', () => {
    // Each part of a real ARN may become a star, and each of its characters a question mark.
    const change = fc.tuple(fc.nat(ROLE.length), fc.nat(ROLE.length), fc.constantFrom('*', '?'));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let pattern = ROLE;
        for (const [at, length, sign] of changes) {
          const end = sign === '*' ? at + length : at + 1;
          pattern = pattern.slice(0, at) + sign + pattern.slice(Math.min(end, pattern.length));
        }
        fc.pre(covers(pattern, ROLE));
        expect(isPatternOfRoles(pattern)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each([ROLE, 'arn:aws:s3:::*', 'arn:aws:iam::*:user/*', '*:policy/x', 'arn:aws:iam::123:role/*', '', '?'])(
    'is not %j',
    (resource) => {
      expect(isPatternOfRoles(resource)).toBe(false);
    },
  );
});
