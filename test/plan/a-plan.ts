// A plan to test with, as `make-plan.ts` makes one for turning off a key.
import type { Cell, Target } from '../../src/actions/action.ts';
import { existingKey, newKey, policyOfUser } from '../../src/actions/targets.ts';
import type { Plan, PlanRow } from '../../src/plan/plan.ts';

/** @param changes of the plan, or of its only row */
export function aPlan({
  tool = 'update_access_key',
  madeAt = '2026-11-23T12:00:00.000Z',
  leftOut = [],
  ...row
}: Partial<Plan & PlanRow> = {}): Plan {
  return { tool, madeAt, leftOut, rows: [aRow(row)] };
}

/** @param changes where they have other arguments, the target is that of an action which takes those */
export function aRow(changes: Partial<PlanRow> = {}): PlanRow {
  const given = { user_name: 'ci-deploy', access_key_id: 'AKIAEXAMPLEEXAMPLE77', status: 'Inactive' };
  return {
    connection: 'default',
    account: '111122223333',
    caller: 'arn:aws:iam::111122223333:user/incident-responder',
    way: { facts: [], grave: [] },
    arguments: given,
    target: targetOf(changes.arguments ?? given),
    title: 'Turn off an access key',
    facts: [
      { label: 'User', shown: 'ci-deploy', bound: 'arn id' },
      {
        label: 'Access key',
        shown: 'AKIAEXAMPLEEXAMPLE77: Active; created 2024-11-23T12:00:00+00:00',
        movesOn: {
          shown: 'last use: 2026-11-23T11:55:00+00:00, iam in ap-southeast-3',
          at: '2026-11-23T11:55:00+00:00',
          isInUse: true,
        },
      },
    ],
    cells: cellsOf(changes.arguments ?? given),
    grave: [],
    notKnown: [],
    warnings: [],
    effect: 'It stops working.',
    confirm: { what: 'the last four characters of the access key', text: 'LE77' },
    ...changes,
  };
}

function cellsOf({ user_name, access_key_id, policy_arn }: Record<string, string>): Cell[] {
  return [
    { column: 'User', shown: user_name ?? '' },
    { column: 'Key', shown: access_key_id ? `…${access_key_id.slice(-4)}` : '' },
    { column: 'Policy', shown: policy_arn?.slice(policy_arn.lastIndexOf('/') + 1) ?? '' },
  ];
}

function targetOf({ user_name = '', access_key_id, policy_arn }: Record<string, string>): Target {
  if (access_key_id !== undefined) return existingKey({ user_name, access_key_id });
  return policy_arn === undefined ? newKey({ user_name }) : policyOfUser({ user_name, policy_arn });
}
