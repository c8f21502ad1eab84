// The seven actions, in the spec's order. An eighth is one file and one line here.
import type { Action } from './action.ts';
import { attachUserPolicy } from './attach-user-policy.ts';
import { createAccessKey } from './create-access-key.ts';
import { deleteAccessKey } from './delete-access-key.ts';
import { getAccessKeyLastUsed } from './get-access-key-last-used.ts';
import { listAccessKeys } from './list-access-keys.ts';
import { listPolicies } from './list-policies.ts';
import { updateAccessKey } from './update-access-key.ts';

export const ACTIONS: readonly Action[] = [
  getAccessKeyLastUsed,
  createAccessKey,
  deleteAccessKey,
  listAccessKeys,
  updateAccessKey,
  attachUserPolicy,
  listPolicies,
];
