// What tests and benchmarks put into an account, beside what its company has.
import type { Account } from './account.ts';
import { KEYS_PER_USER } from './key-operations.ts';
import type { Group, KeyStatus, Policy, User } from './state.ts';

export function createKey(account: Account, userName: string, status?: KeyStatus) {
  const user = existingUser(account, userName);
  if (user.keys.length >= KEYS_PER_USER) throw new Error(`The sandbox's user ${userName} has two keys already`);
  const { accessKeyId, secretAccessKey } = account.addKey(user, { status });
  return { accessKeyId, secretAccessKey };
}

export function createGroup(
  account: Account,
  groupName: string,
  { users = [], policies = [] }: { users?: readonly string[]; policies?: readonly string[] } = {},
): void {
  const group = account.addGroup(groupName);
  for (const arn of policies) account.attach(group, existingPolicy(account, arn));
  for (const userName of users) account.join(existingUser(account, userName), group);
}

export function holderOf(account: Account, holder: { user: string } | { group: string }): User | Group {
  if ('user' in holder) return existingUser(account, holder.user);
  const group = account.group(holder.group);
  if (!group) throw new Error(`The sandbox has no group ${holder.group}`);
  return group;
}

export function load(account: Account, { users = 0, policies = 0 }: { users?: number; policies?: number }): void {
  const firstUser = account.users().length;
  for (let n = firstUser; n < firstUser + users; n += 1) {
    account.addKey(account.addUser(`loaded-user-${serial(n)}`));
  }
  const firstPolicy = account.policies.size;
  const Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::loaded-bucket/*' };
  for (let n = firstPolicy; n < firstPolicy + policies; n += 1) {
    account.addPolicy({ policyName: `LoadedPolicy${serial(n)}`, document: { Version: '2012-10-17', Statement } });
  }
}

function serial(n: number): string {
  return String(n).padStart(5, '0');
}

export function existingUser(account: Account, userName: string): User {
  const user = account.user(userName);
  if (!user) throw new Error(`The sandbox has no user ${userName}`);
  return user;
}

export function existingPolicy(account: Account, arn: string): Policy {
  const policy = account.policies.get(arn);
  if (!policy) throw new Error(`The sandbox has no policy ${arn}`);
  return policy;
}
