import {
  AttachUserPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  ListAttachedUserPoliciesCommand,
  ListPoliciesCommand,
  type ListPoliciesCommandInput,
} from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from './a-sandbox.ts';
import { iamClient, refusalOf } from './clients.ts';

const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';
const DOCUMENT = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };

let sandbox: Sandbox;
let iam: IAMClient;

beforeEach(async () => {
  sandbox = await aSandbox();
  iam = iamClient(sandbox);
  sandbox.createUser('Jane');
});

describe('AttachUserPolicy', () => {
  const attach = (UserName: string, PolicyArn: string) =>
    iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));

  test('attaches, may be repeated, and finds the user ignoring case', async () => {
    const answer = await attach('jane', ADMINISTRATOR);
    await attach('Jane', ADMINISTRATOR);
    expect(Object.keys(answer)).toEqual(['$metadata']);
    expect(sandbox.attachedPolicies('Jane')).toEqual([ADMINISTRATOR]);
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: ADMINISTRATOR }));
    expect(Policy?.AttachmentCount).toBe(1);
  });

  test('refuses an eleventh policy, but not the repetition of a tenth', async () => {
    const arns = Array.from({ length: 11 }, (_, n) => sandbox.createPolicy(`Policy${n}`, DOCUMENT));
    for (const arn of arns.slice(0, 10)) await attach('Jane', arn);
    expect(await refusalOf(attach('Jane', arns[10] ?? ''))).toBe(
      'LimitExceeded 409: Cannot exceed quota for PoliciesPerUser: 10',
    );
    await attach('Jane', arns[9] ?? '');
    expect(sandbox.attachedPolicies('Jane')).toEqual(arns.slice(0, 10));
  });

  test('refuses an unknown user', async () => {
    expect(await refusalOf(attach('nobody', ADMINISTRATOR))).toBe(
      'NoSuchEntity 404: The user with name nobody cannot be found.',
    );
  });

  test('refuses a missing policy', async () => {
    const arn = 'arn:aws:iam::aws:policy/NoSuchPolicy';
    expect(await refusalOf(attach('Jane', arn))).toBe(
      `NoSuchEntity 404: Policy ${arn} does not exist or is not attachable.`,
    );
  });

  test('refuses a malformed ARN', async () => {
    expect(await refusalOf(attach('Jane', 'arn:aws:s3:::a-bucket-not-a-policy'))).toBe(
      'ValidationError 400: Invalid ARN:  Could not be parsed!',
    );
  });

  test("refuses a service-linked role's policy", async () => {
    const arn = 'arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy';
    expect(await refusalOf(attach('Jane', arn))).toContain('PolicyNotAttachable 400');
    expect(sandbox.attachedPolicies('Jane')).toEqual([]);
  });

  test('takes user names of at most 64 characters, though IAM allows 128 elsewhere', async () => {
    const longName = 'x'.repeat(65);
    sandbox.createUser(longName);
    expect(await refusalOf(attach(longName, ADMINISTRATOR))).toBe(
      "ValidationError 400: 1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64",
    );
  });
});

describe('ListPolicies', () => {
  const list = async (filters: ListPoliciesCommandInput) =>
    (await iam.send(new ListPoliciesCommand({ MaxItems: 1000, ...filters }))).Policies ?? [];

  test("tells what the spec's sample row has", async () => {
    const [policy] = (await list({ Scope: 'Local' })).filter(({ PolicyName }) => PolicyName === 'DeployPipeline');
    expect(policy).toEqual({
      Arn: 'arn:aws:iam::111122223333:policy/DeployPipeline',
      AttachmentCount: 1,
      CreateDate: expect.any(Date),
      DefaultVersionId: 'v1',
      IsAttachable: true,
      Path: '/',
      PermissionsBoundaryUsageCount: 0,
      PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
      PolicyName: 'DeployPipeline',
      UpdateDate: expect.any(Date),
    });
  });

  test('parts the policies by scope', async () => {
    const owners = async (Scope: 'AWS' | 'Local' | 'All') =>
      new Set((await list({ Scope })).map(({ Arn }) => Arn?.split(':')[4]));
    expect(await owners('AWS')).toEqual(new Set(['aws']));
    expect(await owners('Local')).toEqual(new Set([sandbox.account]));
    expect(await owners('All')).toEqual(new Set(['aws', sandbox.account]));
    expect(await list({})).toHaveLength(
      (await list({ Scope: 'AWS' })).length + (await list({ Scope: 'Local' })).length,
    );
  });

  test('lists only what is attached, on request', async () => {
    const attached = await list({ OnlyAttached: true, Scope: 'Local' });
    expect(attached.map(({ PolicyName }) => PolicyName)).toEqual(['DeployPipeline', 'DataLakeReader']);
    expect((await list({ OnlyAttached: false })).length).toBe((await list({})).length);
  });

  test('parts permissions from boundaries by the usage filter', async () => {
    const names = async (PolicyUsageFilter: 'PermissionsPolicy' | 'PermissionsBoundary') =>
      (await list({ PolicyUsageFilter })).map(({ PolicyName }) => PolicyName);
    expect(await names('PermissionsBoundary')).toEqual(['DeveloperBoundary']);
    expect(await names('PermissionsPolicy')).toContain('DataLakeReader');
    expect(await names('PermissionsPolicy')).not.toContain('DeveloperBoundary');
  });

  test('lists only a path, on request', async () => {
    const policies = await list({ PathPrefix: '/job-function/' });
    expect(policies.map(({ Arn }) => Arn)).toEqual([
      'arn:aws:iam::aws:policy/job-function/Billing',
      'arn:aws:iam::aws:policy/job-function/DatabaseAdministrator',
      'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess',
    ]);
  });

  test('refuses filters that are none', async () => {
    const bogus = { Scope: 'Mine', PolicyUsageFilter: 'Whatever' } as unknown as ListPoliciesCommandInput;
    expect(await refusalOf(iam.send(new ListPoliciesCommand(bogus)))).toBe(
      "ValidationError 400: 2 validation errors detected: Value at 'scope' failed to satisfy constraint: Member must satisfy enum value set; Value at 'policyUsageFilter' failed to satisfy constraint: Member must satisfy enum value set",
    );
  });
});

describe('GetPolicy and GetPolicyVersion', () => {
  test('tell the document that a policy was made with', async () => {
    const document = { Statement: [{ Resource: "arn:aws:s3:::a(b)*/<&>'!", Effect: 'Deny', NotAction: ['s3:*'] }] };
    const PolicyArn = sandbox.createPolicy('Strange', document, 'With <markup> & more');
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    expect(Policy).toMatchObject({
      PolicyName: 'Strange',
      Description: 'With <markup> & more',
      DefaultVersionId: 'v1',
    });
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
    );
    expect(PolicyVersion).toMatchObject({ VersionId: 'v1', IsDefaultVersion: true });
    expect(PolicyVersion?.Document).toMatch(/^[A-Za-z0-9._~%-]+$/);
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toEqual(document);
  });

  test('refuse a missing policy, a missing version and a malformed ARN', async () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/NoSuchPolicy';
    expect(await refusalOf(iam.send(new GetPolicyCommand({ PolicyArn })))).toBe(
      `NoSuchEntity 404: Policy ${PolicyArn} was not found.`,
    );
    const missingVersion = { PolicyArn: ADMINISTRATOR, VersionId: 'v99' };
    expect(await refusalOf(iam.send(new GetPolicyVersionCommand(missingVersion)))).toBe(
      `NoSuchEntity 404: Policy ${ADMINISTRATOR} version v99 does not exist or is not attachable.`,
    );
    expect(await refusalOf(iam.send(new GetPolicyCommand({ PolicyArn: 'AdministratorAccessForAll' })))).toBe(
      'ValidationError 400: Invalid ARN:  Could not be parsed!',
    );
  });
});

describe('ListAttachedUserPolicies', () => {
  test('lists names and ARNs', async () => {
    await iam.send(new AttachUserPolicyCommand({ UserName: 'Jane', PolicyArn: ADMINISTRATOR }));
    const answer = await iam.send(new ListAttachedUserPoliciesCommand({ UserName: 'jane' }));
    expect(answer.AttachedPolicies).toEqual([{ PolicyName: 'AdministratorAccess', PolicyArn: ADMINISTRATOR }]);
  });

  test('answers an empty list where nothing is attached', async () => {
    const answer = await iam.send(new ListAttachedUserPoliciesCommand({ UserName: 'Jane' }));
    expect(answer).toMatchObject({ AttachedPolicies: [], IsTruncated: false });
  });
});
