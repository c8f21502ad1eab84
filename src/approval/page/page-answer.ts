// What becomes of an answer that was given on the page. What was typed is judged where every answer is.
import { putAnswer } from '../put-answer.ts';
import { type ApprovalRequest, ID } from '../request.ts';
import type { ApprovalRequests } from '../requests.ts';
import type { Recents } from './news.ts';
import { isFormToken, type Session } from './page-sessions.ts';
import type { Came } from './request-view.ts';

export interface Answering extends Recents {
  requests: ApprovalRequests;
  /** Whoever sits at this machine. */
  user: string;
}

interface Outcome {
  request: ApprovalRequest;
  is: Came;
}

/** @returns nothing for a form that this page has not made */
export function answer(session: Session, form: URLSearchParams, answering: Answering): Outcome | undefined {
  const request = requestOf(session, form, answering);
  if (!request) return undefined;
  const { requests, user } = answering;
  switch (form.get('decision')) {
    case 'approve':
      return { request, is: putAnswer(request, { typed: form.get('typed'), way: 'page', by: user }, requests) };
    case 'decline':
      return { request, is: decline(request, answering) };
    default:
      return undefined;
  }
}

/** Once for each request and browser: what somebody reads does not give way to a newer one. */
export function noteLooked(session: Session, form: URLSearchParams, answering: Answering): void {
  const request = requestOf(session, form, answering);
  if (!request || session.looked.has(request.id)) return;
  session.looked.add(request.id);
  answering.requests.see(request, { way: 'page', event: 'looked' });
}

function decline(request: ApprovalRequest, { requests, user }: Answering): Came {
  const isTaken = requests.find(request.id) && requests.close(request, { is: 'declined', by: `page ${user}` });
  return isTaken ? 'declined' : 'too-late';
}

function requestOf(session: Session, form: URLSearchParams, { recent }: Answering): ApprovalRequest | undefined {
  const id = form.get('id') ?? '';
  if (!ID.test(id) || !isFormToken(session, id, form.get('token') ?? '')) return undefined;
  return recent.all().find(({ request }) => request.id === id)?.request;
}

const CAME: readonly Came[] = ['agreed', 'one-of-two', 'answered', 'mistyped', 'empty', 'too-late', 'declined'];

/** What an address says that an answer has led to: shown to whoever gave it. */
export function cameIn(search: URLSearchParams): { id: string; is: Came } | undefined {
  const is = CAME.find((each) => each === search.get('came'));
  return is && { id: search.get('about') ?? '', is };
}
