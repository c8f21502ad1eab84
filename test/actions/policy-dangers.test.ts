import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGrants } from '../../src/actions/policy-grants.ts';
import { ASSUMING_A_ROLE, PASSING_A_ROLE, TAKING_A_ROLE, WAYS } from '../../src/actions/policy-ways.ts';
import { GRAVE } from './escalation-policies.ts';
import { HARMLESS } from './harmless-policies.ts';
import { allow } from './judged-policy.ts';
import { WARNED } from './milder-policies.ts';

function judged(statements: object | object[]) {
  const grants = readGrants(encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: statements })));
  if (!grants) throw new Error('it cannot be read');
  // Whether something is not shown is another matter.
  const warnings = grants.warnings.filter((text) => !text.startsWith('the policy says more'));
  return { grave: grants.grave, warnings };
}

const ALL = [...GRAVE, ...WARNED, ...HARMLESS];
const aPolicy = fc.constantFrom(...ALL);
const statementsOf = ({ statements }: { statements: object | object[] }) => [statements].flat();

/** Some pattern that takes in the text, in whatever case. */
function patternOf(text: string): fc.Arbitrary<string> {
  const letter = (character: string) =>
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(character, character.toUpperCase(), character.toLowerCase()) },
      { weight: 1, arbitrary: fc.constantFrom('?', '*', '?*', '**', `${character}*`) },
    );
  return fc.tuple(...Array.from(text, letter)).map((parts) => parts.join(''));
}

describe('a policy', () => {
  it.each(ALL)('that allows $name is judged by what it allows', ({ statements, grave = [], warnings = [] }) => {
    expect(judged(statements)).toEqual({ grave, warnings });
  });

  const aDanger = fc.constantFrom(...[...WAYS, PASSING_A_ROLE, ASSUMING_A_ROLE].map(({ action }) => action));

  it('of any pattern that takes in a dangerous action is warned of', () => {
    const anAction = aDanger.chain((action) => fc.tuple(fc.constant(action), patternOf(action)));
    fc.assert(
      fc.property(anAction, fc.constantFrom('*', '**', 'arn:*', 'a*'), ([, pattern], resource) => {
        const { grave, warnings } = judged(allow(pattern, resource));
        expect([...grave, ...warnings]).not.toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('that names a dangerous action alone has it in its text, on everything or on something', () => {
    const arnOf = (action: string) => {
      const thing = [...WAYS, PASSING_A_ROLE, ASSUMING_A_ROLE].find((way) => way.action === action)?.target;
      if (thing && 'iam' in thing) return `arn:aws:iam::111122223333:${thing.iam}/some*`;
      return `arn:aws:${action.split(':', 1)[0]}:us-east-1:111122223333:some/*`;
    };
    fc.assert(
      fc.property(aDanger, fc.boolean(), (action, isOnAll) => {
        const { grave, warnings } = judged(allow(action, isOnAll ? '*' : arnOf(action)));
        const named = action === ASSUMING_A_ROLE.action ? 'assuming every role' : action;
        expect([...grave, ...warnings].filter((text) => text.includes(`it allows ${named}`))).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  it('that lets every role be passed is grave with any service that takes one, wherever each stands', () => {
    const taking = fc.constantFrom(...TAKING_A_ROLE.map(({ action }) => action)).chain(patternOf);
    const others = fc.array(aPolicy.map(statementsOf), { maxLength: 3 });
    fc.assert(
      fc.property(taking, patternOf('iam:PassRole'), others, fc.nat(), fc.nat(), (service, pass, rest, one, two) => {
        const statements = rest.flat();
        statements.splice(one % (statements.length + 1), 0, allow(service));
        statements.splice(two % (statements.length + 1), 0, allow(pass, 'arn:aws:iam::*:role/*'));
        expect(judged(statements).grave).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('that is grave stays so, and as grave, whatever statement is added', () => {
    const grave = fc.constantFrom(...GRAVE);
    const denial = fc.constant([{ Effect: 'Deny', Action: '*', Resource: '*' }]);
    const more = fc.array(fc.oneof(aPolicy.map(statementsOf), denial), { maxLength: 4 });
    fc.assert(
      fc.property(grave, more, fc.boolean(), (policy, added, isBefore) => {
        const own = statementsOf(policy);
        const before = judged(own).grave;
        const { grave: after } = judged(isBefore ? [...added.flat(), ...own] : [...own, ...added.flat()]);
        expect(after).not.toEqual([]);
        const isAdministrators = (texts: string[]) => texts.some((text) => text.includes('whoever has it'));
        const isAlways = (texts: string[]) => texts.some((text) => !text.includes('under a condition'));
        if (isAdministrators(before)) expect(isAdministrators(after)).toBe(true);
        if (isAlways(before)) expect(isAlways(after)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is told in the same words in whatever order its statements, actions and resources stand', () => {
    const shuffled = fc.array(aPolicy.map(statementsOf), { minLength: 1, maxLength: 5 }).chain((policies) => {
      const statements = policies.flat();
      const anyOrder = fc.shuffledSubarray(statements, { minLength: statements.length });
      return fc.tuple(fc.constant(statements), anyOrder);
    });
    const reversed = (value: unknown) => (Array.isArray(value) ? value.toReversed() : value);
    fc.assert(
      fc.property(shuffled, ([statements, others]) => {
        const turned = others.map((statement) =>
          Object.fromEntries(Object.entries(statement).map(([key, value]) => [key, reversed(value)])),
        );
        expect(judged(turned)).toEqual(judged(statements));
      }),
      { numRuns: 200 },
    );
  });

  it('is not softened by a condition, which is told', () => {
    const condition = { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } };
    for (const { statements, grave = [], warnings = [] } of ALL) {
      const under = judged([statements].flat().map((statement) => ({ ...statement, ...condition })));
      const texts = [...under.grave, ...under.warnings];
      expect(texts.every((text) => text.includes(', under a condition'))).toBe(true);
      expect(under.grave.length > 0).toBe(grave.length > 0);
      expect(texts.length > 0).toBe(grave.length + warnings.length > 0);
    }
  });

  it('has few warnings, each of some length, though it has thousands of statements', () => {
    const statements = Array.from({ length: 800 }, (_, n) =>
      allow(['sts:AssumeRole', 'iam:PassRole', 'iam:CreateAccessKey', 'ssm:*'], `arn:*:*:*:*:*/team-${n}-*`),
    );
    const { warnings } = judged(statements);
    expect(warnings.length).toBeLessThan(10);
    expect(Math.max(...warnings.map(({ length }) => length))).toBeLessThan(700);
    expect(warnings.join()).toContain('iam:PassRole on arn:*:*:*:*:*/team-0-*');
  });

  const sequence = (count: number) => Array.from({ length: count }, (_, n) => n.toString(36));

  it.each<[string, object[]]>([
    ['statements', sequence(2400).map((text) => allow('iam:*', `a*${text}`))],
    ['statements of NotAction', sequence(1800).map((NotAction) => ({ Effect: 'Allow', NotAction, Resource: '*q*' }))],
    ['actions', [allow(sequence(16_000).map((text) => `*${text}*`))]],
    [
      'resources',
      [
        allow(
          '*:*',
          sequence(16_000).map((text) => `*${text}*`),
        ),
      ],
    ],
    ['stars', [allow('*:*', '*a'.repeat(60_000))]],
  ])('is judged soon though it is made of %s up to what IAM takes', (_, statements) => {
    const startedAt = performance.now();
    judged(statements);
    // It takes a second at most where nothing else runs.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });
});
