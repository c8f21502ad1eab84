// A request to test with.
import type { Draft } from '../../src/approval/requests.ts';
import type { Plan, PlanRow } from '../../src/plan/plan.ts';
import { aPlan } from '../plan/a-plan.ts';

/** @param changes of the draft, its plan, or the only row of that */
export function aDraft({
  callDigest = 'a'.repeat(64),
  ways = ['form', 'terminal'],
  asker = 'a host',
  earlier,
  ...plan
}: Partial<Draft & Plan & PlanRow> = {}): Draft {
  return { callDigest, ways, asker, plan: aPlan(plan), ...(earlier && { earlier }) };
}
