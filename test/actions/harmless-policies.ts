// Policies that give no way to more rights, some of which look as if they did.
import { allow, type Judged, OWN_USER, REAL_STAR, ROLES } from './judged-policy.ts';

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
  { name: 'services that merely begin with a letter', statements: allow(['a*', 'c?oudf*ront:*']) },
];
