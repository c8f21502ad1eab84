// The AWS operations this program may send: all there are. A chunk of its own, loaded with the first call, because
// importing the SDK costs more than the rest of the start together.
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetCredentialReportCommand,
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsForUserCommand,
  ListPoliciesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  SimulatePrincipalPolicyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';

export { IAMClient } from '@aws-sdk/client-iam';
export {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  getDefaultRoleAssumerWithWebIdentity,
  STSClient,
} from '@aws-sdk/client-sts';

export const iamOperations = {
  AttachUserPolicy: AttachUserPolicyCommand,
  CreateAccessKey: CreateAccessKeyCommand,
  DeleteAccessKey: DeleteAccessKeyCommand,
  GenerateCredentialReport: GenerateCredentialReportCommand,
  GetAccessKeyLastUsed: GetAccessKeyLastUsedCommand,
  GetCredentialReport: GetCredentialReportCommand,
  GetGroupPolicy: GetGroupPolicyCommand,
  GetPolicy: GetPolicyCommand,
  GetPolicyVersion: GetPolicyVersionCommand,
  GetUser: GetUserCommand,
  GetUserPolicy: GetUserPolicyCommand,
  ListAccessKeys: ListAccessKeysCommand,
  ListAttachedGroupPolicies: ListAttachedGroupPoliciesCommand,
  ListAttachedUserPolicies: ListAttachedUserPoliciesCommand,
  ListGroupPolicies: ListGroupPoliciesCommand,
  ListGroupsForUser: ListGroupsForUserCommand,
  ListPolicies: ListPoliciesCommand,
  ListUserPolicies: ListUserPoliciesCommand,
  ListUsers: ListUsersCommand,
  SimulatePrincipalPolicy: SimulatePrincipalPolicyCommand,
  UpdateAccessKey: UpdateAccessKeyCommand,
};

export type IamOperations = typeof iamOperations;
