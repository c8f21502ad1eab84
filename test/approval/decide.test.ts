import { describe, expect, it } from 'vitest';
import { type Answer, type Circumstances, decide } from '../../src/approval/decide.ts';
import { planDigest } from '../../src/plan/plan.ts';
import { aPlan } from '../plan/a-plan.ts';

const plan = aPlan();
const circumstances = (changes: Partial<Circumstances> = {}): Circumstances => ({
  mode: 'auto',
  hasForm: true,
  hasRequest: false,
  approveCommand: (id) => `aws-iam-mcp approve ${id}`,
  ...changes,
});
const decideAfter = (answers: Answer[], changes: Partial<Circumstances> = {}) =>
  decide(plan, circumstances(changes), answers);

const accepted = (typed: unknown): Answer => ({ from: 'form', is: 'accepted', typed });
const approved = (changes: object = {}): Answer => ({
  from: 'terminal',
  is: 'approved',
  typed: 'LE77',
  planDigest: planDigest(plan),
  plan,
  id: 'abc234',
  by: 'ana',
  ...changes,
});

describe('which way is asked first', () => {
  it.each([
    ['auto with forms', { mode: 'auto', hasForm: true }, { is: 'ask', way: 'form' }],
    ['auto without forms', { mode: 'auto', hasForm: false }, { is: 'ask', way: 'terminal' }],
    ['auto, when an earlier call left a request', { mode: 'auto', hasRequest: true }, { is: 'ask', way: 'terminal' }],
    ['form', { mode: 'form' }, { is: 'ask', way: 'form' }],
    ['terminal, though the host has forms', { mode: 'terminal' }, { is: 'ask', way: 'terminal' }],
    ['host', { mode: 'host' }, { is: 'proceed', by: 'host', agreed: plan }],
  ] as const)('%s', (_, changes, expected) => {
    expect(decideAfter([], changes)).toEqual(expected);
  });

  it('refuses in mode form where the host has none', () => {
    expect(decideAfter([], { mode: 'form', hasForm: false })).toMatchObject({
      is: 'refused',
      code: 'ApprovalUnavailable',
    });
  });
});

describe('an answer from a form', () => {
  it('proceeds only when what was typed is what the plan asks for', () => {
    expect(decideAfter([accepted(' LE77 ')])).toEqual({ is: 'proceed', by: 'form', agreed: plan });
    for (const typed of ['le77', 'LE7', 'yes', 'true'])
      expect(decideAfter([accepted(typed)])).toMatchObject({ is: 'ask' });
    for (const typed of [true, 1, ['LE77'], { confirmation: 'LE77' }, null]) {
      expect(decideAfter([accepted(typed)], { mode: 'form' })).toMatchObject({
        is: 'refused',
        code: 'ApprovalUnavailable',
      });
    }
  });

  it('asks again after a wrong text, saying so, and gives up at the third', () => {
    expect(decideAfter([accepted('no')])).toMatchObject({
      is: 'ask',
      way: 'form',
      note: expect.stringContaining('not'),
    });
    expect(decideAfter([accepted('no'), accepted('no')])).toMatchObject({ is: 'ask', way: 'form' });
    expect(decideAfter([accepted('no'), accepted('no'), accepted('no')])).toMatchObject({
      is: 'refused',
      code: 'ApprovalDeclined',
    });
    expect(decideAfter([accepted('no'), accepted('LE77')])).toMatchObject({ is: 'proceed' });
  });

  it.each([
    ['accepted without content', accepted(undefined), 'ApprovalUnavailable'],
    ['accepted with an empty text', accepted('  '), 'ApprovalUnavailable'],
    ['timed out', { from: 'form', is: 'timed-out' }, 'ApprovalTimedOut'],
    ['dismissed at once', { from: 'form', is: 'dismissed', afterMs: 20 }, 'ApprovalDismissed'],
    ['failed', { from: 'form', is: 'failed' }, 'ApprovalUnavailable'],
  ] as [string, Answer, string][])(
    '%s is no person: the terminal is next in auto, a refusal in form',
    (_, answer, code) => {
      expect(decideAfter([answer])).toEqual({ is: 'ask', way: 'terminal' });
      expect(decideAfter([answer], { mode: 'form' })).toMatchObject({ is: 'refused', code });
    },
  );

  it('is final when a person declined, or dismissed after reading', () => {
    expect(decideAfter([{ from: 'form', is: 'declined', afterMs: 5 }])).toMatchObject({ code: 'ApprovalDeclined' });
    expect(decideAfter([{ from: 'form', is: 'declined', afterMs: 5000 }])).toMatchObject({ code: 'ApprovalDeclined' });
    expect(decideAfter([{ from: 'form', is: 'dismissed', afterMs: 1500 }])).toMatchObject({
      code: 'ApprovalDismissed',
    });
  });
});

describe('an answer from the terminal', () => {
  it('proceeds when it was given to this plan with the right text', () => {
    expect(decideAfter([approved()])).toEqual({ is: 'proceed', by: 'terminal abc234 ana', agreed: plan });
  });

  it('is no agreement when the text is wrong, whoever wrote the answer', () => {
    expect(decideAfter([approved({ typed: '' })])).toMatchObject({ is: 'refused', code: 'ApprovalDeclined' });
  });

  it('hands on the plan that the person saw, for the facts to be compared with', () => {
    const shownThen = aPlan({ facts: [{ label: 'User', shown: 'ci-deploy', bound: 'arn id' }] });
    const decision = decideAfter([approved({ plan: shownThen, planDigest: planDigest(shownThen) })]);
    expect(decision).toEqual({ is: 'proceed', by: 'terminal abc234 ana', agreed: shownThen });
  });

  it('is no agreement when it was given to another plan than the one that waited', () => {
    expect(decideAfter([approved({ planDigest: 'f'.repeat(64) })])).toMatchObject({ code: 'FactsChanged' });
  });

  it('tells the id and the command while nobody has answered', () => {
    const decision = decideAfter([{ from: 'terminal', is: 'waiting', id: 'abc234' }]);
    expect(decision).toMatchObject({ is: 'refused', code: 'ApprovalPending' });
    expect(decision).toHaveProperty('message', expect.stringContaining('aws-iam-mcp approve abc234'));
  });

  it.each([
    ['declined', { from: 'terminal', is: 'declined', id: 'abc234', by: 'ana' }, 'ApprovalDeclined'],
    ['gone', { from: 'terminal', is: 'gone' }, 'ApprovalDismissed'],
    ['impossible', { from: 'terminal', is: 'failed', why: 'disk full' }, 'ApprovalUnavailable'],
  ] as [string, Answer, string][])('is final when %s', (_, answer, code) => {
    expect(decideAfter([{ from: 'form', is: 'timed-out' }, answer])).toMatchObject({ is: 'refused', code });
  });
});
