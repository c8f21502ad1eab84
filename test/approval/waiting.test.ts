// Until when a call may wait for a person.
import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/actions/index.ts';
import type { ApprovalRequest } from '../../src/approval/request.ts';
import { askUntil } from '../../src/approval/waiting.ts';
import { aHost, openProgram } from '../actions/program.ts';
import { aPlan, aRow } from '../plan/a-plan.ts';
import { aDraft } from './a-request.ts';

const SINCE = 1_000_000;
const [action] = ACTIONS;

function until(deadline: number, draft = aDraft()): number {
  if (!action) throw new Error('there are actions');
  const request: ApprovalRequest = { ...draft, id: 'abc234', token: '', createdAt: 0, yesesNeeded: 1 };
  const program = openProgram({}, { approvalWait: 45 });
  return askUntil(request, { action, program, host: aHost({ deadline }) }, SINCE) - SINCE;
}

describe('a person is asked', () => {
  it('for as long as the operator allows', () => {
    expect(until(Number.POSITIVE_INFINITY)).toBe(45_000);
  });

  it('until five seconds before the host gives the call up', () => {
    expect(until(SINCE + 30_000)).toBe(25_000);
  });

  it('not at all when there is no time for carrying anything out', () => {
    expect(until(SINCE + 5_000)).toBe(0);
    expect(until(SINCE)).toBeLessThan(0);
  });

  it('for a table, and be it of one row, whatever a host allows for a single call', () => {
    expect(until(SINCE, aDraft({ plan: { ...aPlan(), rows: [aRow({ number: 1 })] } }))).toBe(45_000);
  });
});
