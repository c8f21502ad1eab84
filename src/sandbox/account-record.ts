// What is kept of an account, as JSON: all but AWS's own policies, which come from the code, and the sessions, whose
// credentials never leave the process that was given them. Dates are ISO texts, things that others belong to are ARNs.
import * as z from 'zod';
import { Account } from './account.ts';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import { OPERATOR_NAME } from './company.ts';
import type { NewPolicy } from './given.ts';
import { KEYS_PER_USER } from './key-operations.ts';
import type { AccessKey, Group, Policy, User } from './state.ts';

/** To be raised with every change of the schema. */
const RECORD_VERSION = 2;
/** Those that can be read: of the first, nobody was in a group, and no policy was inline. */
export const KNOWN_VERSIONS: ReadonlySet<number> = new Set([1, RECORD_VERSION]);

const date = z.iso.datetime().transform((text) => new Date(text));
const sequence = z.int().positive();
const path = z.string().regex(/^\/([\x21-\x7e]+\/)?$/);
const name = z.string().regex(/^[\w+=,.@-]{1,128}$/);

const keySchema = z.strictObject({
  accessKeyId: z.string().regex(/^AKIA[A-Z2-7]{16}$/),
  secret: z.string().min(1),
  status: z.enum(['Active', 'Inactive']),
  createDate: date,
  lastUse: z.strictObject({ date, serviceName: z.string(), region: z.string() }).optional(),
  sequence,
});

const inlinePoliciesSchema = z
  .array(z.strictObject({ policyName: name, document: z.record(z.string(), z.unknown()), sequence }))
  .default([]);

const groupSchema = z.strictObject({
  groupName: name,
  path,
  groupId: z.string().regex(/^AGPA[A-Z2-7]{17}$/),
  createDate: date,
  attachedPolicies: z.array(z.string()),
  inlinePolicies: inlinePoliciesSchema,
  sequence,
});

const userSchema = z.strictObject({
  userName: name,
  path,
  userId: z.string().regex(/^AIDA[A-Z2-7]{17}$/),
  createDate: date,
  passwordLastUsed: date.optional(),
  keys: z.array(keySchema).max(KEYS_PER_USER),
  attachedPolicies: z.array(z.string()),
  inlinePolicies: inlinePoliciesSchema,
  /** By name. */
  groups: z.array(name).default([]),
  boundary: z.string().optional(),
  sequence,
});

const policySchema = z.strictObject({
  policyName: name,
  path,
  policyId: z.string().regex(/^ANPA[A-Z2-7]{17}$/),
  description: z.string().optional(),
  createDate: date,
  updateDate: date,
  defaultVersionId: z.string().regex(/^v[1-9][0-9]*$/),
  document: z.record(z.string(), z.unknown()),
  sequence,
});

const roleSchema = z.strictObject({
  roleName: name,
  roleId: z.string().regex(/^AROA[A-Z2-7]{17}$/),
  trustedArns: z.array(z.string()),
  externalId: z.string().optional(),
});

const recordSchema = z.strictObject({
  version: z.literal([...KNOWN_VERSIONS]),
  accountId: z.string().regex(/^\d{12}$/),
  lastSequence: sequence,
  users: z.array(userSchema),
  groups: z.array(groupSchema).default([]),
  policies: z.array(policySchema),
  roles: z.array(roleSchema),
});

/** The whole text of the file. */
export function recordOf(account: Account): string {
  const record = {
    version: RECORD_VERSION,
    accountId: account.id,
    lastSequence: account.sequence,
    users: account.users().map(recordOfUser),
    groups: account.groups().map(recordOfGroup),
    policies: [...account.policies.values()].filter((policy) => !policy.isAwsManaged).map(recordOfPolicy),
    roles: [...account.roles.values()].map(({ arn: _, ...role }) => role),
  };
  return `${JSON.stringify(record)}\n`;
}

function recordOfUser({ arn: _, keys, attachedPolicies, groups, boundary, ...user }: User) {
  return {
    ...user,
    keys: keys.map(recordOfKey),
    attachedPolicies: attachedPolicies.map((policy) => policy.arn),
    groups: groups.map(({ groupName }) => groupName),
    boundary: boundary?.arn,
  };
}

function recordOfGroup({ arn: _, attachedPolicies, ...group }: Group) {
  return { ...group, attachedPolicies: attachedPolicies.map((policy) => policy.arn) };
}

function recordOfKey({ user: _, secretAccessKey: secret, ...key }: AccessKey) {
  return { ...key, secret };
}

function recordOfPolicy({ arn: _, isAwsManaged: _no, attachmentCount: _a, boundaryCount: _b, ...policy }: Policy) {
  return policy;
}

/** Which version wrote it. @returns undefined for what is no record at all */
export function versionOf(text: string): number | undefined {
  try {
    return z.looseObject({ version: z.number() }).parse(JSON.parse(text)).version;
  } catch {
    return undefined;
  }
}

/** @throws Error for a record that is not whole, or whose parts do not fit together */
export function accountOf(text: string, now: () => Date): Account {
  const record = recordSchema.parse(JSON.parse(text));
  const account = new Account(record.accountId, now, record.lastSequence);
  const policies: (NewPolicy & { sequence: number })[] = [...record.policies, ...awsManagedPolicies()];
  // A listing is in this order.
  for (const policy of policies.sort((a, b) => a.sequence - b.sequence)) account.addPolicy(policy);
  for (const { roleName, ...role } of record.roles) account.addRole(roleName, role);
  for (const { groupName, attachedPolicies, inlinePolicies, ...kept } of record.groups) {
    const group = account.addGroup(groupName, kept);
    for (const arn of attachedPolicies) account.attach(group, policyOf(arn, account));
    for (const policy of inlinePolicies) account.putPolicy(group, policy);
  }
  for (const { userName, keys, attachedPolicies, inlinePolicies, groups, boundary, ...kept } of record.users) {
    const user = account.addUser(userName, kept);
    for (const key of keys) account.addKey(user, key);
    for (const arn of attachedPolicies) account.attach(user, policyOf(arn, account));
    for (const policy of inlinePolicies) account.putPolicy(user, policy);
    for (const groupName of groups) account.join(user, groupOf(groupName, account));
    if (boundary !== undefined) account.setBoundary(user, policyOf(boundary, account));
  }
  if (!operatorKeyOf(account)) throw new Error(`${OPERATOR_NAME} has no active key`);
  return account;
}

function policyOf(arn: string, account: Account): Policy {
  const policy = account.policies.get(arn);
  if (!policy) throw new Error(`there is no policy ${arn}`);
  return policy;
}

function groupOf(groupName: string, account: Account): Group {
  const group = account.group(groupName);
  if (!group) throw new Error(`there is no group ${groupName}`);
  return group;
}

/** The key that the program signs with. */
export function operatorKeyOf(account: Account): AccessKey | undefined {
  return account.user(OPERATOR_NAME)?.keys.find(({ status }) => status === 'Active');
}
