// What a person reads and is asked, the same in a form and in a terminal.
import { cleanForPlan } from '../clean-text.ts';
import { askToConfirm, describePlan } from '../plan/describe-plan.ts';
import { writePlanList } from '../plan/plan-list.ts';
import { earlierText } from './pending-text.ts';
import { type ApprovalRequest, personOf } from './request.ts';
import { ApprovalRequests } from './requests.ts';

// Reasons of AWS's may be long; what came of an identical call is in their first words.
const LONGEST_EARLIER = 600;

/** @throws CallError Refused when the list of a long plan cannot be written */
export function describeRequest(request: ApprovalRequest, stateDir: string): string {
  const { plan, earlier } = request;
  const listFile = writePlanList(plan, stateDir);
  // That nobody answered in time is no news to whoever reads this one.
  const before =
    earlier && earlier.is !== 'expired' ? [`WARNING: ${cleanForPlan(earlierText(earlier), LONGEST_EARLIER)}`] : [];
  return [...before, ...describePeople(request, stateDir), describePlan(plan, { listFile })].join('\n');
}

function describePeople(request: ApprovalRequest, stateDir: string): string[] {
  if (request.yesesNeeded === 1) return [];
  const state = new ApprovalRequests(stateDir).stateOf(request);
  const yeses = 'yeses' in state ? state.yeses : [];
  const people = yeses.map((yes) => (yes ? cleanForPlan(personOf(yes)) : 'somebody'));
  const sofar =
    people.length === 0
      ? 'nobody has agreed yet'
      : `${people.join(' and ')} ${people.length === 1 ? 'has agreed, and ANOTHER person has to agree, too' : 'have agreed'}`;
  return [`Two different people have to agree to this: ${sofar}`];
}

export function askFor({ plan }: ApprovalRequest): string {
  return askToConfirm(plan);
}
