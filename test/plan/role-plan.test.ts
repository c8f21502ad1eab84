import { describe, expect, it } from 'vitest';
import { callDigest } from '../../src/calls/identity.ts';
import type { Account } from '../../src/iam/account.ts';
import { planSchema } from '../../src/plan/plan.ts';
import { type RoleUse, roleDigest, rolePlan } from '../../src/plan/role-plan.ts';
import { connectionTo } from '../actions/program.ts';
import { aCall } from '../calls/a-call.ts';
import { aWay } from './a-way.ts';

const OWN = '111122223333';
const ROLE = 'arn:aws:iam::999988887777:role/x';

function use(changes: Partial<RoleUse> = {}): RoleUse {
  return {
    tool: 'list_access_keys',
    roleArn: ROLE,
    connection: connectionTo({ label: 'prod' }),
    account: { endpoint: undefined, way: aWay() } as Account,
    identity: { account: OWN, arn: `arn:aws:iam::${OWN}:user/ops` },
    ...changes,
  };
}

describe('a request for a role', () => {
  it('is found by tool, role, connection, caller and endpoint, whatever a session is called', () => {
    const digest = roleDigest(use(), 'auto');
    expect(roleDigest(use(), 'auto')).toBe(digest);
    const session = (name: string) =>
      use({ identity: { account: OWN, arn: `arn:aws:sts::${OWN}:assumed-role/ops/${name}` } });
    expect(roleDigest(session('aws-sdk-js-1790000000000'), 'auto')).toBe(
      roleDigest(session('aws-sdk-js-1790000000001'), 'auto'),
    );
    const others = [
      use({ tool: 'list_policies' }),
      use({ roleArn: `${ROLE}x` }),
      use({ connection: connectionTo({ label: 'test' }) }),
      use({ identity: { account: OWN, arn: `arn:aws:iam::${OWN}:user/other` } }),
      use({ account: { endpoint: 'https://iam.example' } as Account }),
    ].map((each) => roleDigest(each, 'auto'));
    expect(new Set([digest, ...others, roleDigest(use(), 'form')]).size).toBe(others.length + 2);
  });

  it('is never found by a change, nor a change by it', () => {
    const calls = [aCall({ roleArn: ROLE, connection: { label: 'prod' } })];
    for (const tool of ['list_access_keys', 'sts:AssumeRole', ROLE]) {
      expect(callDigest(tool, calls, { approval: 'auto', secrets: 'file' })).not.toBe(
        roleDigest(use({ tool }), 'auto'),
      );
    }
  });

  it('is grave, and asks for the last digits of the account that it leads to', () => {
    const plan = rolePlan(use());
    expect(planSchema.parse(plan)).toEqual(plan);
    expect(plan.rows[0]).toMatchObject({
      grave: [expect.stringContaining('999988887777')],
      confirm: { text: '7777' },
      arguments: { role_arn: ROLE, tool: 'list_access_keys' },
    });
  });

  it('says of a role of the own account that no pattern has it', () => {
    const [row] = rolePlan(use({ roleArn: `arn:aws:iam::${OWN}:role/x` })).rows;
    expect(row?.title).toMatch(/rules do not name$/);
    expect(row?.grave).toEqual(['no pattern of the operator covers this role']);
  });
});
