// Who gave an answer, as the audit says it. What a bridge says counts as far as its approver has signed it.
import { cleanLine } from '../clean-text.ts';
import { planDigest } from '../plan/plan.ts';
import type { Approver } from '../settings/approvers.ts';
import type { ApprovalRequest, Closed, Yes } from './request.ts';
import { isSigned } from './signature.ts';

export const LONGEST_BY = 200;

const NOT_SIGNED = 'bridge, without the signature of an approver';

/** For the audit. @param yes one that counts */
export function whoAgreed({ way, by, approver }: Yes, { id }: Pick<ApprovalRequest, 'id'>): string {
  switch (way) {
    case 'terminal':
    case 'page':
      return `${way} ${id} ${by}`;
    case 'bridge':
      return bridgeText(approver, by);
    case 'form':
    case 'host':
      return way;
    default:
      return way satisfies never;
  }
}

/** The same of whoever declined. */
export function whoDeclined(closed: Closed, request: ApprovalRequest, approvers: readonly Approver[]): string {
  const { by, approver, signature, at } = closed;
  if (approver === undefined) return by.startsWith('bridge ') ? NOT_SIGNED : cleanLine(by, LONGEST_BY);
  const { id, token, plan } = request;
  const answer = { id, token, planDigest: planDigest(plan), decision: 'decline', typed: '', by, approver, at } as const;
  return isSigned(answer, signature, approvers) ? bridgeText(approver, by) : NOT_SIGNED;
}

/** Only with a signature is a yes an approver's, and only by a bridge is there one. */
export function isOfWhomItSays(yes: Yes, { id, token }: ApprovalRequest, approvers: readonly Approver[]): boolean {
  const { way, approver, signature, planDigest: digest, typed, by, at } = yes;
  if (way !== 'bridge') return approver === undefined;
  if (approver === undefined) return false;
  const answer = { id, token, planDigest: digest, decision: 'approve', typed, by, approver, at } as const;
  return isSigned(answer, signature, approvers);
}

function bridgeText(approver: string | undefined, by: string): string {
  return cleanLine(`bridge ${approver} ${quoted(cleanLine(by, LONGEST_BY))}`, 2 * LONGEST_BY);
}

/** Of several who agreed, one must not pass for more: their names stand in one text. */
function quoted(by: string): string {
  return /^[\w+.@:/-]*$/.test(by) ? by : `"${by.replaceAll('"', "'")}"`;
}
