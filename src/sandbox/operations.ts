// The operations the sandbox knows, by their name on the wire.
import { GenerateCredentialReport, GetCredentialReport } from './credential-report-operations.ts';
import { GetGroupPolicy, GetUserPolicy, ListGroupPolicies, ListUserPolicies } from './inline-policy-operations.ts';
import {
  CreateAccessKey,
  DeleteAccessKey,
  GetAccessKeyLastUsed,
  ListAccessKeys,
  UpdateAccessKey,
} from './key-operations.ts';
import type { Operation } from './operation.ts';
import {
  AttachUserPolicy,
  GetPolicy,
  GetPolicyVersion,
  ListAttachedGroupPolicies,
  ListAttachedUserPolicies,
  ListPolicies,
} from './policy-operations.ts';
import { SimulatePrincipalPolicy } from './simulation-operations.ts';
import { AssumeRole, GetCallerIdentity } from './sts-operations.ts';
import { GetUser, ListGroupsForUser, ListUsers } from './user-operations.ts';

export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    AssumeRole,
    AttachUserPolicy,
    CreateAccessKey,
    DeleteAccessKey,
    GenerateCredentialReport,
    GetAccessKeyLastUsed,
    GetCallerIdentity,
    GetCredentialReport,
    GetGroupPolicy,
    GetPolicy,
    GetPolicyVersion,
    GetUser,
    GetUserPolicy,
    ListAccessKeys,
    ListAttachedGroupPolicies,
    ListAttachedUserPolicies,
    ListGroupPolicies,
    ListGroupsForUser,
    ListPolicies,
    ListUserPolicies,
    ListUsers,
    SimulatePrincipalPolicy,
    UpdateAccessKey,
  }),
);
