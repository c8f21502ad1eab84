import { describe, expect, it } from 'vitest';
import { describePlan } from '../../src/plan/describe-plan.ts';
import { callDigest, changesSince, isConfirmed, planDigest } from '../../src/plan/plan.ts';
import { aPlan, aRow } from './a-plan.ts';

describe('what an agreement is bound to', () => {
  it.each([
    ['the tool', { tool: 'delete_access_key' }],
    ['the connection', { connection: 'prod' }],
    ['the account', { account: '999988887777' }],
    ['the caller', { caller: 'arn:aws:sts::111122223333:assumed-role/responder/aws-iam-mcp' }],
    ['an argument', { arguments: { ...aRow().arguments, status: 'Active' } }],
  ])('is another call when %s differs', (_, changes) => {
    expect(callDigest(aPlan(changes))).not.toBe(callDigest(aPlan()));
    expect(planDigest(aPlan(changes))).not.toBe(planDigest(aPlan()));
  });

  it.each([
    ['a fact', { facts: [{ label: 'User', shown: 'ci-deploy', bound: 'another id' }] }],
    ['a warning', { warnings: ['new'] }],
    ['a grave warning', { grave: ['new'] }],
    ['what is not known', { notKnown: ['new'] }],
    ['the effect', { effect: 'another' }],
    ['what has to be typed', { confirm: { what: 'the user name', text: 'ci-deploy' } }],
  ])('is the same call with another plan when %s differs', (_, changes) => {
    expect(callDigest(aPlan(changes))).toBe(callDigest(aPlan()));
    expect(planDigest(aPlan(changes))).not.toBe(planDigest(aPlan()));
  });

  it('does not depend on the order of arguments', () => {
    const { status, ...rest } = aRow().arguments;
    expect(callDigest(aPlan({ arguments: { status: status ?? '', ...rest } }))).toBe(callDigest(aPlan()));
  });

  it('cannot be confused by moving text from one argument into the next', () => {
    const split = (a: string, b: string) => callDigest(aPlan({ arguments: { a, b } }));
    expect(split('x","y', 'z')).not.toBe(split('x', 'y","z'));
  });
});

describe('changesSince', () => {
  const withLastUse = (at: string | undefined) =>
    aPlan({ facts: [{ label: 'Access key', shown: 'AKIA', lastUse: { at, where: 'iam in ap-southeast-3' } }] });
  const TWO_DAYS_AGO = '2026-11-21T12:00:00+00:00';
  const AN_HOUR_AGO = '2026-11-23T11:00:00+00:00';
  const NOW = '2026-11-23T12:01:00+00:00';

  it('finds none in the same facts read later', () => {
    expect(changesSince(aPlan(), aPlan({ madeAt: '2026-11-25T12:00:00.000Z' }))).toEqual([]);
  });

  it('passes over one more use of a key that is in use, or nobody could turn off a leaked key', () => {
    expect(changesSince(withLastUse(AN_HOUR_AGO), withLastUse(NOW))).toEqual([]);
  });

  it.each([
    ['a key that was idle for two days is used', TWO_DAYS_AGO, NOW],
    ['a key that was never used is used', undefined, NOW],
    ['an earlier use is told than was shown', AN_HOUR_AGO, TWO_DAYS_AGO],
    ['a use is not told any more', AN_HOUR_AGO, undefined],
  ])('counts that %s', (_, before, after) => {
    expect(changesSince(withLastUse(before), withLastUse(after))).toEqual([
      expect.stringMatching(/^Access key was '.*last use.*', is '.*last use/),
    ]);
  });

  it.each([
    ['a fact that differs', { facts: [{ label: 'User', shown: 'ci-deploy', bound: 'another id' }] }],
    ['another effect', { effect: 'another' }],
    ['another caller', { caller: 'arn:aws:iam::111122223333:user/other' }],
    ['a new warning', { warnings: ['new'] }],
    ['a new grave warning', { grave: ['new'] }],
    ['that something is not known any more', { notKnown: ['new'] }],
  ])('counts %s', (_, changes) => {
    expect(changesSince(aPlan(), aPlan(changes))).not.toEqual([]);
  });

  it('passes over a warning that is gone while all facts hold: a day was over', () => {
    const before = aPlan({ grave: ['used within a day', 'b'], warnings: ['w'] });
    expect(changesSince(before, aPlan({ grave: ['b'] }))).toEqual([]);
    expect(changesSince(before, aPlan({ grave: ['b'], facts: [] }))).not.toEqual([]);
  });

  it('counts a warning that has become grave, and no other way round', () => {
    expect(changesSince(aPlan({ warnings: ['w'] }), aPlan({ grave: ['w'] }))).toEqual(['there is a new warning: w']);
    expect(changesSince(aPlan({ grave: ['w'] }), aPlan({ warnings: ['w'] }))).toEqual([]);
  });
});

describe('the text that a person reads', () => {
  it('names account, caller, connection, every fact, the effect and the warnings', () => {
    const text = describePlan(aPlan({ warnings: ['careful'] }));
    for (const part of [
      '111122223333',
      'incident-responder',
      'default',
      'ci-deploy',
      'It stops working.',
      'WARNING: careful',
    ])
      expect(text).toContain(part);
  });

  it('tells the age of every date as it is when the person reads', () => {
    const text = describePlan(aPlan(), { now: new Date('2026-11-23T12:00:00Z') });
    expect(text).toContain('created 2 years ago (2024-11-23T12:00:00+00:00)');
    expect(text).toContain('last use: 5 minutes ago (2026-11-23T11:55:00+00:00), iam in ap-southeast-3');
  });

  it('cannot be given a line of its own by a value', () => {
    const text = describePlan(aPlan({ facts: [{ label: 'User', shown: 'bob\nAccount: 999988887777' }] }));
    expect(text.split('\n').filter((line) => line.startsWith('Account:'))).toEqual(['Account: 111122223333']);
  });

  it('shows an ARN of IAM’s greatest length whole', () => {
    const arn = `arn:aws:iam::111122223333:policy/${'x/'.repeat(1000)}TheName`;
    expect(describePlan(aPlan({ facts: [{ label: 'Policy', shown: arn }] }))).toContain('TheName');
  });
});

describe('isConfirmed', () => {
  it('takes the very text, with space around it, and nothing else', () => {
    expect(isConfirmed(aPlan(), ' LE77\n')).toBe(true);
    for (const typed of ['', 'LE 77', 'le77', 'AKIAEXAMPLEEXAMPLE77', undefined, null, true, ['LE77'], {}])
      expect(isConfirmed(aPlan(), typed)).toBe(false);
  });
});
