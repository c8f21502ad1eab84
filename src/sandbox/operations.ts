// The operations the sandbox knows, by their name on the wire.
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
  ListAttachedUserPolicies,
  ListPolicies,
} from './policy-operations.ts';
import { SimulatePrincipalPolicy } from './simulation-operations.ts';
import { AssumeRole, GetCallerIdentity } from './sts-operations.ts';
import { GetUser, ListUsers } from './user-operations.ts';

export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    AssumeRole,
    AttachUserPolicy,
    CreateAccessKey,
    DeleteAccessKey,
    GetAccessKeyLastUsed,
    GetCallerIdentity,
    GetPolicy,
    GetPolicyVersion,
    GetUser,
    ListAccessKeys,
    ListAttachedUserPolicies,
    ListPolicies,
    ListUsers,
    SimulatePrincipalPolicy,
    UpdateAccessKey,
  }),
);
