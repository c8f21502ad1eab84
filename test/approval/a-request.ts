// What a call asks of a person, to test with, and what they answer.
import type { Draft } from '../../src/approval/requests.ts';
import type { Plan, PlanRow } from '../../src/plan/plan.ts';
import { aPlan } from '../plan/a-plan.ts';

/** @param changes of the draft, its plan, or the only row of that */
export function aDraft({
  callDigest = 'a1',
  ways = ['form', 'terminal'],
  asker = 'a host',
  earlier,
  yesesNeeded,
  plan,
  ...ofPlan
}: Partial<Draft & Plan & PlanRow> = {}): Draft {
  return {
    callDigest,
    ways,
    asker,
    plan: plan ?? aPlan(ofPlan),
    ...(earlier && { earlier }),
    ...(yesesNeeded && { yesesNeeded }),
  };
}

/** What the plan of a draft asks a person to type, and who does it where. */
export const A_YES = { typed: 'LE77', way: 'terminal', by: 'ana' } as const;
export const A_NO = { is: 'declined', by: 'ana' } as const;
