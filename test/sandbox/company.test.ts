import {
  GetAccessKeyLastUsedCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListPoliciesCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { iamClient } from './clients.ts';

const DAY = 24 * 60 * 60_000;

let sandbox: Sandbox;
let iam: IAMClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  iam = iamClient(sandbox);
});
afterAll(() => sandbox.close());

const lastUse = (AccessKeyId: string) => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
const keysOf = async (UserName: string) =>
  (await iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata ?? [];
const age = (date?: Date) => Date.now() - (date?.getTime() ?? Number.NaN);

describe('the company', () => {
  test('has a deploy key, two years old, in use from an odd region minutes ago', async () => {
    const { leakedKeyId, leakedUser } = sandbox.company;
    const { UserName, AccessKeyLastUsed: use } = await lastUse(leakedKeyId);
    expect(UserName).toBe(leakedUser);
    expect(use).toMatchObject({ ServiceName: 'iam', Region: 'ap-southeast-3' });
    expect(age(use?.LastUsedDate)).toBeGreaterThan(3 * 60_000);
    expect(age(use?.LastUsedDate)).toBeLessThan(6 * 60_000);
    const [key, ...others] = await keysOf(leakedUser);
    expect(others).toEqual([]);
    expect(key).toMatchObject({ AccessKeyId: leakedKeyId, Status: 'Active' });
    expect(age(key?.CreateDate)).toBeGreaterThan(700 * DAY);
  });

  test('has a user with two keys, one of them off and stale', async () => {
    const keys = await keysOf(sandbox.company.twoKeyUser);
    expect(keys.map(({ Status }) => Status)).toEqual(['Inactive', 'Active']);
    const { AccessKeyLastUsed: use } = await lastUse(keys[0]?.AccessKeyId ?? '');
    expect(age(use?.LastUsedDate)).toBeGreaterThan(365 * DAY);
  });

  test('has a key never used and a user without keys', async () => {
    const { neverUsedKeyId, neverUsedUser, keylessUser } = sandbox.company;
    const { UserName, AccessKeyLastUsed: use } = await lastUse(neverUsedKeyId);
    expect(UserName).toBe(neverUsedUser);
    expect(use).toEqual({ ServiceName: 'N/A', Region: 'N/A' });
    expect(await keysOf(keylessUser)).toEqual([]);
  });

  test('has a policy that grants everything under a harmless name, one that denies, one with NotAction', async () => {
    const document = async (PolicyArn: string) => {
      const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
      return JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''));
    };
    expect((await document(sandbox.company.wildcardPolicyArn)).Statement[0]).toMatchObject({
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
    });
    const { Policies } = await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
    const documents = JSON.stringify(await Promise.all((Policies ?? []).map(({ Arn }) => document(Arn ?? ''))));
    expect(documents).toContain('"Effect":"Deny"');
    expect(documents).toContain('"NotAction"');
  });

  test('knows about forty policies of AWS by their real ARNs, each with a document', async () => {
    const { Policies: policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: 'AWS' }));
    expect(policies.length).toBeGreaterThanOrEqual(40);
    expect(policies.map(({ Arn }) => Arn)).toEqual(
      expect.arrayContaining([
        'arn:aws:iam::aws:policy/AdministratorAccess',
        'arn:aws:iam::aws:policy/ReadOnlyAccess',
        'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV2',
        'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3',
        'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV4',
        'arn:aws:iam::aws:policy/job-function/Billing',
        'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      ]),
    );
    for (const { Arn: PolicyArn, DefaultVersionId: VersionId, CreateDate } of policies) {
      expect(CreateDate?.getTime()).toBeGreaterThan(Date.parse('2014-01-01'));
      const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
      const { Statement } = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''));
      expect(Statement[0].Action ?? Statement[0].NotAction).toBeTruthy();
    }
  });

  test('has other keys and secrets each time it starts', async () => {
    const other = await startSandbox();
    expect(other.company.leakedKeyId).not.toBe(sandbox.company.leakedKeyId);
    expect(other.credentials.secretAccessKey).not.toBe(sandbox.credentials.secretAccessKey);
    await other.close();
  });
});

describe('a sandbox without the company', () => {
  test('has the operator alone, and says that there is no company', async () => {
    const bare = await startSandbox({ company: false });
    const client = iamClient(bare);
    expect((await client.send(new GetUserCommand({}))).User?.UserName).toBe('incident-responder');
    expect((await client.send(new ListPoliciesCommand({}))).Policies).toEqual([]);
    expect(() => bare.company).toThrow('without the company');
    await bare.close();
  });
});

describe('loading more', () => {
  test('adds users with a key each and policies, and may be repeated', async () => {
    const bare = await startSandbox({ company: false });
    bare.load({ users: 2, policies: 3 });
    bare.load({ users: 1, policies: 1 });
    const { Policies } = await iamClient(bare).send(new ListPoliciesCommand({ Scope: 'Local' }));
    expect(new Set(Policies?.map(({ Arn }) => Arn)).size).toBe(4);
    for (const name of ['loaded-user-00001', 'loaded-user-00002', 'loaded-user-00003']) {
      expect(bare.keysOf(name)).toHaveLength(1);
    }
    await bare.close();
  });

  test('refuses what cannot be: a second user of a name, a third key, a key for nobody', () => {
    sandbox.createUser('Jane');
    expect(() => sandbox.createUser('jane')).toThrow('already');
    sandbox.createKey('Jane');
    sandbox.createKey('Jane');
    expect(() => sandbox.createKey('Jane')).toThrow('two keys');
    expect(() => sandbox.createKey('nobody')).toThrow('nobody');
  });
});
