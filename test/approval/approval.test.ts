// Asking by a form and then at a terminal, as one wait. What each answer comes to is in decide.test.ts.
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AskByForm, obtainApproval } from '../../src/approval/approval.ts';
import type { Answer } from '../../src/approval/decide.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { temporaryFolder } from '../actions/program.ts';
import { aPlan } from '../plan/a-plan.ts';

type FormAnswer = Extract<Answer, { from: 'form' }>;

const STARTED_AT = Date.parse('2026-11-23T12:00:00Z');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: STARTED_AT });
  onTestFinished(() => void vi.useRealTimers());
});

/** A person who answers each form after so many seconds, and how long each form was to wait at most. */
function answering(...answers: { afterS: number; answer: FormAnswer }[]) {
  const timeouts: number[] = [];
  const askByForm: AskByForm = async (_, { timeoutMs }) => {
    timeouts.push(timeoutMs);
    const next = answers.shift();
    if (!next) return { from: 'form', is: 'failed' };
    vi.setSystemTime(Date.now() + next.afterS * 1000);
    return next.answer;
  };
  const waiting = obtainApproval(aPlan(), {
    mode: 'auto',
    waitMs: 10_000,
    askByForm,
    requests: new ApprovalRequests(temporaryFolder()),
    approveCommand: (id) => `approve ${id}`,
    onProgress: () => {},
    // The terminal would wait for a time that does not pass.
    signal: AbortSignal.timeout(3000),
  });
  return { waiting, timeouts };
}

describe('the time to wait for a person', () => {
  it('is one for all forms of a call', async () => {
    const { waiting, timeouts } = answering(
      { afterS: 4, answer: { from: 'form', is: 'accepted', typed: 'wrong' } },
      { afterS: 5, answer: { from: 'form', is: 'accepted', typed: 'LE77' } },
    );
    expect(await waiting).toMatchObject({ by: 'form' });
    expect(timeouts).toEqual([10_000, 6000]);
  });

  it('is over at the terminal, too, when a form has used it up', async () => {
    const { waiting, timeouts } = answering({ afterS: 10, answer: { from: 'form', is: 'timed-out' } });
    await expect(waiting).rejects.toMatchObject({ code: 'ApprovalPending' });
    expect(timeouts).toEqual([10_000]);
  });
});
