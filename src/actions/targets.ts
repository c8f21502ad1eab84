// Whom and what changes are about: users, their keys, and the policies attached to them.
import type { Target } from './action.ts';
import { policyName } from './managed-policy.ts';

/** IAM's user names are unique ignoring case. */
function user(name: string): Target['owner'] {
  return { id: name.toLowerCase(), shown: name, plural: 'Users' };
}

/** Two new keys for one user are twins: nobody could tell which row made which. */
export function newKey({ user_name }: { user_name: string }): Target {
  return { owner: user(user_name), thing: { id: 'a new key', shown: '' }, fields: ['user_name'] };
}

export function existingKey({ user_name, access_key_id }: { user_name: string; access_key_id: string }): Target {
  return {
    owner: user(user_name),
    thing: { id: access_key_id, shown: `key …${access_key_id.slice(-4)}` },
    fields: ['user_name', 'access_key_id'],
  };
}

/** The policy is what is chosen for the user: it does not say which row it is. */
export function policyOfUser({ user_name, policy_arn }: { user_name: string; policy_arn: string }): Target {
  return {
    owner: user(user_name),
    thing: { id: policy_arn, shown: policyName(policy_arn) },
    fields: ['user_name'],
  };
}
