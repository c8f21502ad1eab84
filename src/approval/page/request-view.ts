// One request on the page: what it is about with a form to answer it, or what became of it.
import { clock } from '../../clock.ts';
import { askToConfirm, titleOf } from '../../plan/describe-plan.ts';
import { confirmationOf } from '../../plan/plan.ts';
import { describePeople, inOwnWords, whatCameBefore } from '../describe-request.ts';
import type { Put } from '../put-answer.ts';
import type { Recent } from '../recent-requests.ts';
import {
  type ApprovalRequest,
  type Closed,
  personOf,
  type RequestState,
  THIS_MACHINE,
  VALID_FOR_MS,
} from '../request.ts';
import { type Html, html, type Part } from './html.ts';
import { graveView, planView } from './plan-view.ts';
import { shown } from './shown.ts';

/** What came of an answer that was given here just now. */
export type Came = Put | 'declined';

interface Viewing {
  now: number;
  formToken: string;
  came: Came | undefined;
}

/** By which a script sees that a request is not what it was. */
function standOf({ is, ...state }: RequestState): string {
  if ('yeses' in state) return `${is} ${state.yeses.length}`;
  return 'outcome' in state && state.outcome ? `${is} told` : is;
}

export function requestView({ request, state }: Recent, viewing: Viewing): Html {
  const { id, plan, createdAt } = request;
  const isOpen = state.is === 'open';
  return html`<article id="r-${id}" class="${isOpen ? 'open' : 'ended'}" data-id="${id}" data-stand="${standOf(state)}" aria-labelledby="t-${id}" tabindex="-1">
<header><h2 id="t-${id}">${titleOf(plan)}</h2>
<p class="about">Request <code>${id}</code>, ${shown(plan.tool)}, asked at ${clock(createdAt)}${isOpen && html`, valid until ${clock(createdAt + VALID_FOR_MS)}<span class="countdown" data-until="${createdAt + VALID_FOR_MS}"></span>`}</p></header>
${isOpen ? openView(request, state, viewing) : endedView(request, state, viewing)}
</article>`;
}

function openView(request: ApprovalRequest, state: RequestState, viewing: Viewing): Html {
  const { id, plan } = request;
  const before = whatCameBefore(request);
  return html`${before !== undefined && html`<p class="grave"><strong>Before this:</strong> ${shown(before)}</p>`}
${graveView(plan)}
${planView(plan, id, viewing.now)}
${hasAgreedHere(state) ? halfView(request, viewing) : formView(request, state, viewing)}`;
}

function formView(request: ApprovalRequest, state: RequestState, { formToken, came }: Viewing): Html {
  const { id, plan } = request;
  const wrong = wrongText(came, request);
  return html`<form method="post" action="answer" autocomplete="off" aria-labelledby="t-${id}">
${hidden(id, formToken)}${graveView(plan)}${describePeople(request, state).map((text) => html`<p>${text}.</p>`)}
<p><label for="typed-${id}">${askToConfirm(plan)}</label>
<input id="typed-${id}" name="typed" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="1000"${wrong !== undefined && html` aria-invalid="true" aria-describedby="wrong-${id}"`}></p>
<p id="wrong-${id}" class="wrong" role="alert">${wrong}</p>
<p><button name="decision" value="approve" class="approve">Approve</button> <button name="decision" value="decline">Decline</button></p>
</form>`;
}

export function wrongText(came: Came | undefined, { plan }: ApprovalRequest): string | undefined {
  if (came === 'mistyped') return `That is not ${shown(confirmationOf(plan).what)}. Nothing has happened.`;
  return came === 'empty' ? 'Nothing was typed. Nothing has happened.' : undefined;
}

/** Who sits here has agreed: nobody is asked twice. */
function halfView({ id }: ApprovalRequest, { formToken }: Viewing): Html {
  return html`<p class="said">This machine's user has agreed. Another person has to agree, too, elsewhere.</p>${declineView(id, formToken, 'Take it back')}`;
}

function endedView(request: ApprovalRequest, state: RequestState, { formToken, came }: Viewing): Html {
  const late = came === 'too-late' || came === 'answered';
  return html`${late && html`<p class="said">Your answer came too late: this had been settled before.</p>`}
<p class="said">${endText(request, state)}</p>
${state.is === 'answered' && declineView(request.id, formToken, 'Take it back')}
<details><summary>What it was about</summary>${graveView(request.plan)}${planView(request.plan, request.id, request.createdAt)}</details>`;
}

function endText({ plan }: ApprovalRequest, state: RequestState): Part {
  switch (state.is) {
    case 'answered': {
      const by = state.yeses.flatMap((yes) => (yes ? `${shown(yes.by)} (${yes.way}, ${clock(yes.at)})` : []));
      return html`<strong>Agreed</strong> by ${by.join(' and ')}. It is carried out when the assistant makes the same call again.`;
    }
    case 'expired':
      return html`<strong>Expired.</strong> Nobody agreed within ten minutes. Nothing was changed.`;
    case 'closed':
      return closedText(state.closed, state.outcome && withoutTitle(state.outcome.what, titleOf(plan)));
    case 'open':
      return '';
    default:
      return state satisfies never;
  }
}

function closedText({ is, at, by, what }: Closed, outcome: string | undefined): Part {
  switch (is) {
    case 'used':
      return html`<strong>Agreed to and sent</strong> at ${clock(at)}: ${outcome === undefined ? 'what came of it is not known yet' : shown(inOwnWords(outcome))}`;
    case 'declined':
      return html`<strong>Declined</strong> by ${shown(by)} at ${clock(at)}${what !== undefined && `: ${shown(what)}`}. Nothing was changed.`;
    case 'changed':
      return html`<strong>Ended</strong> at ${clock(at)}, since this has changed: ${shown(what ?? 'its facts')}. Nothing was changed.`;
    case 'superseded':
      return html`<strong>Withdrawn</strong> at ${clock(at)} by ${shown(by)}. Nothing was changed.`;
    default:
      return is satisfies never;
  }
}

/** The title stands above it. */
function withoutTitle(outcome: string, title: string): string {
  return outcome.startsWith(`${title}: `) ? outcome.slice(title.length + 2) : outcome;
}

function declineView(id: string, formToken: string, text: string): Html {
  return html`<form method="post" action="answer">${hidden(id, formToken)}<p><button name="decision" value="decline">${text}</button></p></form>`;
}

function hidden(id: string, formToken: string): Html {
  return html`<input type="hidden" name="id" value="${id}"><input type="hidden" name="token" value="${formToken}">`;
}

function hasAgreedHere(state: RequestState): boolean {
  return 'yeses' in state && state.yeses.some((yes) => yes && personOf(yes) === THIS_MACHINE);
}
