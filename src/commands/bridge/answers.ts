// What a bridge answers, one object a line: checked as all that comes from outside, signed, and put to its request.
import * as z from 'zod';
import { declineSigned, putSigned, type Signer } from '../../approval/put-signed.ts';
import { type ApprovalRequest, ID, type RequestState } from '../../approval/request.ts';
import type { ApprovalRequests } from '../../approval/requests.ts';
import { LONGEST_BY } from '../../approval/who-answered.ts';
import { cleanForPlan, cleanLine } from '../../clean-text.ts';
import { reasonOf } from '../../errors.ts';
import { confirmationOf } from '../../plan/plan.ts';

export const LONGEST_LINE = 4096;
const LONGEST_TYPED = 500;

const answerSchema = z.strictObject({
  id: z.string().regex(ID),
  decision: z.enum(['approve', 'decline']),
  typed: z.string().max(LONGEST_TYPED).optional(),
  by: z.string().trim().min(1).max(LONGEST_BY),
});
type Answer = z.output<typeof answerSchema>;

interface Surroundings {
  /** Those that it was shown. */
  shown: ReadonlyMap<string, ApprovalRequest>;
  /** Those to which it has said yes: they are added here. */
  answered: Set<string>;
  signer: Signer;
  requests: ApprovalRequests;
}

/** @param line undefined for one that is too long @returns what to say to it: an `error`, or the answer's `result` */
export function answerLine(line: string | undefined, surroundings: Surroundings): object {
  if (line === undefined) return refusal(`a line may have up to ${LONGEST_LINE} characters`);
  const answer = answerSchema.safeParse(parsed(line)).data;
  if (!answer) {
    return refusal(
      `expected {"id", "decision": "approve" or "decline", "typed", "by"}, with up to ${LONGEST_BY} characters in "by"`,
    );
  }
  // With who it was, so that a bridge need not remember whom it has to tell.
  const result = { event: 'result', id: answer.id, by: cleanLine(answer.by, LONGEST_BY) };
  try {
    return { ...result, ...resultOf({ ...answer, by: result.by }, surroundings) };
  } catch (error) {
    return { ...result, result: 'refused', why: cleanLine(reasonOf(error)) };
  }
}

function resultOf(
  answer: Answer,
  { shown, answered, signer, requests }: Surroundings,
): { result: string; why?: string } {
  const request = shown.get(answer.id);
  if (!request) return { result: 'refused', why: 'no request of this id was shown here' };
  const { by } = answer;
  const isDeclined = answer.decision === 'decline';
  const result = isDeclined
    ? declineSigned(request, by, signer, requests) && 'declined'
    : putSigned(request, { typed: answer.typed ?? '', by }, signer, requests);
  switch (result) {
    case 'mistyped':
    case 'empty':
      return { result, why: `that is not ${cleanForPlan(confirmationOf(request.plan).what)}` };
    case false:
    case 'too-late':
      return { result: 'too-late', why: endText(requests.stateOf(request)) };
    case 'answered':
      return { result, why: 'this approver, or as many as it takes, have agreed before' };
    case 'agreed':
    case 'one-of-two':
      answered.add(request.id);
      return { result };
    case 'declined':
      return { result };
    default:
      return result satisfies never;
  }
}

function endText(state: RequestState): string {
  if (state.is !== 'closed') return 'it is older than ten minutes';
  return state.closed.is === 'used'
    ? 'it was agreed to, and the change is on its way'
    : `it has ended: ${state.closed.is}`;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function refusal(what: string): object {
  return { event: 'error', what };
}
