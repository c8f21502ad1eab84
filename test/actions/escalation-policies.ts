// Policies that public write-ups of privilege escalation in IAM describe, in our own words, and what each must give:
// those that make an administrator. The write-ups: Rhino Security Labs' methods, Bishop Fox's IAM Vulnerable,
// Hacking the Cloud, and AWS's own pages.
import {
  allow,
  EVERY_ROLE,
  EVERYTHING,
  type Judged,
  LEFT_WITHOUT_IAM,
  MFA,
  OWN_USER,
  ROLES,
  ROOT,
  toAdministrator,
  toCode,
  toRights,
} from './judged-policy.ts';

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
  {
    name: 'all but one service, by NotAction',
    statements: { Effect: 'Allow', NotAction: ['s3:*'], Resource: '*' },
    grave: [toAdministrator('every IAM action on every resource')],
    warnings: [
      `it allows every action but a few (NotAction) on every resource, among them ${LEFT_WITHOUT_IAM}`,
      EVERY_ROLE,
      ROOT,
    ],
  },
  {
    name: 'every action on all of IAM',
    statements: allow('*', 'arn:aws:iam::*:*'),
    grave: [toAdministrator('every IAM action on every resource')],
    warnings: ['it allows every action', EVERY_ROLE, ROOT],
  },
  {
    name: 'each service by its first letter',
    statements: allow(Array.from('abcdefghijklmnopqrstuvwxyz', (letter) => `${letter}*`)),
    grave: [toAdministrator('every IAM action on every resource')],
    warnings: [
      EVERY_ROLE,
      ROOT,
      'it allows sso:CreateAccountAssignment, sso:AttachManagedPolicyToPermissionSet, ' +
        'sso:PutInlinePolicyToPermissionSet, sso:AttachCustomerManagedPolicyReferenceToPermissionSet, ' +
        'sso:DeletePermissionsBoundaryFromPermissionSet, sso:PutPermissionsBoundaryToPermissionSet and 6 more ' +
        'on every resource: a way to rights through Identity Center, in other accounts too',
      'it allows organizations:DetachPolicy, organizations:AttachPolicy, organizations:UpdatePolicy, ' +
        'organizations:DeletePolicy, organizations:DisablePolicyType, organizations:LeaveOrganization and 6 more ' +
        'on every resource: a way to change what limits whole accounts, or who has them',
      toCode(
        'ssm:SendCommand, ssm:StartSession, lambda:UpdateFunctionCode, lambda:UpdateFunctionConfiguration, ' +
          'lambda:AddPermission, cloudformation:UpdateStack and 25 more on every resource',
      ),
    ],
  },
];
