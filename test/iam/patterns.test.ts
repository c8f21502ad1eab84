import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, isPatternOfRoles, mayBeA, mayBeOf, surelyTakesAll, takesAll } from '../../src/iam/patterns.ts';

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

/** Each part of a real text may become a star, and each of its characters a question mark. */
function patternsOf(text: string): fc.Arbitrary<string> {
  const change = fc.tuple(fc.nat(text.length), fc.nat(text.length), fc.constantFrom('*', '?'));
  return fc.array(change, { maxLength: 4 }).map((changes) => {
    let pattern = text;
    for (const [at, length, sign] of changes) {
      const end = sign === '*' ? at + length : at + 1;
      pattern = pattern.slice(0, at) + sign + pattern.slice(Math.min(end, pattern.length));
    }
    return pattern;
  });
}

describe('being perhaps of a kind', () => {
  const real = [
    ['iam', 'arn:aws:iam::123456789012:user/team/alice'],
    ['ssm', 'arn:aws-cn:ssm:cn-north-1::document/AWS-RunShellScript'],
    ['lambda', 'arn:aws:lambda:eu-west-1:123456789012:function:job'],
    ['sso', 'arn:aws:sso:::permissionSet/ssoins-1/ps-2'],
  ] as const;

  it('is what any pattern is that takes in something of the service, or the kind', () => {
    const anArn = fc
      .constantFrom(...real)
      .chain(([service, arn]) => fc.tuple(fc.constant(service), fc.constant(arn), patternsOf(arn)));
    fc.assert(
      fc.property(anArn, ([service, arn, pattern]) => {
        fc.pre(covers(pattern, arn));
        expect(mayBeOf(pattern, service)).toBe(true);
        if (service === 'iam') expect(mayBeA(pattern, 'user')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['arn:aws:s3:::*', 'ssm'],
    ['arn:aws:ss:*', 'ssm'],
    ['arn:aws:ssmx:*', 'ssm'],
    ['arn:aws:ssm', 'ssm'],
    ['arm:*', 'ssm'],
    ['s*', 'ssm'],
    ['', 'ssm'],
  ])('is not %j for %s', (pattern, service) => {
    expect(mayBeOf(pattern, service)).toBe(false);
  });
});

describe('surely taking in all of a kind', () => {
  it('is what no pattern does that leaves some real one out', () => {
    const part = fc.constantFrom(
      '*',
      '?',
      'a?*',
      'aws',
      '???',
      '????????????',
      '123456789012',
      'iam',
      'role/*',
      '?*',
      '',
    );
    const pattern = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => ['arn', ...parts].join(':'));
    const anArn = fc.tuple(
      fc.constantFrom('aws', 'aws-cn'),
      fc.stringMatching(/^\d{12}$/),
      fc.stringMatching(/^[\w/]{1,9}$/),
    );
    fc.assert(
      fc.property(fc.oneof(pattern, fc.constantFrom('*', 'arn:*:role/*', 'arn:*:iam::*:*')), anArn, (resource, arn) => {
        fc.pre(surelyTakesAll(resource, 'iam', 'role/'));
        expect(covers(resource, `arn:${arn[0]}:iam::${arn[1]}:role/${arn[2]}`)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    'arn:aws:iam::*:role/*',
    'arn:*:iam::123456789012:*',
    'arn:*:iam::????????????:role/*',
    'arn:*:iam::*:role/a*',
  ])('is not certain of %s', (resource) => {
    expect(surelyTakesAll(resource, 'iam', 'role/')).toBe(false);
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
