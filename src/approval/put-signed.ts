// Puts what came through a bridge to a request: signed, and judged like every other answer.
import type { KeyObject } from 'node:crypto';
import { planDigest } from '../plan/plan.ts';
import { type Put, putAnswer } from './put-answer.ts';
import { type ApprovalRequest, isWaiting } from './request.ts';
import type { ApprovalRequests } from './requests.ts';
import { type SignedAnswer, signAnswer } from './signature.ts';

/** An approver, with the key that is theirs alone. */
export interface Signer {
  name: string;
  key: KeyObject;
}

interface Given {
  typed: string;
  /** Who answered, as the bridge knows them. */
  by: string;
}

/** @param request as it was shown: what is signed is the digest of its plan */
export function putSigned(request: ApprovalRequest, given: Given, signer: Signer, requests: ApprovalRequests): Put {
  const answer = answerTo(request, 'approve', given, signer);
  const { typed, by, approver, at } = answer;
  const signed = { approver, at, signature: signAnswer(answer, signer.key) };
  return putAnswer(request, { typed, way: 'bridge', by, signed }, requests);
}

/** @returns false when the request had come to its end before */
export function declineSigned(
  request: ApprovalRequest,
  by: string,
  signer: Signer,
  requests: ApprovalRequests,
): boolean {
  if (!isWaiting(requests.stateOf(request))) return false;
  const answer = answerTo(request, 'decline', { typed: '', by }, signer);
  const { approver, at } = answer;
  return requests.close(request, { is: 'declined', by, at, approver, signature: signAnswer(answer, signer.key) });
}

function answerTo(
  { id, token, plan }: ApprovalRequest,
  decision: SignedAnswer['decision'],
  { typed, by }: Given,
  { name }: Signer,
): SignedAnswer {
  return { id, token, planDigest: planDigest(plan), decision, typed, by, approver: name, at: Date.now() };
}
