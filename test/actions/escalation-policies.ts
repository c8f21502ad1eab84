// Policies that public write-ups of privilege escalation in IAM describe, in our own words, and what each must give.
// The write-ups: Rhino Security Labs' methods, Bishop Fox's IAM Vulnerable, Hacking the Cloud, and AWS's own pages.

export interface Judged {
  name: string;
  statements: object | object[];
  grave?: string[];
  warnings?: string[];
}

const ROLES = 'arn:aws:iam::111122223333:role';
// biome-ignore lint/suspicious/noTemplateCurlyInString: that is how a policy names the user whom it is attached to
const OWN_USER = 'arn:aws:iam::*:user/${aws:username}';
// biome-ignore lint/suspicious/noTemplateCurlyInString: and so a star that is no pattern
const REAL_STAR = '${*}';
const MFA = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

export function allow(Action: string | string[], Resource: string | string[] = '*', more: object = {}): object {
  return { Effect: 'Allow', Action, Resource, ...more };
}

const toAdministrator = (what: string) => `it allows ${what}: a way to become an administrator`;
const toRights = (what: string) => `it allows ${what}: a way to more rights`;
const toUsers = (what: string) => `it allows ${what}: a way to act as other users`;
const toCode = (what: string) => `it allows ${what}: a way to act as roles that are in use`;
const EVERYTHING = 'it allows every action on every resource: whoever has it is an administrator';
const EVERY_ROLE = 'it allows assuming every role';
const ROOT = 'it allows assuming root of member accounts';

export const GRAVE: Judged[] = [
  {
    name: 'a new default version of any policy',
    statements: allow('iam:CreatePolicyVersion'),
    grave: [toAdministrator('iam:CreatePolicyVersion on every resource')],
  },
  {
    name: 'a policy for any user or group',
    statements: allow(['iam:AttachUserPolicy', 'iam:PutGroupPolicy']),
    grave: [toAdministrator('iam:AttachUserPolicy, iam:PutGroupPolicy on every resource')],
  },
  {
    name: 'a policy for any role, which it assumes',
    statements: [allow('iam:AttachRolePolicy', `${ROLES}/*`), allow('sts:AssumeRole', `${ROLES}/x`)],
    grave: [toAdministrator('iam:AttachRolePolicy on every resource')],
  },
  {
    name: 'any policy by a star',
    statements: allow('iam:*Policy', '*'),
    grave: [
      toAdministrator(
        'iam:AttachUserPolicy, iam:PutUserPolicy, iam:AttachGroupPolicy, iam:PutGroupPolicy, iam:AttachRolePolicy, iam:PutRolePolicy on every resource',
      ),
    ],
    warnings: [
      toRights('iam:UpdateAssumeRolePolicy on every role'),
      'it allows iam:DetachUserPolicy, iam:DeleteUserPolicy, iam:DetachRolePolicy, iam:DeleteRolePolicy, iam:DetachGroupPolicy, iam:DeleteGroupPolicy on every resource: a way to lift what limits rights',
    ],
  },
  {
    name: 'an inline policy for its own user',
    statements: allow('iam:PutUserPolicy', OWN_USER),
    grave: [toAdministrator('iam:PutUserPolicy on the user itself')],
  },
  {
    name: 'any role, passed to an instance',
    statements: allow(['iam:PassRole', 'ec2:RunInstances']),
    grave: [toAdministrator('iam:PassRole on every role with ec2:RunInstances')],
  },
  {
    name: 'any role, passed to a function by another statement',
    statements: [
      allow('iam:Pass*', 'arn:aws:iam::*:role/*'),
      allow(['lambda:CreateFunction', 'lambda:InvokeFunction'], 'arn:aws:lambda:*:*:function:dev-*'),
    ],
    grave: [toAdministrator('iam:PassRole on every role with lambda:CreateFunction')],
  },
  {
    name: 'any role, passed to a stack',
    statements: [allow('cloudformation:CreateStack'), allow('iam:PassRole')],
    grave: [toAdministrator('iam:PassRole on every role with cloudformation:CreateStack')],
  },
  {
    name: 'any role, passed to a notebook or an endpoint',
    statements: allow(['iam:PassRole', 'sagemaker:*Notebook*', 'glue:CreateDevEndpoint']),
    grave: [
      toAdministrator(
        'iam:PassRole on every role with glue:CreateDevEndpoint, sagemaker:CreateNotebookInstance, sagemaker:UpdateNotebookInstance',
      ),
    ],
    warnings: [
      toCode(
        'sagemaker:CreatePresignedNotebookInstanceUrl, sagemaker:UpdateNotebookInstanceLifecycleConfig on every resource',
      ),
    ],
  },
  {
    name: 'any role, passed to a task, a build or a pipeline',
    statements: allow([
      'iam:PassRole',
      'ecs:RunTask',
      'codebuild:CreateProject',
      'datapipeline:Create*',
      'codestar:CreateProject',
      'autoscaling:CreateLaunchConfiguration',
    ]),
    grave: [
      toAdministrator(
        'iam:PassRole on every role with ecs:RunTask, codebuild:CreateProject, datapipeline:CreatePipeline, codestar:CreateProject, autoscaling:CreateLaunchConfiguration',
      ),
    ],
  },
  {
    name: 'any role, passed to one service by a condition',
    statements: [
      allow('iam:PassRole', '*', { Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } }),
      allow('lambda:CreateFunction'),
    ],
    grave: [toAdministrator('iam:PassRole on every role with lambda:CreateFunction, under a condition')],
  },
  {
    name: 'everything, in odd letters',
    statements: { Effect: 'Allow', Action: ['*:?*'], Resource: '**' },
    grave: [EVERYTHING],
  },
  {
    name: 'everything but a bucket',
    statements: { Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::audit' },
    grave: ['it allows every action on every resource but a few (NotResource): whoever has it is an administrator'],
  },
  {
    name: 'everything with a second factor, and a way without',
    statements: [allow('*', '*', { Condition: MFA }), allow('I?M:PUTGROUPPOLICY')],
    grave: [
      toAdministrator('iam:PutGroupPolicy on every resource'),
      'it allows every action on every resource, under a condition: whoever has it is an administrator',
    ],
  },
  {
    name: 'everything, and a denial',
    statements: [allow('*'), { Effect: 'Deny', Action: 'iam:*', Resource: '*' }],
    grave: [EVERYTHING],
  },
];

export const WARNED: Judged[] = [
  {
    name: 'an older version of any policy',
    statements: allow('iam:SetDefaultPolicyVersion'),
    warnings: [toRights('iam:SetDefaultPolicyVersion on every policy')],
  },
  {
    name: 'keys and passwords of any user',
    statements: allow(['iam:CreateAccessKey', 'iam:*LoginProfile'], 'arn:aws:iam::111122223333:user/*'),
    warnings: [toUsers('iam:CreateAccessKey, iam:UpdateLoginProfile, iam:CreateLoginProfile on every user')],
  },
  {
    name: 'service-specific credentials',
    statements: allow('iam:*ServiceSpecificCredential'),
    warnings: [toUsers('iam:CreateServiceSpecificCredential, iam:ResetServiceSpecificCredential on every user')],
  },
  {
    name: 'any group, for anybody',
    statements: allow('iam:AddUserToGroup', 'arn:aws:iam::*:group/*'),
    warnings: [toRights('iam:AddUserToGroup on every group')],
  },
  {
    name: 'whom a role trusts',
    statements: allow(['iam:UpdateAssumeRolePolicy', 'sts:AssumeRole'], `${ROLES}/ops`),
    warnings: [toRights(`iam:UpdateAssumeRolePolicy on ${ROLES}/ops`)],
  },
  {
    name: 'the role of an instance profile',
    statements: allow('iam:AddRoleToInstanceProfile'),
    warnings: [toRights('iam:AddRoleToInstanceProfile on every instance profile')],
  },
  {
    name: 'boundaries taken off',
    statements: allow('iam:Delete*PermissionsBoundary'),
    warnings: [
      'it allows iam:DeleteUserPermissionsBoundary, iam:DeleteRolePermissionsBoundary on every resource: a way to lift what limits rights',
    ],
  },
  {
    name: 'boundaries replaced',
    statements: allow('iam:Put?*PermissionsBoundary', [OWN_USER, `${ROLES}/x`]),
    warnings: [
      `it allows iam:PutUserPermissionsBoundary, iam:PutRolePermissionsBoundary on the user itself, ${ROLES}/x: a way to lift what limits rights`,
    ],
  },
  {
    name: 'second factors',
    statements: allow(['iam:DeactivateMFADevice', 'iam:DeleteVirtualMFADevice']),
    warnings: [
      'it allows iam:DeactivateMFADevice, iam:DeleteVirtualMFADevice on every resource: a way round the second factor',
    ],
  },
  {
    name: 'federation',
    statements: allow(['iam:CreateOpenIDConnectProvider', 'iam:*SAMLProvider']),
    warnings: [
      'it allows iam:CreateSAMLProvider, iam:UpdateSAMLProvider, iam:CreateOpenIDConnectProvider on every resource: a way in for people from outside',
    ],
  },
  { name: 'any role', statements: allow('sts:*', 'arn:aws:iam::*:role/*'), warnings: [EVERY_ROLE] },
  {
    name: 'the roles of a team, and single ones',
    statements: [allow('sts:AssumeRole', [`${ROLES}/team-*`, `${ROLES}/x`]), allow('STS:assumerole', `${ROLES}/one`)],
    warnings: [`${EVERY_ROLE} that fits ${ROLES}/team-*`],
  },
  {
    name: 'any role with a second factor',
    statements: allow('sts:Assume*', '*', { Condition: MFA }),
    warnings: [`${EVERY_ROLE}, under a condition`, `${ROOT}, under a condition`],
  },
  {
    name: 'one role, passed to nothing yet',
    statements: allow('iam:PassRole', `${ROLES}/app`),
    warnings: [toRights(`iam:PassRole on ${ROLES}/app`)],
  },
  {
    name: 'some roles, passed to a function by another statement',
    statements: [allow('lambda:*'), allow('iam:PassRole', [`${ROLES}/app`, `${ROLES}/job-?`])],
    warnings: [
      toRights(
        `iam:PassRole on ${ROLES}/app, ${ROLES}/job-? with lambda:CreateFunction, lambda:UpdateFunctionConfiguration`,
      ),
      toCode('lambda:UpdateFunctionCode, lambda:UpdateFunctionConfiguration, lambda:AddPermission on every resource'),
    ],
  },
  {
    name: 'a stack that is there',
    statements: allow(
      ['cloudformation:UpdateStack', 'cloudformation:SetStackPolicy', 'cloudformation:*ChangeSet'],
      'arn:aws:cloudformation:*:*:stack/app/*',
    ),
    warnings: [
      toCode(
        'cloudformation:UpdateStack, cloudformation:CreateChangeSet, cloudformation:ExecuteChangeSet, cloudformation:SetStackPolicy on arn:aws:cloudformation:*:*:stack/app/*',
      ),
    ],
  },
  {
    name: 'commands on any instance',
    statements: allow(['ssm:SendCommand', 'ssm:StartSession']),
    warnings: [toCode('ssm:SendCommand, ssm:StartSession on every resource')],
  },
  {
    name: 'commands on instances, a resource a statement',
    statements: [
      allow('ssm:SendCommand', 'arn:aws:ec2:*:*:instance/*'),
      allow('ssm:SendCommand', 'arn:aws:ssm:*:*:document/AWS-RunShellScript'),
    ],
    warnings: [toCode('ssm:SendCommand on arn:aws:ec2:*:*:instance/*, arn:aws:ssm:*:*:document/AWS-RunShellScript')],
  },
  {
    name: 'Identity Center',
    statements: allow(['sso:CreateAccountAssignment', 'sso:Put*PolicyToPermissionSet', 'identitystore:*']),
    warnings: [
      'it allows sso:CreateAccountAssignment, sso:PutInlinePolicyToPermissionSet, identitystore:CreateGroupMembership on every resource: a way to rights through Identity Center, in other accounts too',
    ],
  },
  {
    name: 'the organization',
    statements: allow(['organizations:AttachPolicy', 'organizations:DetachPolicy', 'organizations:LeaveOrganization']),
    warnings: [
      'it allows organizations:DetachPolicy, organizations:AttachPolicy, organizations:LeaveOrganization on every resource: a way to change what limits whole accounts, or who has them',
    ],
  },
  {
    name: 'users of a team, by every IAM action',
    statements: allow('iam:*', 'arn:aws:iam::*:user/team/*'),
    warnings: [toAdministrator('every IAM action on arn:aws:iam::*:user/team/*')],
  },
  {
    name: 'the whole of the AWS-documented page on managing oneself, without a second factor',
    statements: [
      allow(['iam:*AccessKey*', 'iam:*ServiceSpecificCredential*', 'iam:ChangePassword'], OWN_USER),
      allow('iam:CreateVirtualMFADevice', 'arn:aws:iam::*:mfa/*'),
      allow(['iam:DeactivateMFADevice', 'iam:EnableMFADevice', 'iam:ResyncMFADevice'], OWN_USER),
    ],
    warnings: [
      'it allows iam:DeactivateMFADevice, iam:EnableMFADevice, iam:ResyncMFADevice on the user itself: a way round the second factor',
    ],
  },
];

export const HARMLESS: Judged[] = [
  {
    name: 'reads of many services',
    statements: allow([
      'ec2:Describe*',
      'iam:Get*',
      'iam:List*',
      'lambda:Get*',
      'lambda:List*',
      's3:Get*',
      's3:List*',
      'sso:Describe*',
      'organizations:List*',
    ]),
  },
  {
    name: 'an audit',
    statements: allow([
      'cloudtrail:Describe*',
      'config:Describe*',
      'guardduty:Get*',
      'iam:GenerateCredentialReport',
      'iam:Simulate*',
      's3:GetBucketPolicy',
    ]),
  },
  { name: 'all of one service', statements: allow('s3:*') },
  {
    name: 'one bucket',
    statements: allow(['s3:GetObject', 's3:PutObject'], ['arn:aws:s3:::lake', 'arn:aws:s3:::lake/*']),
  },
  { name: 'one role to assume', statements: allow('sts:AssumeRole', `${ROLES}/deploy`) },
  { name: 'a role whose name has a star', statements: allow('sts:AssumeRole', `${ROLES}/a${REAL_STAR}`) },
  {
    name: 'keys of its own',
    statements: allow(
      ['iam:CreateAccessKey', 'iam:DeleteAccessKey', 'iam:UpdateAccessKey', 'iam:ListAccessKeys'],
      OWN_USER,
    ),
  },
  {
    name: 'a password of its own',
    statements: [
      allow(['iam:ChangePassword', 'iam:UpdateLoginProfile'], OWN_USER),
      allow('iam:GetAccountPasswordPolicy'),
    ],
  },
  { name: 'ways denied, not allowed', statements: { Effect: 'Deny', NotAction: 's3:*', Resource: '*' } },
  {
    name: 'IAM on what is not of IAM',
    statements: allow(['iam:*', 'sts:*', 'ssm:SendCommand'], 'arn:aws:s3:::lake/*'),
  },
  {
    name: 'services that take a role, without one to pass',
    statements: allow(['ec2:RunInstances', 'ecs:RunTask', 'glue:CreateJob', 'batch:SubmitJob']),
  },
  { name: 'nothing at all', statements: { Effect: 'Allow', Action: '*', NotResource: '*' } },
  {
    name: 'words that only look like them',
    statements: allow(['iam:PassRoles', 'xiam:PassRole', 'iam: PassRole', 'am:PassRole', 'iam:PassRol']),
  },
];
