// What a call asks, to test with.
import type { Draft } from '../../src/approval/requests.ts';
import { aPlan } from '../plan/a-plan.ts';

export function aDraft(changes: Partial<Draft> = {}): Draft {
  return { plan: aPlan(), callDigest: 'a1', ways: ['form', 'terminal'], asker: 'a host', ...changes };
}

/** What the plan of a draft asks a person to type, and who does it where. */
export const A_YES = { typed: 'LE77', way: 'terminal', by: 'ana' } as const;
export const A_NO = { is: 'declined', by: 'ana' } as const;
