// What a plan makes of the groups, policies and boundary that a user has, as the sandbox's IAM tells them.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { changesSince } from '../plan/changes-since.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';
import { awsPolicy } from './alice.ts';
import { openProgram, planOf, shown } from './program.ts';

const TOM = 'tom.okafor';
const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const harmless = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await aSandbox();
});

const create = (user_name: string) => planOf(openProgram({ sandbox }), 'create_access_key', { user_name });
const turn = (user_name: string, status: string, index = 0) =>
  planOf(openProgram({ sandbox }), 'update_access_key', {
    user_name,
    access_key_id: sandbox.keysOf(user_name)[index]?.accessKeyId ?? '',
    status,
  });
const attach = (user_name: string, name = 'Billing') =>
  planOf(openProgram({ sandbox }), 'attach_user_policy', {
    user_name,
    policy_arn: awsPolicy(name === 'Billing' ? 'job-function/Billing' : name),
  });

const sentReads = () =>
  sandbox.log
    .map(({ operation }) => operation)
    .filter((name) => name !== 'GetCallerIdentity')
    .sort();

describe('an administrator', () => {
  it('is one by a group that somebody put the user into', async () => {
    expect((await create('jonas.weber')).grave).toEqual([
      'whoever has this key is an administrator, by the policy IAMFullAccess of the group admins',
    ]);
  });

  it.each<[string, () => void, string]>([
    ['an inline policy', () => sandbox.putPolicy({ user: TOM }, 'tools', everything), 'by the inline policy tools'],
    [
      'an inline policy of a group',
      () => {
        sandbox.createGroup('ops', { users: [TOM] });
        sandbox.putPolicy({ group: 'ops' }, 'a', harmless);
        sandbox.putPolicy({ group: 'ops' }, 'all', everything);
      },
      'by the policy all of the group ops',
    ],
    [
      'everything at once',
      () => {
        const policies = [awsPolicy('AdministratorAccess'), awsPolicy('IAMFullAccess')];
        sandbox.createGroup('ops', { users: [TOM], policies });
        sandbox.createGroup('z', { users: [TOM], policies: [awsPolicy('AdministratorAccess')] });
        sandbox.putPolicy({ user: TOM }, 'tools', everything);
      },
      'by the inline policy tools and by the policies AdministratorAccess, IAMFullAccess of the group ops and by the policy AdministratorAccess of the group z',
    ],
  ])('is one by %s', async (_, give, by) => {
    expect((await create(TOM)).grave).toEqual([]);
    give();
    expect((await create(TOM)).grave).toEqual([`whoever has this key is an administrator, ${by}`]);
    sandbox.createKey(TOM, 'Inactive');
    expect((await turn(TOM, 'Active')).grave).toContain(`whoever has this key is an administrator, ${by}`);
    expect((await attach(TOM)).warnings).toContain(`the user is an administrator already, ${by}`);
  });

  it('is no less one for a boundary, which is named', async () => {
    sandbox.putPolicy({ user: 'priya.nair' }, 'tools', everything);
    const limit = ', limited by the boundary DeveloperBoundary';
    const plan = await create('priya.nair');
    expect(plan.grave).toEqual([`whoever has this key is an administrator, by the inline policy tools${limit}`]);
    expect(shown(plan, 'Permissions boundary')).toBe('DeveloperBoundary');
    expect((await attach('priya.nair', 'AdministratorAccess')).grave).toEqual([
      `it allows every action on every resource: whoever has it is an administrator${limit}`,
    ]);
  });

  it('is named by a few policies, however many make one', async () => {
    for (let n = 0; n < 9; n += 1) sandbox.putPolicy({ user: TOM }, `p${n}`, everything);
    expect((await create(TOM)).grave).toEqual([
      'whoever has this key is an administrator, by the inline policies p0, p1, p2, p3, p4, p5 and 3 more',
    ]);
  });
});

describe('the facts of a user', () => {
  it('have every policy by name, also those of groups', async () => {
    const plan = await create('jonas.weber');
    expect(shown(plan, 'Has no')).toBe('permissions boundary, inline policies');
    expect(shown(plan, 'Groups')).toBe('admins');
    expect(shown(plan, 'Policies of groups')).toBe('admins: IAMFullAccess');
    const attaching = await attach('priya.nair');
    expect(shown(attaching, 'Policies of groups')).toBe('developers: DataLakeReader, own-sandbox (inline)');
    expect(shown(attaching, 'Inline policies')).toBe('athena-results');
  });

  it('say what may not be read, which is no obstacle, and that nobody knows what it would tell', async () => {
    sandbox.createGroup('ops', { users: [TOM], policies: [awsPolicy('ReadOnlyAccess')] });
    sandbox.putPolicy({ group: 'ops' }, 'inside', harmless);
    sandbox.putPolicy({ user: TOM }, 'own', harmless);
    expect((await create(TOM)).notKnown).toEqual([]);
    const unknown = 'whether whoever has this key is an administrator is not known, since ';
    for (const [operation, label, text, why] of [
      ['ListGroupsForUser', 'Groups', 'not permitted to read', 'which groups the user is in is'],
      ['ListUserPolicies', 'Inline policies', 'not permitted to read', 'which inline policies the user has is'],
      ['GetUserPolicy', 'Inline policies', 'own (what they say: not permitted to read)', 'what own says is'],
      [
        'ListAttachedGroupPolicies',
        'Policies of groups',
        'ops: attached: not permitted to read; inline: inside',
        'which policies are attached to the group ops is',
      ],
      [
        'ListGroupPolicies',
        'Policies of groups',
        'ops: attached: ReadOnlyAccess; inline: not permitted to read',
        'which inline policies the group ops has is',
      ],
      [
        'GetGroupPolicy',
        'Policies of groups',
        'ops: ReadOnlyAccess, inside (inline) (what is said by inside: not permitted to read)',
        'what inside says is',
      ],
    ] as const) {
      sandbox.deny(`iam:${operation}`);
      const plan = await create(TOM);
      expect(shown(plan, label)).toBe(text);
      expect(plan.notKnown).toEqual([`${unknown}${why} not permitted to read`]);
      sandbox.allow(`iam:${operation}`);
    }
  });

  it('go on without a group, or a policy, that is gone since it was listed', async () => {
    sandbox.createGroup('ops', { users: [TOM] });
    const gone = { kind: 'error', status: 404, code: 'NoSuchEntity', message: 'gone' } as const;
    sandbox.order({ operation: 'ListGroupPolicies', fault: gone });
    sandbox.order({ operation: 'ListAttachedGroupPolicies', fault: gone });
    expect(shown(await create(TOM), 'Policies of groups')).toBe('ops: not found');
  });

  it('come from all pages', async () => {
    sandbox = await aSandbox({ pageSize: 1, emptyPages: true });
    const policies = ['ReadOnlyAccess', 'AdministratorAccess'].map(awsPolicy);
    for (const name of ['b', 'a']) sandbox.createGroup(name, { users: [TOM], policies });
    for (const name of ['y', 'x']) {
      sandbox.putPolicy({ user: TOM }, name, harmless);
      sandbox.putPolicy({ group: 'a' }, name, harmless);
    }
    const plan = await create(TOM);
    expect(shown(plan, 'Groups')).toBe('a, b');
    expect(shown(plan, 'Inline policies')).toBe('x, y');
    expect(shown(plan, 'Policies of groups')).toBe(
      ['a: AdministratorAccess, ReadOnlyAccess, x (inline), y (inline)', 'b: AdministratorAccess, ReadOnlyAccess'].join(
        '\n',
      ),
    );
  });

  it.each<[string, () => void]>([
    ['a group that the user joined', () => sandbox.createGroup('ops', { users: ['ci-deploy'] })],
    ['a new inline policy', () => sandbox.putPolicy({ user: 'ci-deploy' }, 'own', harmless)],
  ])('are what an agreement is bound to: %s is a change', async (_, change) => {
    const before = [await turn('ci-deploy', 'Inactive'), await create('ci-deploy'), await attach('ci-deploy')] as const;
    change();
    const after = [await turn('ci-deploy', 'Inactive'), await create('ci-deploy'), await attach('ci-deploy')] as const;
    for (const index of [0, 1, 2] as const) expect(changesSince(before[index], after[index])).not.toEqual([]);
    expect(changesSince(after[0], await turn('ci-deploy', 'Inactive'))).toEqual([]);
  });

  it.each(['attached', 'inline'])('are changed by an %s policy of a group, for whoever gets a key', async (kind) => {
    sandbox.createGroup('ops', { users: [TOM] });
    const before = await create(TOM);
    if (kind === 'inline') sandbox.putPolicy({ group: 'ops' }, 'new', harmless);
    else sandbox.attachToGroup('ops', awsPolicy('ReadOnlyAccess'));
    expect(changesSince(before, await create(TOM))).toEqual([
      expect.stringMatching(/^Policies of groups was 'ops: none'/),
    ]);
  });

  it('tell of a quarantine that comes by a group', async () => {
    sandbox.createGroup('leaked', { users: [TOM], policies: [awsPolicy('AWSCompromisedKeyQuarantineV3')] });
    expect((await create(TOM)).warnings).toEqual([
      'the user has AWSCompromisedKeyQuarantineV3, which AWS attaches when a key has leaked',
    ]);
  });
});

describe('the requests of one plan', () => {
  it('are by name alone for turning a key off: no policy is read', async () => {
    await turn('priya.nair', 'Inactive');
    expect(sentReads()).toEqual([
      ...['GetAccessKeyLastUsed', 'GetUser', 'ListAccessKeys'],
      ...['ListAttachedUserPolicies', 'ListGroupsForUser', 'ListUserPolicies'],
    ]);
  });

  it('are five for a key for somebody who has nothing', async () => {
    await create(TOM);
    expect(sentReads()).toEqual([
      ...['GetUser', 'ListAccessKeys', 'ListAttachedUserPolicies', 'ListGroupsForUser', 'ListUserPolicies'],
    ]);
  });

  it('read a policy once that is attached twice', async () => {
    sandbox.createGroup('ops', { users: ['priya.nair'], policies: [awsPolicy('AmazonS3ReadOnlyAccess')] });
    await attach('priya.nair');
    const reads = sandbox.log.filter(
      ({ operation, parameters }) => operation === 'GetPolicy' && parameters.PolicyArn?.endsWith('S3ReadOnlyAccess'),
    );
    expect(reads).toHaveLength(1);
  });
});

describe('the cells of a table', () => {
  const cellsOf = ({ cells }: { cells: { column: string; shown: string }[] }) =>
    Object.fromEntries(cells.map(({ column, shown: text }) => [column, text]));

  it('say what else the user has, in short', async () => {
    expect(cellsOf(await create('priya.nair'))).toEqual({
      User: 'priya.nair',
      Keys: '1 of 2',
      'Also has': 'group developers; 4 policies; boundary DeveloperBoundary',
    });
    expect(cellsOf(await turn('maria.lindqvist', 'Inactive', 1))).toMatchObject({
      User: 'maria.lindqvist',
      Key: expect.stringMatching(/^…\w{4}$/),
      Status: 'Active',
      'Also has': '1 other key, Inactive; group developers',
    });
    expect(cellsOf(await attach('jonas.weber'))).toEqual({
      User: 'jonas.weber',
      Policy: 'Billing',
      'Also has': 'group admins; 1 policy',
    });
    expect(cellsOf(await create(TOM))).toMatchObject({ Keys: '0 of 2', 'Also has': '' });
  });

  it('count groups beyond a few, or of long names', async () => {
    for (const name of ['a', 'b']) sandbox.createGroup(name, { users: [TOM] });
    expect(cellsOf(await create(TOM))['Also has']).toBe('groups a, b');
    sandbox.createGroup('c', { users: [TOM] });
    expect(cellsOf(await create(TOM))['Also has']).toBe('3 groups');
    sandbox.createUser('x');
    sandbox.createGroup('g'.repeat(40), { users: ['x'] });
    expect(cellsOf(await create('x'))['Also has']).toBe('1 group');
  });

  it('are the same columns where nothing may be read', async () => {
    const columns = async () =>
      [await create(TOM), await turn('ci-deploy', 'Inactive'), await attach(TOM)].map(({ cells }) =>
        cells.map(({ column }) => column),
      );
    const known = await columns();
    for (const name of ['GetUser', 'ListAccessKeys', 'GetAccessKeyLastUsed', 'ListGroupsForUser', 'ListUserPolicies']) {
      sandbox.deny(`iam:${name}`);
    }
    sandbox.deny('iam:ListAttachedUserPolicies');
    expect(await columns()).toEqual(known);
    expect(cellsOf(await create(TOM))).toEqual({ User: TOM, Keys: '', 'Also has': '' });
  });
});
