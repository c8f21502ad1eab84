import { describe, expect, it } from 'vitest';
import { putFormAnswer } from '../../src/approval/form-answer.ts';
import { HostHabits } from '../../src/approval/host-habits.ts';
import type { ApprovalRequest } from '../../src/approval/request.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import type { FormAnswer } from '../../src/calls/context.ts';
import { aHost } from '../actions/program.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { A_NO, A_YES, aDraft } from './a-request.ts';

const RIGHT: FormAnswer = { is: 'accepted', typed: A_YES.typed };
const READ_MS = 5000;

/** A request, and what becomes of it by these answers, each after as many milliseconds. */
function answered(...answers: [FormAnswer, number?][]) {
  const requests = new ApprovalRequests(temporaryFolder());
  const { request } = requests.open(aDraft());
  return { requests, request, ...put(request, requests, ...answers) };
}

function put(request: ApprovalRequest, requests: ApprovalRequests, ...answers: [FormAnswer, number?][]) {
  const host = aHost();
  const context = { host } as Parameters<typeof putFormAnswer>[3]['context'];
  const came = answers.map(([answer, afterMs = READ_MS]) =>
    putFormAnswer(request, answer, requests, { afterMs, context }),
  );
  return {
    mayTryAgain: came.map(({ mayTryAgain }) => mayTryAgain),
    state: requests.stateOf(request),
    seen: requests.seenOf(request).map(({ event }) => event),
    habit: new HostHabits(requests.stateDir).of(host.client),
  };
}

describe('what comes back from a form', () => {
  it('is a yes when it is what the plan asks for, however fast it came, and the host is known to answer', () => {
    const { state, habit, mayTryAgain } = answered([RIGHT, 0]);
    expect(state).toMatchObject({ is: 'answered', yeses: [{ typed: A_YES.typed, way: 'form', by: 'form' }] });
    expect(habit).toBe('answers');
    expect(mayTryAgain).toEqual([false]);
  });

  it.each(['', '  ', undefined, null, 5, ['LE77'], { typed: 'LE77' }])('is nobody’s with %j in it', (typed) => {
    const { state, seen, habit, mayTryAgain } = answered([{ is: 'accepted', typed }]);
    expect([state.is, seen, habit, mayTryAgain]).toEqual(['open', ['empty'], 'unknown', [false]]);
  });

  it('may be typed anew twice', () => {
    const wrong: [FormAnswer] = [{ is: 'accepted', typed: 'no' }];
    const { state, seen, mayTryAgain } = answered(wrong, wrong, wrong);
    expect([state.is, seen]).toEqual(['open', ['mistyped', 'mistyped', 'mistyped']]);
    expect(mayTryAgain).toEqual([true, true, false]);
  });

  it.each([
    ['declined', { is: 'closed', closed: { is: 'declined', by: 'form' } }],
    ['dismissed', { is: 'closed', closed: { is: 'declined', by: 'form', isDismissal: true } }],
  ] as const)('ends the request when it was read and %s', (is, state) => {
    expect(answered([{ is }]).state).toMatchObject(state);
  });

  it.each(['declined', 'dismissed'] as const)('is no person’s when it was %s within a second', (is) => {
    const { state, seen } = answered([{ is }, 999]);
    expect([state.is, seen]).toEqual(['open', ['too-fast']]);
  });

  it('is a person’s however fast, when somebody has typed before', () => {
    const { state } = answered([{ is: 'accepted', typed: 'no' }], [{ is: 'declined' }, 10]);
    expect(state).toMatchObject({ is: 'closed', closed: { is: 'declined' } });
  });

  it('is a failure of the host’s', () => {
    const { state, seen } = answered([{ is: 'failed' }]);
    expect([state.is, seen]).toEqual(['open', ['failed']]);
  });
});

describe('an answer from a form that was mistyped three times', () => {
  it('does not count any more, however right it is', () => {
    const wrong: [FormAnswer] = [{ is: 'accepted', typed: 'no' }];
    const { state, seen, mayTryAgain } = answered(wrong, wrong, wrong, wrong, [RIGHT]);
    expect([state.is, seen]).toEqual(['open', ['mistyped', 'mistyped', 'mistyped']]);
    expect(mayTryAgain.at(-1)).toBe(false);
  });
});

describe('what comes back from a form after somebody has agreed in another way', () => {
  function afterYes(answer: FormAnswer) {
    const requests = new ApprovalRequests(temporaryFolder());
    const { request } = requests.open(aDraft());
    requests.agree(request, A_YES);
    return put(request, requests, [answer]);
  }

  it('is not needed, whatever was typed, and neither is a form that is only closed', () => {
    for (const answer of [RIGHT, { is: 'accepted', typed: 'no' }, { is: 'accepted', typed: '' }, { is: 'dismissed' }]) {
      const { state, seen, mayTryAgain } = afterYes(answer as FormAnswer);
      expect(state).toMatchObject({ is: 'answered', yeses: [{ way: A_YES.way }] });
      expect([seen, mayTryAgain]).toEqual([[], [false]]);
    }
  });

  it('takes the yes back when it is a no', () => {
    expect(afterYes({ is: 'declined' }).state).toMatchObject({ is: 'closed', closed: { is: 'declined' } });
  });

  it('changes nothing of an end', () => {
    const requests = new ApprovalRequests(temporaryFolder());
    const { request } = requests.open(aDraft());
    requests.close(request, A_NO);
    expect(put(request, requests, [RIGHT]).state).toMatchObject({ is: 'closed', closed: { by: 'ana' } });
  });
});
