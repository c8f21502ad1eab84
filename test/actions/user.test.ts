// Who a user is: one of the account that the credentials are of, or none that this program changes.
import { GetUserCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { ALICE_KEY, thereIsAlice } from './alice.ts';
import { mockAws, openMocked, refusal } from './mock-aws.ts';
import { ask, planOf, shown } from './program.ts';

const { iam, sts } = mockAws();

const CALLS = [
  ['create_access_key', { user_name: 'alice' }],
  ['update_access_key', { user_name: 'alice', access_key_id: ALICE_KEY, status: 'Inactive' }],
  ['update_access_key', { user_name: 'alice', access_key_id: ALICE_KEY, status: 'Active' }],
  ['delete_access_key', { user_name: 'alice', access_key_id: ALICE_KEY }],
  ['attach_user_policy', { user_name: 'alice', policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
] as const;

function aliceIsIn(arn: string, boundary?: object) {
  thereIsAlice(iam, { keys: [{ id: ALICE_KEY, status: 'Inactive' }], policies: ['ReadOnlyAccess'] });
  iam.on(GetUserCommand, { UserName: 'alice' }).resolves({
    User: { UserName: 'alice', UserId: 'AIDAALICE', Arn: arn, Path: '/', CreateDate: new Date(), ...boundary },
  });
}

describe("a user's account", () => {
  it.each(CALLS)('other than that of the credentials is refused by naming both: %s %o', async (tool, given) => {
    aliceIsIn('arn:aws:iam::999988887777:user/alice');
    const { plan, envelope } = await ask(openMocked(), tool, { ...given });
    expect(plan).toBeUndefined();
    expect(envelope.error).toMatch(/^Refused: .*account 999988887777.*account 111122223333.* Nothing was changed\.$/);
  });

  it.each([
    ['both have the account that stand-ins have', '000000000000', 'arn:aws:iam::000000000000:user/alice'],
    ['the ARN has no account', '111122223333', 'arn:aws:iam:::user/alice'],
    ['the ARN is none', '111122223333', 'alice'],
    ['STS names no account of twelve digits', 'local', 'arn:aws:iam::111122223333:user/alice'],
    ['it is in another partition, by one account', '111122223333', 'arn:aws-cn:iam::111122223333:user/team/alice'],
  ])('is not compared, or the same, where %s', async (_, Account, arn) => {
    aliceIsIn(arn);
    sts.on(GetCallerIdentityCommand).resolves({ Account, Arn: `arn:aws:iam::${Account}:user/operator` });
    expect(shown(await planOf(openMocked(), 'create_access_key', { user_name: 'alice' }), 'User')).toContain('alice');
  });

  it('is not compared where the user may not be read', async () => {
    aliceIsIn('arn:aws:iam::999988887777:user/alice');
    iam.on(GetUserCommand).rejects(refusal('AccessDenied'));
    expect(await planOf(openMocked(), 'create_access_key', { user_name: 'alice' })).toMatchObject({ grave: [] });
  });
});

describe("a user's boundary", () => {
  it('is not taken for none where an endpoint tells that there is one, and not which', async () => {
    aliceIsIn('arn:aws:iam::111122223333:user/alice', { PermissionsBoundary: { PermissionsBoundaryType: 'Policy' } });
    const plan = await planOf(openMocked(), 'create_access_key', { user_name: 'alice' });
    expect(shown(plan, 'Permissions boundary')).toBe('this endpoint does not tell');
  });
});
