import { AttachUserPolicyCommand, GetPolicyCommand, GetPolicyVersionCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { describePlan } from '../../src/plan/describe-plan.ts';
import { thereIsAlice } from './alice.ts';
import { mockAws, openMocked, refusal, run } from './mock-aws.ts';
import { ask, planOf, shown } from './program.ts';

const ARN = 'arn:aws:iam::111122223333:policy/team/BuildTools';
const GIVEN = { user_name: 'alice', policy_arn: ARN };
const { iam } = mockAws();
const sent = () => iam.commandCalls(AttachUserPolicyCommand).map(({ args }) => args[0].input);

/** The policy as IAM gives it: its document is URL-encoded JSON. */
function thereIsThePolicy(document: unknown, version = 'v3') {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  iam.on(GetPolicyCommand, { PolicyArn: ARN }).resolves({ Policy: { Arn: ARN, DefaultVersionId: version } });
  iam.on(GetPolicyVersionCommand, { PolicyArn: ARN, VersionId: version }).resolves({
    PolicyVersion: { Document: encodeURIComponent(text), VersionId: version },
  });
}

/** One document of the statements of several. */
function all(...documents: { Statement: object[] }[]) {
  return { Version: '2012-10-17', Statement: documents.flatMap(({ Statement }) => Statement) };
}

function allows(Action: string | string[], Resource: string | string[] = '*') {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] };
}

describe('attach_user_policy', () => {
  it.each([
    ['a user name of 65 letters', { user_name: 'x'.repeat(65) }, 'user_name: ', 'at most 64 characters'],
    [
      'a mere policy name',
      { policy_arn: 'ReadOnlyAccess' },
      'policy_arn: ',
      'such as arn:aws:iam::aws:policy/ReadOnlyAccess',
    ],
    [
      'an account of four digits',
      { policy_arn: 'arn:aws:iam::1234:policy/Build' },
      'policy_arn: ',
      "not a policy's ARN",
    ],
    ['the ARN of a role', { policy_arn: 'arn:aws:iam::111122223333:role/Build' }, 'policy_arn: ', "not a policy's ARN"],
    ['an ARN of two lines', { policy_arn: `${ARN}\nx` }, 'policy_arn: ', "not a policy's ARN"],
    ['an ARN with a name in it that there is not', { policy_arn: `${ARN}{{x}}` }, 'policy_arn: ', 'x is undefined'],
    ['an ARN that a template spoils', { policy_arn: `${ARN}{{ ' x' }}` }, 'policy_arn: ', "not a policy's ARN"],
    ['a user for a role', { role_arn: 'arn:aws:iam::111122223333:user/Eve' }, 'role_arn: ', "not a role's ARN"],
  ])('refuses %s before anything is sent', async (_, wrong, field, problem) => {
    const given = { ...GIVEN, ...wrong };
    const { error } = await run('attach_user_policy', given);
    expect(error).toMatch(/^InvalidArguments: .*Nothing was changed\.$/);
    expect(error).toContain(field);
    expect(error).toContain(problem);
    expect(iam.calls()).toEqual([]);
  });
});

describe('the plan of attach_user_policy', () => {
  const plan = () => planOf(openMocked(), 'attach_user_policy', GIVEN);

  it("shows the user's policies and what this one grants, and wants the policy's name typed", async () => {
    thereIsAlice(iam, { policies: ['SecurityAudit'] });
    thereIsThePolicy({
      Statement: [
        { Effect: 'Allow', Action: ['s3:Get*', 's3:List*'], Resource: 'arn:aws:s3:::lake/*', Condition: { Bool: {} } },
        { Effect: 'Deny', Action: 's3:GetObjectAcl', NotResource: ['arn:aws:s3:::open/*'] },
      ],
    });
    const read = await plan();
    expect(shown(read, 'Policy')).toBe(ARN);
    expect(shown(read, 'Attached policies')).toBe('SecurityAudit');
    expect(shown(read, 'Policy says')).toBe(
      'Allow s3:Get＊, s3:List＊ on arn:aws:s3:::lake/＊, under a condition\n' +
        'Deny s3:GetObjectAcl on everything but arn:aws:s3:::open/＊',
    );
    expect(read.warnings).toEqual([]);
    expect(read.confirm).toEqual({ what: "the policy's name", text: 'BuildTools' });
  });

  it.each([
    ['every action on one bucket', allows('*', 'arn:aws:s3:::lake/*'), /every action$/],
    ['every action on all buckets', allows('*', 'arn:aws:s3:::*'), /every action$/],
    ['every IAM action on what is named', allows('iam:*', 'arn:aws:iam::*:user/a*'), /every IAM action on arn:.*a\*: /],
    [
      'NotAction',
      { Statement: { Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: '*' } },
      /\(NotAction\) on ev/,
    ],
  ])('warns of a policy that allows %s', async (_, document, warning) => {
    thereIsAlice(iam);
    thereIsThePolicy(document);
    expect(await plan()).toMatchObject({ grave: [], warnings: [expect.stringMatching(warning)] });
  });

  const ON_IAM = ['user', 'role', 'group', 'policy'].map((type) => `arn:aws:iam::111122223333:${type}/*`);
  const everyIamAction = /every IAM action on every resource: .*administrator/;

  it.each([
    ['every action', allows('*'), /every action on every resource: .*administrator/],
    ['every action, written otherwise', allows(['s3:GetObject', '*:*']), /every action on every resource/],
    ['every action on everything of AWS', allows('*', 'arn:aws:*'), /every action on every resource/],
    ['every IAM action', allows(['s3:*', 'IAM:*']), everyIamAction],
    ...['arn:aws*', 'arn:aws*:*:*:*:*', 'arn:*:*', 'arn:?ws:*', 'arn:*:*:*:1111*:*', '*1111222?3333:*'].map(
      (on): [string, object, RegExp] => [`every action on ${on}`, allows('*', on), /every action on every resource/],
    ),
    ...[
      'arn:aws*:iam::*:*',
      'arn:aws:iam::1111*:*',
      'arn:*:iam::????22223333:*',
      '*iam::111122223333:*',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a policy names the caller's account
      'arn:${aws:Partition}:iam::${aws:PrincipalAccount}:*',
    ].map((on): [string, object, RegExp] => [`every IAM action on ${on}`, allows('iam:*', on), everyIamAction]),
    ['every IAM action, a statement a kind', all(...ON_IAM.map((on) => allows('iam:*', on))), everyIamAction],
    [
      'every IAM action by two statements',
      all(
        allows(['iam:A*', 'iam:C*', 'iam:D*', 'iam:E*', 'iam:Pa*']),
        allows(['iam:Pu*', 'iam:R*', 'iam:S*', 'iam:U*']),
      ),
      everyIamAction,
    ],
    ['every IAM action by question marks', allows('iam:?*'), everyIamAction],
    ['every action on all of IAM', allows('*', 'arn:aws:iam::111122223333:*'), everyIamAction],
    ['every IAM action on all of IAM, one by one', allows('iam:*', ON_IAM), everyIamAction],
    ['all but a service', { Statement: { Effect: 'Allow', NotAction: 's3:*', Resource: '*' } }, everyIamAction],
    [
      'it under a condition',
      { Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition: { Bool: {} } } },
      /every/,
    ],
    ['it on all but a bucket', { Statement: { Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::x' } }, /every/],
  ])('gravely warns of a policy that allows %s', async (_, document, warning) => {
    thereIsAlice(iam);
    thereIsThePolicy(document);
    const read = await plan();
    expect(read.grave).toEqual([expect.stringMatching(warning)]);
    expect(describePlan(read)).toMatch(/^Attach a policy to a user\nWARNING: it allows every/);
  });

  const ALL_BUT_ONE =
    'iam:AttachGroupPolicy, iam:PutGroupPolicy, iam:AttachRolePolicy, iam:PutRolePolicy, iam:CreatePolicyVersion';
  const PASSED_ON = /^it allows iam:PassRole on every role with lambda:CreateFunction, .*: a way to become an admin/;
  const aWay = (what: string) => `it allows ${what} on every resource: a way to become an administrator`;

  it.each<[string, object, string, string?]>([
    ...['User', 'Group', 'Role'].flatMap((kind) =>
      ['Attach', 'Put'].map((verb): [string, object, string] => {
        const action = `iam:${verb}${kind}Policy`;
        return [`${action} everywhere`, allows(['s3:*', action]), action];
      }),
    ),
    ['iam:CreatePolicyVersion everywhere', allows('iam:CreatePolicyVersion'), 'iam:CreatePolicyVersion'],
    ['a way on all users', allows('iam:AttachUserPolicy', 'arn:aws:iam::*:user/*'), 'iam:AttachUserPolicy'],
    [
      'two ways, by two statements',
      all(allows('iam:PutRolePolicy'), allows(['iam:AttachU*', 'iam:PassRole'])),
      'iam:AttachUserPolicy, iam:PutRolePolicy',
      'it allows iam:PassRole on every role: a way to more rights',
    ],
    [
      'all but one way',
      { Statement: { Effect: 'Allow', NotAction: ['iam:*UserPolicy', 'sts:*'], Resource: '*' } },
      ALL_BUT_ONE,
      'it allows every action but a few (NotAction) on every resource, among them iam:UpdateAssumeRolePolicy, ' +
        'iam:DeleteUserPermissionsBoundary, iam:CreateAccessKey, iam:DeactivateMFADevice, iam:CreateSAMLProvider, ' +
        'sso:CreateAccountAssignment and 17 more: ways to more rights',
    ],
  ])('gravely warns of a policy that allows %s', async (_, document, what, warning) => {
    thereIsAlice(iam);
    thereIsThePolicy(document);
    const read = await plan();
    expect(read.grave[0]).toBe(aWay(what));
    // A role that may be passed, too, where a service may take it.
    const isPassing = what === ALL_BUT_ONE;
    expect(read.grave.slice(1)).toEqual(isPassing ? [expect.stringMatching(PASSED_ON)] : []);
    expect(read.warnings).toEqual(warning ? [warning] : []);
  });

  it('gravely warns of a way on oneself', async () => {
    thereIsAlice(iam);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the user that the policy is attached to
    thereIsThePolicy(allows('iam:*', 'arn:aws:iam::*:user/${aws:username}'));
    expect((await plan()).grave).toEqual([
      'it allows iam:AttachUserPolicy, iam:PutUserPolicy on the user itself: a way to become an administrator',
    ]);
  });

  it.each([
    ['the other ways to more rights', allows(['iam:PassRole', 'iam:CreateAccessKey', 'iam:AddUserToGroup'])],
    ['a way on some users', allows('iam:AttachUserPolicy', 'arn:aws:iam::*:user/team/*')],
    ['a way on what it is not done to', allows('iam:AttachUserPolicy', 'arn:aws:iam::*:role/*')],
    ['no way, by denying all', all({ Statement: [{ Effect: 'Deny', Action: 'iam:*', Resource: '*' }] })],
  ])('does not gravely warn of %s', async (_, document) => {
    thereIsAlice(iam);
    thereIsThePolicy(document);
    expect((await plan()).grave).toEqual([]);
  });

  it.each([
    ['denies every action', { Statement: { Effect: 'Deny', Action: '*', Resource: '*' } }],
    ['denies by NotAction', { Statement: { Effect: 'Deny', NotAction: 'iam:*', Resource: '*' } }],
    ['allows all of one service', allows('s3:*')],
  ])('does not warn of a policy that %s', async (_, document) => {
    thereIsAlice(iam);
    thereIsThePolicy(document);
    expect((await plan()).warnings).toEqual([]);
  });

  it('warns of the roles and roots that NotAction leaves to be taken on', async () => {
    thereIsAlice(iam);
    const NotAction = 's3:*';
    const others = 'it allows every action but a few (NotAction)';
    const warningsOn = async (Resource: string, left: string | string[] = NotAction) => {
      thereIsThePolicy({ Statement: { Effect: 'Allow', NotAction: left, Resource } });
      return (await plan()).warnings;
    };
    const onRoles = (...actions: string[]) => `${others}, among them ${actions.join(', ')}: ways to more rights`;
    expect(await warningsOn('arn:aws:iam::*:role/*')).toEqual([
      onRoles('iam:PassRole', 'iam:DeleteRolePermissionsBoundary'),
      'it allows assuming every role',
    ]);
    expect(await warningsOn('arn:aws:iam::111122223333:role/a*')).toEqual([
      onRoles('iam:PassRole', 'iam:DeleteRolePermissionsBoundary'),
      'it allows assuming every role that fits arn:aws:iam::111122223333:role/a*',
    ]);
    expect(await warningsOn('*', 'iam:*')).toEqual([
      `${others} on every resource, among them sso:CreateAccountAssignment, organizations:DetachPolicy, ` +
        'ssm:SendCommand, identitystore:CreateGroupMembership, sso-directory:AddMemberToGroup, ' +
        'lambda:UpdateFunctionCode and 12 more: ways to more rights',
      'it allows assuming every role',
      ROOT,
    ]);
    expect(await warningsOn('arn:aws:iam::111122223333:role/x')).toEqual([
      onRoles('iam:PassRole', 'iam:DeleteRolePermissionsBoundary'),
    ]);
    expect(await warningsOn('arn:aws:s3:::lake/*')).toEqual([others]);
  });

  const ROOT = 'it allows assuming root of member accounts';

  it.each([
    ['it', allows('sts:AssumeRoot')],
    ['it among others', allows('sts:AssumeR??t')],
    ['it in one account', allows('sts:AssumeRoot', 'arn:aws:iam::111122223333:root')],
    ['it in some accounts', allows('sts:AssumeRoot', ['arn:aws:s3:::x', 'arn:*:iam::1111*:root'])],
    ['every action on it', allows('*', 'arn:aws:iam::*:root')],
  ])('warns of assuming root of member accounts: %s', async (_, document) => {
    thereIsAlice(iam);
    thereIsThePolicy(document);
    expect((await plan()).warnings.filter((text) => text !== 'it allows every action')).toEqual([ROOT]);
  });

  it('warns of roots, and of roles, only where they are what is allowed', async () => {
    thereIsAlice(iam);
    thereIsThePolicy(allows('sts:AssumeRoot', 'arn:aws:iam::*:role/*'));
    expect((await plan()).warnings).toEqual([]);
    thereIsThePolicy(allows('sts:*'));
    expect((await plan()).warnings).toEqual(['it allows assuming every role', ROOT]);
  });

  it('warns of what stands in a statement too far down to be shown', async () => {
    thereIsAlice(iam);
    const harmless = Array.from({ length: 20 }, (_, n) => ({ Effect: 'Allow', Action: `s3:Get${n}`, Resource: '*' }));
    thereIsThePolicy({ Statement: [...harmless, { Effect: 'Allow', Action: 'iam:*', Resource: '*' }] });
    const read = await plan();
    expect(shown(read, 'Policy says')).toMatch(/and 13 more statements$/);
    // Though it stood last, it is shown first.
    expect(shown(read, 'Policy says')).toMatch(/^Allow iam:/);
    expect(read.grave).toEqual([expect.stringContaining('every IAM action')]);
    expect(read.warnings).toEqual([expect.stringContaining('says more than is shown')]);
  });

  it.each<[string, object, RegExp | undefined]>([
    [
      'one dangerous action after many others',
      { Action: ['a:1', 'a:2', 'a:3', 'a:4', 'a:5', 'a:6', 'iam:PassRole'] },
      /iam:PassRole/,
    ],
    ['a pattern with question marks', { Action: 'iam:Pass?ole' }, /iam:PassRole/],
    ['patterns that take in dangerous actions', { Action: ['iam:Pa*'] }, /iam:PassRole/],
    ['any case', { Action: 'IAM:passROLE' }, /iam:PassRole/],
    ['assuming roles', { Action: 'sts:AssumeRole*' }, /assuming every role/],
    ['reads alone', { Action: ['iam:Get*', 'iam:List*', 's3:*'] }, undefined],
    ...[
      'arn:aws:iam::*:role/*',
      'arn:*',
      'arn:aws:iam::*',
      '*',
      '**',
      'arn:aws:*:*:*:*',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a policy names the caller's account
      'arn:aws:iam::${aws:PrincipalAccount}:role/*',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: whoever asks says what it is
      'arn:aws:iam::111122223333:role/${aws:UserAgent}',
    ].map((Resource): [string, object, RegExp] => [
      `assuming the roles of ${Resource}`,
      { Action: 'sts:AssumeRole', Resource },
      /assuming every role$/,
    ]),
    ...[
      'arn:aws:iam::123456789012:role/prod-*',
      'arn:aws-cn:iam::123456789012:role/x?',
      'arn:aws:iam::??3456789012:role/deploy',
      'arn:aws:iam::*:role/deploy',
      'arn:aws:*:role/deploy',
      'arn:aws:i*deploy',
      '*:role/*-admin',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a policy names the caller's account
      'arn:aws:iam::${aws:PrincipalAccount}:role/a*',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: whoever asks says what it is
      'arn:aws:iam::111122223333:role/a${aws:UserAgent}',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as above
      "arn:aws:iam::111122223333:role/a-${aws:PrincipalTag/team, 'any'}",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as above
      'arn:aws:iam::${aws:PrincipalAccount}:role/deploy',
    ].map((Resource): [string, object, RegExp] => [
      `assuming the roles of ${Resource}`,
      { Action: 'sts:Assume*', Resource: ['arn:aws:iam::111122223333:role/x', Resource] },
      /assuming every role that fits arn:|assuming every role that fits \*/,
    ]),
    ['assuming all but a few', { Action: 'sts:AssumeRole', Resource: undefined, NotResource: 'a' }, /every role$/],
    ...[
      'arn:aws:s3:::*',
      'arn:aws:iam::*:user/*',
      'arn:aws:iam::123456789012:role?',
      'arn:aws:iam::1234*:group/role/x',
      'arn:aws:lambda:*:123456789012:role/*',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a star that is no pattern
      'arn:aws:iam::123456789012:role/${*}',
    ].map((Resource): [string, object, undefined] => [
      `no role that is ${Resource}`,
      { Action: ['sts:*'], Resource },
      undefined,
    ]),
    ['one role alone', { Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::111122223333:role/x' }, undefined],
  ])('knows the danger of %s', async (_, statement, warning) => {
    thereIsAlice(iam);
    thereIsThePolicy({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Resource: '*', Condition: {}, ...statement }],
    });
    const read = await plan();
    const dangers = read.warnings.filter((text) => !/more than is shown|every action$/.test(text));
    expect(dangers).toEqual(warning ? [expect.stringMatching(warning)] : []);
    expect(shown(read, 'Policy says')).not.toContain('under a condition');
  });

  it('knows each danger that one pattern takes in', async () => {
    thereIsAlice(iam);
    thereIsThePolicy(allows('iam:P*'));
    expect((await plan()).warnings).toEqual([
      'it allows iam:PassRole on every role: a way to more rights',
      expect.stringMatching(/^it allows iam:PutUserPermissionsBoundary, iam:PutRolePermissionsBoundary on every res/),
    ]);
  });

  it('knows what every action on some roles is', async () => {
    thereIsAlice(iam);
    thereIsThePolicy(allows('*', 'arn:aws:iam::*:role/a*'));
    expect((await plan()).warnings).toEqual([
      'it allows every action',
      'it allows every IAM action on arn:aws:iam::*:role/a*: a way to become an administrator',
      'it allows assuming every role that fits arn:aws:iam::*:role/a*',
    ]);
  });

  it('names the broadest patterns of roles first, of which it shows a few', async () => {
    thereIsAlice(iam);
    const narrow = Array.from({ length: 8 }, (_, n) => `arn:aws:iam::111122223333:role/${'team/'.repeat(9)}x${n}-*`);
    thereIsThePolicy(
      allows('sts:AssumeRole', [...narrow, 'arn:aws:iam::*:role/a*', 'arn:aws:iam::111122223333:role/*x']),
    );
    expect((await plan()).warnings[0]).toMatch(
      /that fits arn:aws:iam::\*:role\/a\*, arn:aws:iam::111122223333:role\/\*x, .*x0-\*, .* and 4 more$/,
    );
  });

  it('is not kept busy by a pattern of many stars', async () => {
    thereIsAlice(iam);
    thereIsThePolicy({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Resource: '*', Action: `iam:${'*a'.repeat(3000)}` }],
    });
    const startedAt = performance.now();
    await plan();
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  it('is not kept busy by long resources either', async () => {
    thereIsAlice(iam);
    const long = ['*', '?', '*a', '*?', 'arn:aws:iam::*:role/a'].map((part) => part.repeat(25_000 / part.length));
    thereIsThePolicy(allows(['iam:*', 'sts:AssumeRole'], long));
    const startedAt = performance.now();
    expect((await plan()).warnings.join()).toContain('every role');
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });

  it('says how many actions it does not show', async () => {
    thereIsAlice(iam);
    thereIsThePolicy(allows(['a:1', 'a:2', 'a:3', 'a:4', 'a:5', 'a:6', 'a:7', 'a:8']));
    expect(shown(await plan(), 'Policy says')).toBe('Allow a:1, a:2, a:3, a:4, a:5, a:6 and 2 more on ＊');
  });

  it.each([
    ['no JSON', '{"Statement": '],
    ['longer than IAM has any', JSON.stringify(allows('*', 'x'.repeat(131_072)))],
    ['another shape', '{"Statement": [{"Effect": "Perhaps"}]}'],
    ['one of no action', '{"Statement": [{"Effect": "Allow", "action": "*", "Resource": "*"}]}'],
    ['one of no resource', '{"Statement": {"Effect": "Allow", "Action": "*", "resource": "*"}}'],
    [
      'one of twice an action',
      '{"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "a:b", "Resource": "*"}}',
    ],
  ])('warns that what it says is not known when its document is %s', async (_, document) => {
    thereIsAlice(iam);
    thereIsThePolicy(document);
    const read = await plan();
    expect(shown(read, 'Policy says')).toBe('not readable');
    expect(read.notKnown).toEqual(['what it says is not known']);
  });

  it.each([
    ['the policy', GetPolicyCommand],
    ['its document', GetPolicyVersionCommand],
  ])('says so when %s may not be read', async (_, Command) => {
    thereIsAlice(iam);
    thereIsThePolicy(allows('*'));
    iam.on(Command as typeof GetPolicyCommand).rejects(refusal('AccessDenied'));
    expect(shown(await plan(), 'Policy says')).toBe('not permitted to read');
  });

  it.each(['AdministratorAccess', 'IAMFullAccess'])(
    "knows AWS's own %s by its ARN where it may not be read",
    async (name) => {
      thereIsAlice(iam);
      iam.on(GetPolicyCommand).rejects(refusal('AccessDenied'));
      const about = (policy_arn: string) => planOf(openMocked(), 'attach_user_policy', { ...GIVEN, policy_arn });
      expect((await about(`arn:aws:iam::aws:policy/${name}`)).grave).toEqual([expect.stringContaining(name)]);
      for (const arn of [`arn:aws:iam::111122223333:policy/${name}`, `arn:aws:iam::aws:policy/${name}-Amplify`]) {
        expect((await about(arn)).grave).toEqual([]);
      }
    },
  );

  it("says that the user has a quarantine policy, which is no warning of the policy's", async () => {
    thereIsAlice(iam, { policies: ['AWSCompromisedKeyQuarantineV2'] });
    thereIsThePolicy(allows('s3:GetObject'));
    expect(await plan()).toMatchObject({
      grave: [],
      warnings: [expect.stringMatching(/^the user has .*, which AWS attaches when a key has leaked$/)],
    });
  });

  it('is bound to the whole document, of which a person sees a summary', async () => {
    const boundOf = async (document: object, version: string) => {
      thereIsAlice(iam);
      thereIsThePolicy(document, version);
      return (await plan()).facts.find(({ label }) => label === 'Policy says')?.bound;
    };
    const many = ['a:1', 'a:2', 'a:3', 'a:4', 'a:5', 'a:6', 'a:7'];
    const before = await boundOf(allows(many), 'v3');
    expect(await boundOf(allows(many), 'v3')).toBe(before);
    expect(await boundOf(allows([...many.slice(0, 6), 'iam:PassRole']), 'v3')).not.toBe(before);
    expect(await boundOf(allows(many), 'v4')).not.toBe(before);
  });

  it('is not made for an unknown policy: nobody is asked in vain', async () => {
    thereIsAlice(iam);
    iam.on(GetPolicyCommand).rejects(refusal('NoSuchEntity', `Policy ${ARN} was not found.`));
    const { plan, envelope } = await ask(openMocked(), 'attach_user_policy', GIVEN);
    expect(envelope.error).toBe(`NoSuchEntity: Policy ${ARN} was not found. Nothing was changed.`);
    expect(plan).toBeUndefined();
    expect(sent()).toEqual([]);
  });
});
