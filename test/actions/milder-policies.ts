// Policies of the same write-ups that give rights without making an administrator.
import {
  allow,
  EVERY_ROLE,
  type Judged,
  LEFT_WITHOUT_IAM,
  MFA,
  OWN_USER,
  ROLES,
  ROOT,
  toAdministrator,
  toCode,
  toRights,
  toUsers,
} from './judged-policy.ts';

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
  {
    name: 'everything but IAM, by a NotAction of one item',
    statements: { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' },
    warnings: [
      `it allows every action but a few (NotAction) on every resource, among them ${LEFT_WITHOUT_IAM}`,
      EVERY_ROLE,
      ROOT,
    ],
  },
  {
    name: 'everything but IAM, and one role to pass by another statement',
    statements: [
      { Effect: 'Allow', NotAction: ['iam:*', 'sts:*', '*:?pdate*', '*:Put*'], Resource: 'arn:aws:ec2:*:*:instance/*' },
      allow('iam:PassRole', `${ROLES}/app`),
    ],
    warnings: [
      'it allows every action but a few (NotAction), among them ssm:SendCommand, ' +
        'ec2-instance-connect:SendSSHPublicKey, ec2:ModifyInstanceAttribute: ways to more rights',
      toRights(
        `iam:PassRole on ${ROLES}/app with ec2:RunInstances, autoscaling:CreateAutoScalingGroup, ` +
          'autoscaling:CreateLaunchConfiguration, ec2:AssociateIamInstanceProfile, ' +
          'ec2:ReplaceIamInstanceProfileAssociation, ec2:CreateFleet and 5 more',
      ),
    ],
  },
  {
    name: 'commands beside every IAM action on a few users',
    statements: allow(['iam:*', 'ssm:StartSession'], ['arn:aws:iam::*:user/a*', 'arn:aws:ssm:*:*:*', 'arn:aws:s3:::x']),
    warnings: [
      toAdministrator('every IAM action on arn:aws:iam::*:user/a*'),
      toCode('ssm:StartSession on every resource'),
    ],
  },
  {
    name: 'one role, passed to a function under a condition of another statement',
    statements: [allow('iam:PassRole', `${ROLES}/app`), allow('lambda:CreateFunction', '*', { Condition: MFA })],
    warnings: [
      toRights(`iam:PassRole on ${ROLES}/app`),
      toRights(`iam:PassRole on ${ROLES}/app with lambda:CreateFunction, under a condition`),
    ],
  },
];
