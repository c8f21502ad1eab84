import { describe, expect, it } from 'vitest';
import { callDigest, changedFacts, describePlan, isConfirmed, planDigest } from '../../src/approval/plan.ts';
import { aPlan } from './a-plan.ts';

describe('what an agreement is bound to', () => {
  it.each([
    ['the tool', { tool: 'delete_access_key' }],
    ['the connection', { connection: 'prod' }],
    ['the account', { account: '999988887777' }],
    ['the caller', { caller: 'arn:aws:sts::111122223333:assumed-role/responder/aws-iam-mcp' }],
    ['an argument', { arguments: { ...aPlan().arguments, status: 'Active' } }],
  ])('is another call when %s differs', (_, changes) => {
    expect(callDigest(aPlan(changes))).not.toBe(callDigest(aPlan()));
    expect(planDigest(aPlan(changes))).not.toBe(planDigest(aPlan()));
  });

  it.each([
    ['a fact', { facts: [{ label: 'User', shown: 'ci-deploy', bound: 'another id' }] }],
    ['a warning', { warnings: ['new'] }],
    ['the effect', { effect: 'another' }],
    ['what has to be typed', { confirm: { what: 'the user name', text: 'ci-deploy' } }],
  ])('is the same call with another plan when %s differs', (_, changes) => {
    expect(callDigest(aPlan(changes))).toBe(callDigest(aPlan()));
    expect(planDigest(aPlan(changes))).not.toBe(planDigest(aPlan()));
  });

  it('does not depend on the order of arguments, nor on an age that grows', () => {
    const { status, ...rest } = aPlan().arguments;
    expect(callDigest(aPlan({ arguments: { status: status ?? '', ...rest } }))).toBe(callDigest(aPlan()));
    const older = aPlan().facts.map((fact) => ({ ...fact, shown: fact.shown.toString().replace('5', '6') }));
    expect(planDigest(aPlan({ facts: older }))).toBe(planDigest(aPlan()));
    expect(changedFacts(aPlan(), aPlan({ facts: older }))).toEqual([]);
  });

  it('cannot be confused by moving text from one argument into the next', () => {
    const split = (a: string, b: string) => callDigest(aPlan({ arguments: { a, b } }));
    expect(split('x","y', 'z')).not.toBe(split('x', 'y","z'));
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
