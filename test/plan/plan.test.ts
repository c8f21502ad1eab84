import { describe, expect, it } from 'vitest';
import { describePlan } from '../../src/plan/describe-plan.ts';
import { isConfirmed, planDigest } from '../../src/plan/plan.ts';
import { aPlan, aRow } from './a-plan.ts';

describe('what an agreement is bound to', () => {
  it.each([
    ['the tool', { tool: 'delete_access_key' }],
    ['the connection', { connection: 'prod' }],
    ['the account', { account: '999988887777' }],
    ['the caller', { caller: 'arn:aws:sts::111122223333:assumed-role/responder/aws-iam-mcp' }],
    ['an argument', { arguments: { ...aRow().arguments, status: 'Active' } }],
    ['a fact', { facts: [{ label: 'User', shown: 'ci-deploy', bound: 'another id' }] }],
    ['a warning', { warnings: ['new'] }],
    ['a grave warning', { grave: ['new'] }],
    ['what is not known', { notKnown: ['new'] }],
    ['the effect', { effect: 'another' }],
    ['what has to be typed', { confirm: { what: 'the user name', text: 'ci-deploy' } }],
  ])('is another plan when %s differs', (_, changes) => {
    expect(planDigest(aPlan(changes))).not.toBe(planDigest(aPlan()));
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

  it('takes nothing for a plan that asks for nothing', () => {
    const nothing = aPlan({ confirm: { what: 'nothing', text: '' } });
    for (const typed of ['', ' ', '\n']) expect(isConfirmed(nothing, typed)).toBe(false);
  });
});
