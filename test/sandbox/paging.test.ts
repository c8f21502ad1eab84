import {
  AttachUserPolicyCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListPoliciesCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from './a-sandbox.ts';
import { iamClient, refusalOf } from './clients.ts';

let sandbox: Sandbox;
let iam: IAMClient;

async function start(options?: SandboxOptions): Promise<void> {
  sandbox = await aSandbox(options);
  iam = iamClient(sandbox);
}

interface Listed {
  IsTruncated?: boolean;
  Marker?: string;
}

/** Follows the pages and gives the entries of each. */
async function pagesOf<A extends Listed, T>(
  ask: (marker?: string) => Promise<A>,
  pick: (answer: A) => T[] | undefined,
) {
  const pages: T[][] = [];
  let marker: string | undefined;
  do {
    const answer = await ask(marker);
    pages.push(pick(answer) ?? []);
    expect(answer.Marker !== undefined).toBe(answer.IsTruncated);
    marker = answer.Marker;
  } while (marker);
  return pages;
}

const policyPages = (MaxItems?: number) =>
  pagesOf(
    (Marker) => iam.send(new ListPoliciesCommand({ Marker, MaxItems })),
    ({ Policies }) => Policies?.map(({ Arn }) => Arn),
  );

test('pages hold 100 entries, or as many as MaxItems asks for', async () => {
  await start();
  sandbox.load({ policies: 1500 });
  const small = await policyPages();
  const large = await policyPages(1000);
  expect(small.slice(0, -1).every((page) => page.length === 100)).toBe(true);
  expect(large.map((page) => page.length)).toEqual([1000, expect.any(Number)]);
  expect(small.flat()).toEqual(large.flat());
  expect(new Set(small.flat()).size).toBe(small.flat().length);
  expect(small.flat().length).toBeGreaterThan(1540);
});

test('pages may be shorter than MaxItems', async () => {
  await start({ pageSize: 3 });
  const pages = await pagesOf(
    (Marker) => iam.send(new ListUsersCommand({ Marker, MaxItems: 50 })),
    ({ Users }) => Users,
  );
  expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
});

test('MaxItems may be smaller than the page size', async () => {
  await start({ pageSize: 3 });
  const { Users, IsTruncated } = await iam.send(new ListUsersCommand({ MaxItems: 2 }));
  expect(Users).toHaveLength(2);
  expect(IsTruncated).toBe(true);
});

test('pages may be empty and yet not the last', async () => {
  await start({ pageSize: 1, emptyPages: true });
  const pages = await pagesOf(
    (Marker) => iam.send(new ListAccessKeysCommand({ UserName: sandbox.company.twoKeyUser, Marker })),
    ({ AccessKeyMetadata }) => AccessKeyMetadata,
  );
  expect(pages.map((page) => page.length)).toEqual([0, 1, 0, 1]);
});

test('the attached policies of a user are paged too', async () => {
  await start({ pageSize: 2 });
  const UserName = 'priya.nair';
  const pages = await pagesOf(
    (Marker) => iam.send(new ListAttachedUserPoliciesCommand({ UserName, Marker })),
    ({ AttachedPolicies }) => AttachedPolicies?.map(({ PolicyName }) => PolicyName),
  );
  expect(pages).toEqual([['DataLakeReader', 'AmazonAthenaFullAccess'], ['AmazonS3ReadOnlyAccess']]);
});

test('an entry that comes up meanwhile neither repeats nor hides another', async () => {
  await start({ pageSize: 2 });
  const UserName = 'priya.nair';
  const first = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: sandbox.company.wildcardPolicyArn }));
  const second = await iam.send(new ListAttachedUserPoliciesCommand({ UserName, Marker: first.Marker }));
  expect(second.AttachedPolicies?.map(({ PolicyName }) => PolicyName)).toEqual(['AmazonS3ReadOnlyAccess']);
});

test('refuses a marker that it did not give, changed, or gave for another list', async () => {
  await start({ pageSize: 1 });
  const { Marker: marker = '' } = await iam.send(new ListUsersCommand({}));
  const users = (Marker: string) => iam.send(new ListUsersCommand({ Marker }));
  await users(marker);
  const refusal = 'ValidationError 400: Invalid Marker.';
  expect(await refusalOf(users('100'))).toBe(refusal);
  expect(await refusalOf(users(`${marker}x`))).toBe(refusal);
  for (const last of ['A', 'B', 'C', 'D', 'Q', 'g', 'w'].filter((letter) => !marker.endsWith(letter))) {
    expect(await refusalOf(users(marker.slice(0, -1) + last))).toBe(refusal);
  }
  expect(await refusalOf(iam.send(new ListPoliciesCommand({ Marker: marker })))).toBe(refusal);
  expect(await refusalOf(users('x'.repeat(321)))).toContain('Member must have length less than or equal to 320');
});
