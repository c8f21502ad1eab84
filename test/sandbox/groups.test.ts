// Groups and inline policies: what IAM's reads of them answer.
import {
  GetGroupPolicyCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAttachedGroupPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from './a-sandbox.ts';
import { iamClient, refusalOf } from './clients.ts';

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const DOCUMENT = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: "s3:*'!", Resource: '*' } };

let sandbox: Sandbox;
let iam: IAMClient;

beforeEach(async () => {
  sandbox = await aSandbox();
  iam = iamClient(sandbox);
  sandbox.createUser('Jane');
});

const groupsOf = (UserName: string) => iam.send(new ListGroupsForUserCommand({ UserName }));

describe('ListGroupsForUser', () => {
  test('tells each group as IAM does, in the order of their making', async () => {
    expect((await groupsOf('jane')).Groups).toEqual([]);
    sandbox.createGroup('Zoo');
    sandbox.createGroup('Auditors', { users: ['Jane'] });
    sandbox.createGroup('dev', { users: ['Jane', 'tom.okafor'] });
    const { Groups, IsTruncated } = await groupsOf('jane');
    expect(IsTruncated).toBe(false);
    expect(Groups).toEqual([
      {
        Path: '/',
        GroupName: 'Auditors',
        GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
        Arn: `arn:aws:iam::${sandbox.account}:group/Auditors`,
        CreateDate: expect.any(Date),
      },
      expect.objectContaining({ GroupName: 'dev' }),
    ]);
  });

  test('knows no user that is not there, and takes long names', async () => {
    expect(await refusalOf(groupsOf('nobody'))).toBe('NoSuchEntity 404: The user with name nobody cannot be found.');
    sandbox.createUser('x'.repeat(128));
    expect((await groupsOf('x'.repeat(128))).Groups).toEqual([]);
  });
});

describe('the policies of a group', () => {
  test('that are attached are listed by name and ARN, and counted', async () => {
    sandbox.createGroup('dev', { policies: [READ_ONLY] });
    const { AttachedPolicies } = await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName: 'DEV' }));
    expect(AttachedPolicies).toEqual([{ PolicyName: 'ReadOnlyAccess', PolicyArn: READ_ONLY }]);
  });

  test('that are inline are listed by name, and read one by one', async () => {
    sandbox.createGroup('dev');
    sandbox.putPolicy({ group: 'dev' }, 'buckets', DOCUMENT);
    const { PolicyNames } = await iam.send(new ListGroupPoliciesCommand({ GroupName: 'dev' }));
    expect(PolicyNames).toEqual(['buckets']);
    const read = await iam.send(new GetGroupPolicyCommand({ GroupName: 'Dev', PolicyName: 'buckets' }));
    expect(read).toMatchObject({ GroupName: 'dev', PolicyName: 'buckets' });
    expect(read.PolicyDocument).toMatch(/^%7B%0A.*%27%21/);
    expect(JSON.parse(decodeURIComponent(read.PolicyDocument ?? ''))).toEqual(DOCUMENT);
  });

  test('are unknown where the group, or the policy, is', async () => {
    const gone = 'NoSuchEntity 404: The group with name gone cannot be found.';
    expect(await refusalOf(iam.send(new ListAttachedGroupPoliciesCommand({ GroupName: 'gone' })))).toBe(gone);
    expect(await refusalOf(iam.send(new ListGroupPoliciesCommand({ GroupName: 'gone' })))).toBe(gone);
    const read = (GroupName: string) => iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName: 'x' }));
    expect(await refusalOf(read('gone'))).toBe(gone);
    expect(await refusalOf(read('admins'))).toBe('NoSuchEntity 404: The group policy with name x cannot be found.');
  });
});

describe("a user's inline policies", () => {
  const read = (UserName: string, PolicyName: string) => iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));

  test('are listed by name, and read one by one', async () => {
    sandbox.putPolicy({ user: 'jane' }, 'b', {});
    sandbox.putPolicy({ user: 'jane' }, 'a', {});
    sandbox.putPolicy({ user: 'jane' }, 'b', DOCUMENT);
    const { PolicyNames } = await iam.send(new ListUserPoliciesCommand({ UserName: 'Jane' }));
    expect(PolicyNames).toEqual(['b', 'a']);
    const { UserName, PolicyDocument } = await read('jane', 'b');
    expect(UserName).toBe('Jane');
    expect(JSON.parse(decodeURIComponent(PolicyDocument ?? ''))).toEqual(DOCUMENT);
  });

  test('are unknown where the user, or the policy, is', async () => {
    expect(await refusalOf(read('nobody', 'a'))).toBe('NoSuchEntity 404: The user with name nobody cannot be found.');
    expect(await refusalOf(read('jane', 'a'))).toBe('NoSuchEntity 404: The user policy with name a cannot be found.');
    expect(await refusalOf(read('jane', 'a b'))).toMatch(/^ValidationError 400: .*'policyName'/);
  });

  test('may be denied to the operator, as any read', async () => {
    sandbox.deny('iam:ListGroupPolicies');
    expect(await refusalOf(iam.send(new ListGroupPoliciesCommand({ GroupName: 'admins' })))).toMatch(
      /^AccessDenied 403: .* not authorized to perform: iam:ListGroupPolicies on resource: group admins because/,
    );
  });
});

test('groups and inline policies come in pages', async () => {
  const small = await aSandbox({ pageSize: 1 });
  const client = iamClient(small);
  small.createGroup('a', { users: ['tom.okafor'] });
  small.createGroup('b', { users: ['tom.okafor'] });
  for (const name of ['one', 'two']) small.putPolicy({ user: 'tom.okafor' }, name, DOCUMENT);
  const UserName = 'tom.okafor';
  const groups = await client.send(new ListGroupsForUserCommand({ UserName }));
  expect([groups.IsTruncated, groups.Groups?.length]).toEqual([true, 1]);
  const rest = await client.send(new ListGroupsForUserCommand({ UserName, Marker: groups.Marker }));
  expect([rest.IsTruncated, rest.Groups?.[0]?.GroupName]).toEqual([false, 'b']);
  const names = await client.send(new ListUserPoliciesCommand({ UserName }));
  expect([names.IsTruncated, names.PolicyNames]).toEqual([true, ['one']]);
  // A marker is good for its listing alone.
  expect(await refusalOf(client.send(new ListUserPoliciesCommand({ UserName, Marker: groups.Marker })))).toMatch(
    /^ValidationError 400: /,
  );
});

test('the company has an administrator by a group, an inline policy and a boundary', async () => {
  const { Groups = [] } = await groupsOf('jonas.weber');
  expect(Groups.map(({ GroupName }) => GroupName)).toEqual(['admins']);
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName: 'admins' }));
  expect(AttachedPolicies.map(({ PolicyName }) => PolicyName)).toEqual(['IAMFullAccess']);
  const { PolicyNames } = await iam.send(new ListUserPoliciesCommand({ UserName: 'priya.nair' }));
  expect(PolicyNames).toEqual(['athena-results']);
});
