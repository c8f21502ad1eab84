import {
  CreateAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  type IAMClient,
  ListPoliciesCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from './a-sandbox.ts';
import { iamClient, refusalOf } from './clients.ts';

let sandbox: Sandbox;
let iam: IAMClient;

beforeEach(async () => {
  sandbox = await aSandbox();
  iam = iamClient(sandbox);
});

const one = (rest: string) => `ValidationError 400: 1 validation error detected: ${rest}`;
const BAD_NAME =
  'ValidationError 400: The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-';

describe('user names', () => {
  test.each(['', 'bob smith', 'bob\n', 'bob/../eve', 'bób', '{{user}}', '<b>', 'bob\u202e'])(
    'refuses %j',
    async (UserName) => {
      expect(await refusalOf(iam.send(new GetUserCommand({ UserName })))).toBe(BAD_NAME);
    },
  );

  test('take every character that IAM allows, up to 128', async () => {
    const UserName = 'aZ09_+=,.@-'.padEnd(128, 'x');
    sandbox.createUser(UserName);
    const { User: user } = await iam.send(new GetUserCommand({ UserName }));
    expect(user?.UserName).toBe(UserName);
    expect(await refusalOf(iam.send(new CreateAccessKeyCommand({ UserName: `${UserName}x` })))).toBe(
      one("Value at 'userName' failed to satisfy constraint: Member must have length less than or equal to 128"),
    );
  });
});

describe('access key ids', () => {
  const lastUsed = (AccessKeyId?: string) => iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));

  test('are required', async () => {
    expect(await refusalOf(lastUsed())).toBe(
      one("Value at 'accessKeyId' failed to satisfy constraint: Member must not be null"),
    );
  });

  test('have 16 to 128 characters', async () => {
    expect(await refusalOf(lastUsed('A'.repeat(15)))).toBe(
      one("Value at 'accessKeyId' failed to satisfy constraint: Member must have length greater than or equal to 16"),
    );
    expect(await refusalOf(lastUsed('A'.repeat(129)))).toBe(
      one("Value at 'accessKeyId' failed to satisfy constraint: Member must have length less than or equal to 128"),
    );
    expect(await refusalOf(lastUsed('A'.repeat(16)))).toContain('AccessDenied');
    expect(await refusalOf(lastUsed('A'.repeat(128)))).toContain('AccessDenied');
  });

  test('have ASCII word characters only', async () => {
    expect(await refusalOf(lastUsed(`${'A'.repeat(19)}É`))).toBe(
      'ValidationError 400: The specified value for accessKeyId is invalid. It must contain only alphanumeric characters.',
    );
  });
});

test('all broken constraints are told at once', async () => {
  const refusal = await refusalOf(iam.send(new UpdateAccessKeyCommand({ AccessKeyId: 'A', Status: undefined })));
  expect(refusal).toBe(
    "ValidationError 400: 2 validation errors detected: Value at 'accessKeyId' failed to satisfy constraint: Member must have length greater than or equal to 16; Value at 'status' failed to satisfy constraint: Member must not be null",
  );
});

test('MaxItems is 1 to 1000', async () => {
  const list = (MaxItems: number) => iam.send(new ListPoliciesCommand({ MaxItems }));
  expect(await refusalOf(list(0))).toBe(
    one("Value at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1"),
  );
  expect(await refusalOf(list(1001))).toBe(
    one("Value at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000"),
  );
  expect(await refusalOf(list(1.5))).toContain('MalformedInput 400');
});
