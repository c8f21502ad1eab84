// The decision about a request: a pure step from how it stands to what comes next. No way of asking is trusted here: what
// was typed is checked against the plan on the disk.
import type { Host } from '../calls/context.ts';
import { CallError, type OwnCode } from '../errors.ts';
import { confirmationOf, isConfirmed, planDigest } from '../plan/plan.ts';
import type { Approver } from '../settings/approvers.ts';
import type { Settings } from '../settings/settings.ts';
import { tooLongForForm, whyNoForm } from './describe-request.ts';
import type { Habit } from './host-habits.ts';
import { pendingText } from './pending-text.ts';
import {
  type ApprovalRequest,
  type Closed,
  MOST_TYPING_ATTEMPTS,
  type OnPage,
  personOf,
  type RequestState,
  type Seen,
  THIS_MACHINE,
  type Way,
  type Yes,
  type Yeses,
} from './request.ts';
import { isOfWhomItSays, whoAgreed } from './who-answered.ts';

export interface Standing {
  request: ApprovalRequest;
  state: RequestState;
  seen: readonly Seen[];
}

export interface Circumstances {
  mode: Settings['approval'];
  /** Whose signed answers count, by this server's config. */
  approvers: readonly Approver[];
  /** The host said that it can show forms. */
  hasForm: boolean;
  /** A form has room for all that is grave in the plan. */
  fitsForm: boolean;
  /** `pushed` while the call waits, or `returned` with its result, to be answered with the same call made again. */
  forms: 'pushed' | 'returned';
  /** A form that was shown before that has been open for a whole wait: epoch milliseconds. */
  openSince: number;
  /** This call brings an answer from a form, whatever it is worth. */
  bringsAnswer: boolean;
  /** What became of earlier forms in this host. */
  habit: Habit | 'unknown';
  /** Which call of which host this is, as in calls/context.ts. */
  host: Pick<Host, 'call' | 'client' | 'session'>;
  /** This call has opened the request: it goes back at once, so that its host hears of the command. */
  isNew: boolean;
  /** Of identical calls, the one that came last; older ones may have been given up by their clients. */
  isNewest: boolean;
  /** The time to wait for a person is over. */
  isWaitOver: boolean;
  /** That a person has it on a page, once that was tried. */
  onPage?: OnPage;
  /** Too little time is left for carrying anything out. */
  isTooLate: boolean;
  /** The command for a person to type, given the request's id. */
  approveCommand: (id: string) => string;
}

export type Decision =
  /** A person's yes, to this very plan. `by` is for the audit. */
  | { is: 'agreed'; by: string }
  | { is: 'ask-by-form' }
  | { is: 'wait' }
  /** `end` is what the request comes to by that. */
  | { is: 'refused'; code: OwnCode; message: string; end?: Omit<Closed, 'at'> };

/** How a person may answer what is asked in this mode. */
export function waysOf(mode: Settings['approval']): Way[] {
  switch (mode) {
    case 'auto':
      return ['form', 'terminal', 'page', 'bridge'];
    case 'terminal':
      return ['terminal', 'bridge'];
    case 'form':
    case 'host':
      return [mode];
    default:
      return mode satisfies never;
  }
}

// One that was pushed and that nobody answered is shown once more, when the same call is made again.
const MOST_IN_VAIN = { pushed: 2, returned: 1 };
const BY_TERMINAL = 'start the server with --approval terminal to ask at a terminal instead';

export function decide(standing: Standing, circumstances: Circumstances): Decision {
  const { state } = standing;
  switch (state.is) {
    case 'closed':
      return decideOnEnd(state.closed);
    case 'expired':
      return refused('ApprovalTimedOut', 'the request is older than ten minutes; call again to ask anew');
    case 'answered':
      return decideOnYeses(standing, state.yeses, circumstances);
    case 'open':
      return decideOnOpen(standing, state.yeses, circumstances);
    default:
      return state satisfies never;
  }
}

function decideOnEnd({ is, isDismissal }: Closed): Decision {
  switch (is) {
    case 'declined':
      return isDismissal
        ? refused('ApprovalDismissed', 'the person closed the form without an answer')
        : refused('ApprovalDeclined', 'the person declined');
    case 'used':
      return refused('ApprovalDismissed', 'an identical call has used the answer');
    case 'changed':
    case 'superseded':
      return refused('ApprovalDismissed', 'the request was withdrawn; call again to ask anew');
    default:
      return is satisfies never;
  }
}

function decideOnYeses({ request, seen }: Standing, yeses: Yeses, circumstances: Circumstances): Decision {
  const { isNewest, isTooLate, approveCommand } = circumstances;
  const people: string[] = [];
  for (const yes of yeses) {
    if (!yes) {
      return refused('ApprovalDismissed', 'the answer cannot be read; call again to ask anew', 'superseded');
    }
    const why = whyNoYes(yes, request, circumstances);
    if (why) return why;
    if (!people.includes(personOf(yes))) people.push(personOf(yes));
  }
  if (people.length < request.yesesNeeded) {
    const message = 'all answers are of one person, and two have to agree; call again to ask anew';
    return refused('ApprovalDeclined', message, 'superseded');
  }
  if (!isNewest || isTooLate)
    return refused('ApprovalPending', pendingText(request, seen, approveCommand, { is: 'agreed' }));
  return { is: 'agreed', by: yeses.flatMap((yes) => (yes ? whoAgreed(yes, request) : [])).join(' and ') };
}

/** What is wrong with an answer, if anything is. */
function whyNoYes(yes: Yes, request: ApprovalRequest, { mode, approvers }: Circumstances): Decision | undefined {
  const { way, typed } = yes;
  if (!request.ways.includes(way) || !waysOf(mode).includes(way)) {
    return refused('ApprovalDeclined', `an answer by ${way} does not count with --approval ${mode}`, 'superseded');
  }
  if (!isOfWhomItSays(yes, request, approvers)) {
    const message = 'the answer is not signed by an approver of this server; call again to ask anew';
    return refused('ApprovalDeclined', message, 'superseded');
  }
  if (yes.planDigest !== planDigest(request.plan)) {
    const message = 'the answer was given to something else than what waited; call again to ask anew';
    return refused('FactsChanged', message, 'changed');
  }
  if (!isConfirmed(request.plan, typed)) {
    return refused('ApprovalDeclined', `what was typed was not ${confirmationOf(request.plan).what}`, 'declined');
  }
  return undefined;
}

function decideOnOpen({ request, seen }: Standing, yeses: Yeses, circumstances: Circumstances): Decision {
  const { mode, host, isNew, isNewest, isWaitOver, approveCommand, onPage } = circumstances;
  const ofForm = seen.filter(({ way }) => way === 'form');
  const here = ofForm.filter(({ call }) => call === host.call).at(-1);
  const is = isNew ? 'new' : 'open';
  const text = pendingText(request, seen, approveCommand, { is, yeses, onPage });
  const lacksForm = mode === 'auto' && circumstances.hasForm && !circumstances.fitsForm;
  const pending = refused('ApprovalPending', lacksForm ? `${text} ${whyNoForm(request)}` : text);
  if (!isNewest) return pending;
  // Who sits here has agreed: another person has to, elsewhere.
  const isHalf = yeses.some((yes) => yes && personOf(yes) === THIS_MACHINE);
  const form = isHalf ? 'over' : formOf(ofForm, circumstances);
  switch (form) {
    case 'to-be-shown':
      return { is: 'ask-by-form' };
    case 'out':
      if (!isWaitOver) return { is: 'wait' };
      break;
    case 'mistyped':
      if (mode !== 'form') break;
      return refused(
        'ApprovalDeclined',
        `what was typed was not ${confirmationOf(request.plan).what}, ${MOST_TYPING_ATTEMPTS} times`,
        'declined',
      );
    case 'over':
      break;
    default:
      form satisfies never;
  }
  if (mode === 'form') {
    return circumstances.fitsForm ? noPerson(here) : refused('Refused', tooLongForForm(request).message, 'superseded');
  }
  const isOver = here !== undefined && here.event !== 'shown' && !isHalf;
  return isNew || isOver || isUntold(seen) || isWaitOver ? pending : { is: 'wait' };
}

/** A client that gave its call up with the form has not heard of the command yet. */
function isUntold(seen: readonly Seen[]): boolean {
  return seen.findLast(({ event }) => event === 'cancelled' || event === 'pending')?.event === 'cancelled';
}

type FormState =
  | 'to-be-shown'
  /** Returned to the host by an earlier call, and not answered yet. */
  | 'out'
  | 'mistyped'
  | 'over';

function formOf(ofForm: readonly Seen[], circumstances: Circumstances): FormState {
  const { mode, hasForm, fitsForm, forms, openSince, bringsAnswer, habit, host } = circumstances;
  const inThisHost = ofForm.filter(({ client }) => client === host.client);
  if (ofForm.filter(({ event }) => event === 'mistyped').length >= MOST_TYPING_ATTEMPTS) return 'mistyped';
  if (mode === 'terminal' || !hasForm || !fitsForm) return 'over';
  if (ofForm.some(({ call, event }) => call === host.call && ENDS_OF_A_FORM.includes(event))) return 'over';
  if (forms === 'returned' && !bringsAnswer && isFormOut(ofForm, host, openSince)) return 'out';
  if (mode === 'auto' && isInVain(inThisHost, circumstances)) return 'over';
  return mode === 'auto' && habit === 'vanished' && inThisHost.length === 0 ? 'over' : 'to-be-shown';
}

/**
 * Whether another call has shown a form in this host, and nothing has come of it yet. One of an earlier session may have
 * gone with that, and is shown again, unless it has been open for a whole wait.
 */
export function isFormOut(seen: readonly Seen[], host: Circumstances['host'], openSince: number): boolean {
  const last = seen.findLast(({ way, client }) => way === 'form' && client === host.client);
  if (last?.event !== 'shown' || last.call === host.call) return false;
  return last.session === host.session || last.at <= openSince;
}

const ENDS_OF_A_FORM: readonly Seen['event'][] = ['empty', 'too-fast', 'vanished', 'failed', 'cancelled', 'left'];

/** This host answers the form by itself, or shows it to nobody. */
function isInVain(inThisHost: readonly Seen[], { forms }: Circumstances): boolean {
  const events = inThisHost.map(({ event }) => event);
  if (events.some((event) => event === 'empty' || event === 'too-fast' || event === 'failed')) return true;
  return events.filter((event) => event === 'vanished' || event === 'cancelled').length >= MOST_IN_VAIN[forms];
}

/** With --approval form there is no other way. */
function noPerson(last: Seen | undefined): Decision {
  const none = (code: OwnCode, message: string) => refused(code, `${message}; ${BY_TERMINAL}`);
  switch (last?.event) {
    case 'vanished':
      return none('ApprovalTimedOut', 'nobody answered the form in time');
    case 'too-fast':
      return none('ApprovalDismissed', 'the form was closed at once, before anybody could read it');
    case 'empty':
      return none('ApprovalUnavailable', 'the host accepted the form without what a person has to type');
    case 'failed':
      return none('ApprovalUnavailable', 'the host failed to show the form');
    default:
      return refused('ApprovalUnavailable', noForms().message);
  }
}

export function noForms(): CallError {
  return new CallError('ApprovalUnavailable', `this host shows no forms; ${BY_TERMINAL}`);
}

function refused(code: OwnCode, message: string, end?: Closed['is']): Extract<Decision, { is: 'refused' }> {
  return { is: 'refused', code, message, ...(end && { end: { is: end, by: 'the server', what: message } }) };
}
