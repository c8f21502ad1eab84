// The AWS operations this program may send: all there are. A chunk of its own, loaded with the first call, because
// importing the SDK costs more than the rest of the start together.
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListPoliciesCommand,
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
  GetAccessKeyLastUsed: GetAccessKeyLastUsedCommand,
  GetPolicy: GetPolicyCommand,
  GetPolicyVersion: GetPolicyVersionCommand,
  GetUser: GetUserCommand,
  ListAccessKeys: ListAccessKeysCommand,
  ListAttachedUserPolicies: ListAttachedUserPoliciesCommand,
  ListPolicies: ListPoliciesCommand,
  SimulatePrincipalPolicy: SimulatePrincipalPolicyCommand,
  UpdateAccessKey: UpdateAccessKeyCommand,
};

export type IamOperations = typeof iamOperations;
