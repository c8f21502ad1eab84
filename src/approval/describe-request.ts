// What a person reads and is asked, the same in a form and in a terminal.
import { cleanForPlan } from '../clean-text.ts';
import { askToConfirm, describePlan } from '../plan/describe-plan.ts';
import { writePlanList } from '../plan/plan-list.ts';
import { earlierText } from './pending-text.ts';
import type { ApprovalRequest } from './request.ts';

// Reasons of AWS's may be long; what came of an identical call is in their first words.
const LONGEST_EARLIER = 600;

/** @throws CallError Refused when the list of a long plan cannot be written */
export function describeRequest({ plan, earlier }: ApprovalRequest, stateDir: string): string {
  const listFile = writePlanList(plan, stateDir);
  // That nobody answered in time is no news to whoever reads this one.
  const before =
    earlier && earlier.is !== 'expired' ? [`WARNING: ${cleanForPlan(earlierText(earlier), LONGEST_EARLIER)}`] : [];
  return [...before, describePlan(plan, { listFile })].join('\n');
}

export function askFor({ plan }: ApprovalRequest): string {
  return askToConfirm(plan);
}
