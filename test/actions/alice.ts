// A user as IAM describes her, for the plans that a person reads.
import {
  GetAccessKeyLastUsedCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import type { MockedIam } from './mock-aws.ts';

export const ALICE_KEY = 'AKIAALICEALICEALI001';
export const ALICE_OTHER_KEY = 'AKIAALICEALICEALI002';

export interface KeyOfAlice {
  id: string;
  status?: 'Active' | 'Inactive';
  /** Never when absent. */
  lastUse?: Date;
}

const CREATED = minutesAgo(80 * 24 * 60);

/** Sets up everything that a plan reads about `alice`. */
export function thereIsAlice(
  iam: MockedIam,
  { keys = [{ id: ALICE_KEY }], policies = [] }: { keys?: KeyOfAlice[]; policies?: string[] } = {},
): void {
  thereArePolicies(
    iam,
    policies.map((name) => ({ arn: awsPolicy(name), allows: 's3:GetObject' })),
  );
  iam.on(GetUserCommand, { UserName: 'alice' }).resolves({
    User: {
      UserName: 'alice',
      UserId: 'AIDAALICEALICEALICE01',
      Arn: 'arn:aws:iam::111122223333:user/alice',
      Path: '/',
      CreateDate: CREATED,
    },
  });
  iam.on(ListAccessKeysCommand, { UserName: 'alice' }).resolves({
    AccessKeyMetadata: keys.map(({ id, status = 'Active' }) => ({
      UserName: 'alice',
      AccessKeyId: id,
      Status: status,
      CreateDate: CREATED,
    })),
    IsTruncated: false,
  });
  for (const { id, lastUse } of keys) {
    iam.on(GetAccessKeyLastUsedCommand, { AccessKeyId: id }).resolves({
      UserName: 'alice',
      AccessKeyLastUsed: {
        LastUsedDate: lastUse,
        ServiceName: lastUse ? 's3' : 'N/A',
        Region: lastUse ? 'eu-west-1' : 'N/A',
      },
    });
  }
  iam.on(ListAttachedUserPoliciesCommand, { UserName: 'alice' }).resolves({
    AttachedPolicies: policies.map((name) => ({ PolicyName: name, PolicyArn: awsPolicy(name) })),
    IsTruncated: false,
  });
  iam.on(ListGroupsForUserCommand).resolves({ Groups: [], IsTruncated: false });
  iam.on(ListUserPoliciesCommand).resolves({ PolicyNames: [], IsTruncated: false });
}

/** Attaches these to `alice`, in place of what she had: customer policies with documents. */
export function aliceHas(iam: MockedIam, policies: { arn: string; allows: string | string[]; on?: string }[]): void {
  thereArePolicies(iam, policies);
  iam.on(ListAttachedUserPoliciesCommand, { UserName: 'alice' }).resolves({
    AttachedPolicies: policies.map(({ arn }) => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn })),
    IsTruncated: false,
  });
}

export function awsPolicy(name: string): string {
  return `arn:aws:iam::aws:policy/${name}`;
}

function thereArePolicies(iam: MockedIam, policies: { arn: string; allows: string | string[]; on?: string }[]): void {
  for (const { arn, allows: Action, on: Resource = '*' } of policies) {
    const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] };
    iam.on(GetPolicyCommand, { PolicyArn: arn }).resolves({ Policy: { Arn: arn, DefaultVersionId: 'v1' } });
    iam.on(GetPolicyVersionCommand, { PolicyArn: arn, VersionId: 'v1' }).resolves({
      PolicyVersion: { Document: encodeURIComponent(JSON.stringify(document)), VersionId: 'v1' },
    });
  }
}

export function minutesAgo(minutes: number): Date {
  return new Date(Date.now() - minutes * 60_000);
}
