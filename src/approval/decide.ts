// The decision about a change: a pure step from the plan and the answers so far to what comes next. No way of asking
// is trusted here: what was typed is checked against the plan.

import type { OwnCode } from '../errors.ts';
import { confirmationOf, isConfirmed, type Plan, planDigest } from '../plan/plan.ts';
import type { Settings } from '../settings/settings.ts';

/** What came back from one asking. */
export type Answer =
  | { from: 'form'; is: 'accepted'; typed: unknown }
  | { from: 'form'; is: 'declined' | 'dismissed'; afterMs: number }
  | { from: 'form'; is: 'timed-out' }
  | { from: 'form'; is: 'failed' }
  | { from: 'terminal'; is: 'waiting'; id: string }
  | { from: 'terminal'; is: 'approved'; typed: string; planDigest: string; plan: Plan; id: string; by: string }
  | { from: 'terminal'; is: 'declined'; id: string; by: string }
  | { from: 'terminal'; is: 'gone' }
  | { from: 'terminal'; is: 'failed'; why: string };

/** `by` says who agreed, for the audit; `agreed` is the plan that they were shown. */
export type Decision =
  | { is: 'proceed'; by: string; agreed: Plan }
  | { is: 'ask'; way: 'form'; note?: string }
  | { is: 'ask'; way: 'terminal' }
  | { is: 'refused'; code: OwnCode; message: string };

export interface Circumstances {
  mode: Settings['approval'];
  /** The host said that it can show forms. */
  hasForm: boolean;
  /** An earlier call with the same arguments is waiting, or answered, at the terminal. */
  hasRequest: boolean;
  /** The command for a person to type, given the request's id. */
  approveCommand: (id: string) => string;
}

// Faster than this nobody has read anything: the host answered by itself.
const FASTEST_PERSON_MS = 1000;
const MOST_TYPING_ATTEMPTS = 3;
const BY_TERMINAL = 'start the server with --approval terminal to ask at a terminal instead';

export function decide(plan: Plan, circumstances: Circumstances, answers: readonly Answer[]): Decision {
  const { mode, hasForm, hasRequest } = circumstances;
  if (mode === 'host') return { is: 'proceed', by: 'host', agreed: plan };
  const last = answers.at(-1);
  if (last?.from === 'terminal') return decideOnTerminal(circumstances, last);
  if (last) return decideOnForm(plan, circumstances, answers, last);
  if (mode === 'form') {
    return hasForm
      ? { is: 'ask', way: 'form' }
      : refused('ApprovalUnavailable', `this host shows no forms; ${BY_TERMINAL}`);
  }
  return { is: 'ask', way: mode === 'auto' && hasForm && !hasRequest ? 'form' : 'terminal' };
}

function decideOnForm(
  plan: Plan,
  { mode }: Circumstances,
  answers: readonly Answer[],
  last: Extract<Answer, { from: 'form' }>,
): Decision {
  const noPerson = (code: OwnCode, message: string): Decision =>
    mode === 'auto' ? { is: 'ask', way: 'terminal' } : refused(code, `${message}; ${BY_TERMINAL}`);
  switch (last.is) {
    case 'accepted': {
      if (isConfirmed(plan, last.typed)) return { is: 'proceed', by: 'form', agreed: plan };
      if (typeof last.typed !== 'string' || last.typed.trim() === '') {
        return noPerson('ApprovalUnavailable', 'the host accepted the form without what a person has to type');
      }
      const attempts = answers.filter((answer) => answer.is === 'accepted').length;
      return attempts < MOST_TYPING_ATTEMPTS
        ? { is: 'ask', way: 'form', note: `That was not ${confirmationOf(plan).what}.` }
        : refused('ApprovalDeclined', `what was typed was not ${confirmationOf(plan).what}, ${attempts} times`);
    }
    case 'declined': {
      const unseen = last.afterMs < FASTEST_PERSON_MS ? `; if nobody saw a form, ${BY_TERMINAL}` : '';
      return refused('ApprovalDeclined', `the person declined${unseen}`);
    }
    case 'dismissed':
      return last.afterMs < FASTEST_PERSON_MS
        ? noPerson('ApprovalDismissed', 'the form was dismissed at once, before anybody could read it')
        : refused('ApprovalDismissed', 'the person closed the form without an answer');
    case 'timed-out':
      return noPerson('ApprovalTimedOut', 'nobody answered the form in time');
    case 'failed':
      return noPerson('ApprovalUnavailable', 'the host failed to show the form');
  }
}

function decideOnTerminal({ approveCommand }: Circumstances, last: Extract<Answer, { from: 'terminal' }>): Decision {
  switch (last.is) {
    case 'waiting':
      return refused(
        'ApprovalPending',
        `nothing was changed yet; request ${last.id} waits for a person, who runs: ${approveCommand(last.id)} ` +
          '- then make the same call again, within ten minutes of the request; if nobody has answered yet, that call waits',
      );
    case 'approved': {
      // Facts that differ from those shown are refused by the caller of this, which reads them once more.
      if (last.planDigest !== planDigest(last.plan)) {
        return refused(
          'FactsChanged',
          'the answer was given to something else than what waited; call again to ask anew',
        );
      }
      return isConfirmed(last.plan, last.typed)
        ? { is: 'proceed', by: `terminal ${last.id} ${last.by}`, agreed: last.plan }
        : refused('ApprovalDeclined', `what was typed was not ${confirmationOf(last.plan).what}`);
    }
    case 'declined':
      return refused('ApprovalDeclined', 'the person declined');
    case 'gone':
      return refused('ApprovalDismissed', 'the request was withdrawn, or an identical call has used its answer');
    case 'failed':
      return refused('ApprovalUnavailable', `requests for the terminal cannot be kept (${last.why})`);
  }
}

function refused(code: OwnCode, message: string): Decision {
  return { is: 'refused', code, message };
}
