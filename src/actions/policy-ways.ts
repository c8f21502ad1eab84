// The ways to more rights that are known in public, as data. A right that AWS adds and that is one goes in here.

/** What a way is done to: a kind of thing of IAM's, or anything of another service. */
export type Target = { iam: string } | { services: readonly string[] };

/** What a way is good for, in the words of a warning. The worst stand first. */
export const SORTS = {
  rights: 'a way to more rights',
  bounds: 'a way to lift what limits rights',
  users: 'a way to act as other users',
  factor: 'a way round the second factor',
  outside: 'a way in for people from outside',
  'identity center': 'a way to rights through Identity Center, in other accounts too',
  organization: 'a way to change what limits whole accounts, or who has them',
  code: 'a way to act as roles that are in use',
} as const;
export type Sort = keyof typeof SORTS;

export interface Way {
  action: string;
  target: Target;
  sort: Sort;
  /** On everything of its kind, it makes an administrator in a call or two. */
  isGrave?: boolean;
}

/** Of IAM's own, on things such as `user`. */
const onIam = (sort: Sort, thing: string, names: string): Way[] =>
  names.split(' ').map((name) => ({ action: `iam:${name}`, target: { iam: thing }, sort }));

/** @param also services that its resources may be of, besides its own */
function on(sort: Sort, service: string, names: string, ...also: string[]): Way[] {
  const target = { services: [service, ...also] };
  return names.split(' ').map((name) => ({ action: `${service}:${name}`, target, sort }));
}

const grave = (ways: Way[]): Way[] => ways.map((way) => ({ ...way, isGrave: true }));

/** What whoever holds it needs nothing else for. In each sort, the worst stand first. */
export const WAYS: readonly Way[] = [
  ...grave([
    ...onIam('rights', 'user', 'AttachUserPolicy PutUserPolicy'),
    ...onIam('rights', 'group', 'AttachGroupPolicy PutGroupPolicy'),
    ...onIam('rights', 'role', 'AttachRolePolicy PutRolePolicy'),
    ...onIam('rights', 'policy', 'CreatePolicyVersion'),
  ]),
  ...onIam('rights', 'role', 'UpdateAssumeRolePolicy'),
  ...onIam('rights', 'group', 'AddUserToGroup'),
  ...onIam('rights', 'policy', 'SetDefaultPolicyVersion'),
  ...onIam('rights', 'instance-profile', 'AddRoleToInstanceProfile'),

  ...onIam('bounds', 'user', 'DeleteUserPermissionsBoundary PutUserPermissionsBoundary'),
  ...onIam('bounds', 'role', 'DeleteRolePermissionsBoundary PutRolePermissionsBoundary'),
  // A denial may be what is detached or deleted: AWS's quarantine of a leaked key is one.
  ...onIam('bounds', 'user', 'DetachUserPolicy DeleteUserPolicy'),
  ...onIam('bounds', 'role', 'DetachRolePolicy DeleteRolePolicy'),
  ...onIam('bounds', 'group', 'DetachGroupPolicy DeleteGroupPolicy RemoveUserFromGroup'),

  ...onIam('users', 'user', 'CreateAccessKey UpdateLoginProfile CreateLoginProfile'),
  ...onIam('users', 'user', 'CreateServiceSpecificCredential ResetServiceSpecificCredential'),

  ...onIam('factor', 'user', 'DeactivateMFADevice EnableMFADevice ResyncMFADevice'),
  ...onIam('factor', 'mfa', 'DeleteVirtualMFADevice'),

  ...onIam('outside', 'saml-provider', 'CreateSAMLProvider UpdateSAMLProvider'),
  ...onIam('outside', 'oidc-provider', 'CreateOpenIDConnectProvider UpdateOpenIDConnectProviderThumbprint'),
  ...onIam('outside', 'oidc-provider', 'AddClientIDToOpenIDConnectProvider'),

  ...on('identity center', 'sso', 'CreateAccountAssignment AttachManagedPolicyToPermissionSet'),
  ...on('identity center', 'sso', 'PutInlinePolicyToPermissionSet AttachCustomerManagedPolicyReferenceToPermissionSet'),
  ...on('identity center', 'sso', 'DeletePermissionsBoundaryFromPermissionSet PutPermissionsBoundaryToPermissionSet'),
  ...on(
    'identity center',
    'sso',
    'DeleteInlinePolicyFromPermissionSet UpdateInstanceAccessControlAttributeConfiguration',
  ),
  ...on('identity center', 'identitystore', 'CreateGroupMembership'),
  ...on('identity center', 'sso-directory', 'AddMemberToGroup UpdatePassword CreateUser'),

  ...on('organization', 'organizations', 'DetachPolicy AttachPolicy UpdatePolicy DeletePolicy DisablePolicyType'),
  ...on('organization', 'organizations', 'LeaveOrganization RemoveAccountFromOrganization MoveAccount CreateAccount'),
  ...on(
    'organization',
    'organizations',
    'InviteAccountToOrganization RegisterDelegatedAdministrator PutResourcePolicy',
  ),

  ...on('code', 'ssm', 'SendCommand StartSession', 'ec2'),
  ...on('code', 'lambda', 'UpdateFunctionCode UpdateFunctionConfiguration AddPermission'),
  ...on('code', 'cloudformation', 'UpdateStack CreateChangeSet ExecuteChangeSet SetStackPolicy UpdateStackSet'),
  ...on('code', 'ssm', 'StartAutomationExecution CreateAssociation UpdateAssociation', 'ec2'),
  ...on('code', 'ec2-instance-connect', 'SendSSHPublicKey SendSerialConsoleSSHPublicKey', 'ec2'),
  ...on('code', 'ec2', 'ModifyInstanceAttribute'),
  ...on('code', 'ecs', 'ExecuteCommand'),
  ...on('code', 'codebuild', 'UpdateProject StartBuild StartBuildBatch'),
  ...on('code', 'glue', 'UpdateDevEndpoint UpdateJob'),
  ...on('code', 'sagemaker', 'CreatePresignedNotebookInstanceUrl CreatePresignedDomainUrl'),
  ...on('code', 'sagemaker', 'UpdateNotebookInstanceLifecycleConfig'),
  ...on('code', 'datapipeline', 'PutPipelineDefinition'),
  ...on('code', 'states', 'UpdateStateMachine'),
  ...on('code', 'codestar', 'AssociateTeamMember'),
  ...on('code', 'eks', 'AssociateAccessPolicy CreateAccessEntry'),
  ...on('code', 'bedrock-agentcore', 'InvokeCodeInterpreter'),
];

export const PASSING_A_ROLE: Way = { action: 'iam:PassRole', target: { iam: 'role' }, sort: 'rights' };
export const ASSUMING_A_ROLE: Way = { action: 'sts:AssumeRole', target: { iam: 'role' }, sort: 'rights' };
/** Its resources are the roots of accounts, which have no kind. */
export const ASSUMING_ROOT = 'sts:AssumeRoot';

/** What takes a role that is passed, and does as it whatever whoever passes it wants done. The best known stand first. */
export const TAKING_A_ROLE: readonly Way[] = [
  ...on('code', 'lambda', 'CreateFunction'),
  ...on('code', 'ec2', 'RunInstances'),
  ...on('code', 'cloudformation', 'CreateStack'),
  ...on('code', 'glue', 'CreateDevEndpoint'),
  ...on('code', 'sagemaker', 'CreateNotebookInstance'),
  ...on('code', 'ecs', 'RunTask'),
  ...on('code', 'codebuild', 'CreateProject'),
  ...on('code', 'datapipeline', 'CreatePipeline'),
  ...on('code', 'codestar', 'CreateProject'),
  ...on('code', 'autoscaling', 'CreateAutoScalingGroup CreateLaunchConfiguration UpdateAutoScalingGroup', 'ec2'),
  ...on('code', 'lambda', 'UpdateFunctionConfiguration'),
  ...on('code', 'cloudformation', 'UpdateStack CreateChangeSet CreateStackSet UpdateStackSet CreateStackInstances'),
  ...on('code', 'ec2', 'AssociateIamInstanceProfile ReplaceIamInstanceProfileAssociation CreateFleet'),
  ...on('code', 'ec2', 'RequestSpotInstances RequestSpotFleet CreateLaunchTemplate CreateLaunchTemplateVersion'),
  ...on('code', 'glue', 'CreateJob UpdateJob CreateSession'),
  ...on(
    'code',
    'sagemaker',
    'CreateTrainingJob CreateProcessingJob CreateDomain CreateUserProfile UpdateNotebookInstance',
  ),
  ...on('code', 'ecs', 'RegisterTaskDefinition StartTask CreateService UpdateService'),
  ...on('code', 'codebuild', 'UpdateProject'),
  ...on('code', 'codepipeline', 'CreatePipeline UpdatePipeline'),
  ...on('code', 'scheduler', 'CreateSchedule UpdateSchedule'),
  ...on('code', 'events', 'PutTargets'),
  ...on('code', 'states', 'CreateStateMachine UpdateStateMachine'),
  ...on('code', 'batch', 'RegisterJobDefinition'),
  ...on('code', 'ssm', 'StartAutomationExecution', 'ec2'),
  ...on('code', 'apprunner', 'CreateService UpdateService'),
  ...on('code', 'elasticmapreduce', 'RunJobFlow'),
  ...on('code', 'emr-serverless', 'StartJobRun'),
  ...on('code', 'bedrock-agentcore', 'CreateCodeInterpreter'),
];
