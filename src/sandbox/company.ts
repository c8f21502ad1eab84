// The company the sandbox starts with: a few people and machines, and a deploy key that has leaked. Every date is
// relative to its founding: the leak was four minutes before.

import type { Account } from './account.ts';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import { allowing, customerPolicies } from './customer-policies.ts';
import type { NewKey } from './given.ts';
import { type Group, type KeyUse, type Policy, toMinute, type User } from './state.ts';

/** What demo and tests need to know of the company. */
export interface Company {
  leakedKeyId: string;
  leakedUser: string;
  twoKeyUser: string;
  neverUsedKeyId: string;
  neverUsedUser: string;
  keylessUser: string;
  responderRoleArn: string;
  auditorRoleArn: string;
  auditorExternalId: string;
  wildcardPolicyArn: string;
}

export const OPERATOR_NAME = 'incident-responder';

const LEAKED_USER = 'ci-deploy';
const TWO_KEY_USER = 'maria.lindqvist';
const NEVER_USED_USER = 'backup-runner';
const KEYLESS_USER = 'tom.okafor';
const AUDITOR_EXTERNAL_ID = 'northwind-audit';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/**
 * @param operatorKey the key that the operator is to have, in place of a new one
 * @returns the operator's user, who has a key
 */
export function foundCompany(account: Account, operatorKey?: Pick<NewKey, 'accessKeyId' | 'secret'>): User {
  for (const policy of customerPolicies()) account.addPolicy({ ...policy, createDate: before(account, policy.age) });
  for (const policy of awsManagedPolicies()) account.addPolicy(policy);
  const operator = hireOperator(account, operatorKey);
  hireMachines(account);
  hirePeople(account);
  openRoles(account, operator);
  formGroups(account);
  return operator;
}

export function describeCompany(account: Account): Company {
  return {
    leakedKeyId: firstKeyId(account, LEAKED_USER),
    leakedUser: LEAKED_USER,
    twoKeyUser: TWO_KEY_USER,
    neverUsedKeyId: firstKeyId(account, NEVER_USED_USER),
    neverUsedUser: NEVER_USED_USER,
    keylessUser: KEYLESS_USER,
    responderRoleArn: `arn:aws:iam::${account.id}:role/responder`,
    auditorRoleArn: `arn:aws:iam::${account.id}:role/auditor`,
    auditorExternalId: AUDITOR_EXTERNAL_ID,
    wildcardPolicyArn: policyNamed(account, 'LegacyBuildTools').arn,
  };
}

function hireOperator(account: Account, key: Parameters<typeof foundCompany>[1]): User {
  const operator = account.addUser(OPERATOR_NAME, { createDate: before(account, 210 * DAY) });
  account.addKey(operator, { ...key, createDate: before(account, 30 * DAY) });
  account.attach(operator, policyNamed(account, 'IAMFullAccess'));
  account.attach(operator, policyNamed(account, 'SecurityAudit'));
  return operator;
}

function hireMachines(account: Account): void {
  const deploy = account.addUser(LEAKED_USER, { createDate: before(account, 2 * YEAR + 3 * DAY) });
  account.addKey(deploy, {
    createDate: before(account, 2 * YEAR),
    // Nobody of the company is there, and a deploy has no business with iam.
    lastUse: use(account, 4 * MINUTE, 'iam', 'ap-southeast-3'),
  });
  account.attach(deploy, policyNamed(account, 'DeployPipeline'));

  const backup = account.addUser(NEVER_USED_USER, { path: '/service/', createDate: before(account, 150 * DAY) });
  account.addKey(backup, { createDate: before(account, 150 * DAY) });
}

function hirePeople(account: Account): void {
  const maria = account.addUser(TWO_KEY_USER, {
    createDate: before(account, 3 * YEAR),
    passwordLastUsed: before(account, 20 * HOUR),
  });
  account.addKey(maria, {
    status: 'Inactive',
    createDate: before(account, 3 * YEAR),
    lastUse: use(account, 412 * DAY, 'ec2', 'eu-west-1'),
  });
  account.addKey(maria, {
    createDate: before(account, 410 * DAY),
    lastUse: use(account, 22 * HOUR, 's3', 'eu-west-1'),
  });

  account.addUser(KEYLESS_USER, {
    createDate: before(account, 500 * DAY),
    passwordLastUsed: before(account, 3 * DAY),
  });

  const priya = account.addUser('priya.nair', {
    createDate: before(account, 320 * DAY),
    passwordLastUsed: before(account, 5 * HOUR),
  });
  account.addKey(priya, {
    createDate: before(account, 80 * DAY),
    lastUse: use(account, 2 * HOUR, 'athena', 'eu-west-1'),
  });
  for (const name of ['AmazonAthenaFullAccess', 'AmazonS3ReadOnlyAccess', 'DataLakeReader']) {
    account.attach(priya, policyNamed(account, name));
  }
  account.setBoundary(priya, policyNamed(account, 'DeveloperBoundary'));

  const jonas = account.addUser('jonas.weber', { createDate: before(account, 700 * DAY) });
  account.addKey(jonas, {
    createDate: before(account, 340 * DAY),
    lastUse: use(account, 12 * DAY, 'ce', 'us-east-1'),
  });
  account.attach(jonas, policyNamed(account, 'Billing'));
}

function formGroups(account: Account): void {
  const admins = account.addGroup('admins', { createDate: before(account, 3 * YEAR) });
  account.attach(admins, policyNamed(account, 'IAMFullAccess'));
  const developers = account.addGroup('developers', { createDate: before(account, 3 * YEAR) });
  account.attach(developers, policyNamed(account, 'DataLakeReader'));
  account.putPolicy(developers, {
    policyName: 'own-sandbox',
    document: allowing(['cloudformation:DescribeStacks', 'logs:GetLogEvents']),
  });
  // In finance by what is attached to him, and an administrator by a group that nobody looks at.
  join(account, 'jonas.weber', admins);
  join(account, 'priya.nair', developers);
  join(account, TWO_KEY_USER, developers);
  account.putPolicy(existingUser(account, 'priya.nair'), {
    policyName: 'athena-results',
    document: allowing(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::northwind-athena/*'),
  });
}

function join(account: Account, userName: string, group: Group): void {
  account.join(existingUser(account, userName), group);
}

function existingUser(account: Account, userName: string): User {
  const user = account.user(userName);
  if (!user) throw new Error(`The company has no user ${userName}`);
  return user;
}

function openRoles(account: Account, operator: User): void {
  account.addRole('responder', { trustedArns: [operator.arn] });
  account.addRole('auditor', { trustedArns: [operator.arn], externalId: AUDITOR_EXTERNAL_ID });
}

function before(account: Account, ms: number): Date {
  return new Date(account.now().getTime() - ms);
}

function use(account: Account, age: number, serviceName: string, region: string): KeyUse {
  return { date: toMinute(before(account, age)), serviceName, region };
}

function policyNamed(account: Account, policyName: string): Policy {
  for (const policy of account.policies.values()) if (policy.policyName === policyName) return policy;
  throw new Error(`The company has no policy ${policyName}`);
}

function firstKeyId(account: Account, userName: string): string {
  const key = account.user(userName)?.keys[0];
  if (!key) throw new Error(`The company's ${userName} has no key`);
  return key.accessKeyId;
}
