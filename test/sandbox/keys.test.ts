import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  type IAMClient,
  ListAccessKeysCommand,
  type StatusType,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from './a-sandbox.ts';
import { iamClient, refusalOf } from './clients.ts';

const UNKNOWN_KEY = `AKIA${'X'.repeat(16)}`;

let sandbox: Sandbox;
let iam: IAMClient;

beforeEach(async () => {
  sandbox = await aSandbox();
  iam = iamClient(sandbox);
  sandbox.createUser('Jane');
});

describe('GetAccessKeyLastUsed', () => {
  test('tells owner, time, service and region of the last use', async () => {
    const { accessKeyId } = sandbox.createKey('Jane');
    const date = new Date('2021-06-09T04:17:00Z');
    sandbox.useKey(accessKeyId, { date, serviceName: 's3', region: 'eu-west-1' });
    const answer = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId }));
    expect(answer).toMatchObject({
      UserName: 'Jane',
      AccessKeyLastUsed: { LastUsedDate: date, ServiceName: 's3', Region: 'eu-west-1' },
    });
  });

  test('tells N/A and no date for a key never used', async () => {
    const { accessKeyId } = sandbox.createKey('Jane');
    const answer = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: accessKeyId }));
    expect(answer.AccessKeyLastUsed).toEqual({ ServiceName: 'N/A', Region: 'N/A' });
  });

  test('answers AccessDenied, not NoSuchEntity, for an unknown key', async () => {
    expect(await refusalOf(iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: UNKNOWN_KEY })))).toBe(
      `AccessDenied 403: User: arn:aws:iam::111122223333:user/incident-responder is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${UNKNOWN_KEY}`,
    );
  });

  test("records the use of the operator's own key when it signs a call", async () => {
    const before = Math.floor(Date.now() / 60_000) * 60_000;
    const answer = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: sandbox.credentials.accessKeyId }));
    expect(answer.AccessKeyLastUsed).toMatchObject({ ServiceName: 'iam', Region: 'us-east-1' });
    expect(answer.AccessKeyLastUsed?.LastUsedDate?.getTime()).toBeGreaterThanOrEqual(before);
  });
});

describe('CreateAccessKey', () => {
  test('makes an active key that signs calls', async () => {
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'Jane' }));
    expect(key).toMatchObject({ UserName: 'Jane', Status: 'Active' });
    expect(key?.AccessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(key?.SecretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    expect(sandbox.keysOf('Jane')).toEqual([{ accessKeyId: key?.AccessKeyId, status: 'Active' }]);
    const credentials = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
    const own = await iamClient(sandbox, { credentials }).send(new ListAccessKeysCommand({}));
    expect(own.AccessKeyMetadata?.map(({ AccessKeyId }) => AccessKeyId)).toEqual([key?.AccessKeyId]);
  });

  test('hands out a planted secret once, and the key works with it', async () => {
    const secret = 'planted/secret+with-<markup>&40-characters';
    sandbox.plantSecret(secret);
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'Jane' }));
    expect(key?.SecretAccessKey).toBe(secret);
    const credentials = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: secret };
    await iamClient(sandbox, { credentials }).send(new ListAccessKeysCommand({}));
    const next = await iam.send(new CreateAccessKeyCommand({ UserName: 'Jane' }));
    expect(next.AccessKey?.SecretAccessKey).not.toBe(secret);
  });

  test('finds the user ignoring case and answers with the name as it was given', async () => {
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: 'jANE' }));
    expect(key?.UserName).toBe('Jane');
  });

  test('refuses a third key, inactive ones counted', async () => {
    sandbox.createKey('Jane');
    sandbox.createKey('Jane', 'Inactive');
    expect(await refusalOf(iam.send(new CreateAccessKeyCommand({ UserName: 'Jane' })))).toBe(
      'LimitExceeded 409: Cannot exceed quota for AccessKeysPerUser: 2',
    );
    expect(sandbox.keysOf('Jane')).toHaveLength(2);
  });

  test('refuses an unknown user', async () => {
    expect(await refusalOf(iam.send(new CreateAccessKeyCommand({ UserName: 'nobody' })))).toBe(
      'NoSuchEntity 404: The user with name nobody cannot be found.',
    );
  });

  test("makes the caller's own key when no user is named", async () => {
    await iam.send(new CreateAccessKeyCommand({}));
    expect(sandbox.keysOf('incident-responder')).toHaveLength(2);
  });
});

describe('DeleteAccessKey', () => {
  test('deletes a key once; a second time it is NoSuchEntity', async () => {
    const { accessKeyId: AccessKeyId } = sandbox.createKey('Jane');
    const answer = await iam.send(new DeleteAccessKeyCommand({ UserName: 'Jane', AccessKeyId }));
    expect(Object.keys(answer)).toEqual(['$metadata']);
    expect(sandbox.key(AccessKeyId)).toBeUndefined();
    expect(sandbox.keysOf('Jane')).toEqual([]);
    expect(await refusalOf(iam.send(new DeleteAccessKeyCommand({ UserName: 'Jane', AccessKeyId })))).toBe(
      `NoSuchEntity 404: The Access Key with id ${AccessKeyId} cannot be found.`,
    );
  });

  test("does not delete another user's key", async () => {
    const { accessKeyId: AccessKeyId } = sandbox.createKey('Jane');
    const wrongUser = { UserName: sandbox.company.leakedUser, AccessKeyId };
    expect(await refusalOf(iam.send(new DeleteAccessKeyCommand(wrongUser)))).toContain('NoSuchEntity 404');
    expect(sandbox.key(AccessKeyId)).toEqual({ userName: 'Jane', status: 'Active' });
  });
});

describe('UpdateAccessKey', () => {
  const update = (AccessKeyId: string, Status: string) =>
    iam.send(new UpdateAccessKeyCommand({ UserName: 'Jane', AccessKeyId, Status: Status as StatusType }));

  test('switches a key off and on, and may be repeated', async () => {
    const { accessKeyId } = sandbox.createKey('Jane');
    const answer = await update(accessKeyId, 'Inactive');
    await update(accessKeyId, 'Inactive');
    expect(Object.keys(answer)).toEqual(['$metadata']);
    expect(sandbox.key(accessKeyId)?.status).toBe('Inactive');
    await update(accessKeyId, 'Active');
    expect(sandbox.key(accessKeyId)?.status).toBe('Active');
  });

  test('refuses a status that is none, and Expired, which only IAM sets', async () => {
    const { accessKeyId } = sandbox.createKey('Jane', 'Inactive');
    const refusal =
      "ValidationError 400: 1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum value set";
    expect(await refusalOf(update(accessKeyId, 'Bogus'))).toBe(refusal);
    expect(await refusalOf(update(accessKeyId, 'Expired'))).toBe(refusal);
    expect(sandbox.key(accessKeyId)?.status).toBe('Inactive');
  });

  test('refuses an unknown key', async () => {
    expect(await refusalOf(update(UNKNOWN_KEY, 'Active'))).toBe(
      `NoSuchEntity 404: The Access Key with id ${UNKNOWN_KEY} cannot be found.`,
    );
  });
});

describe('ListAccessKeys', () => {
  test('lists the keys in the order they were made, without secrets', async () => {
    const first = sandbox.createKey('Jane', 'Inactive');
    const second = sandbox.createKey('Jane');
    const answer = await iam.send(new ListAccessKeysCommand({ UserName: 'jane' }));
    expect(answer.AccessKeyMetadata).toEqual([
      { UserName: 'Jane', AccessKeyId: first.accessKeyId, Status: 'Inactive', CreateDate: expect.any(Date) },
      { UserName: 'Jane', AccessKeyId: second.accessKeyId, Status: 'Active', CreateDate: expect.any(Date) },
    ]);
    expect(answer.IsTruncated).toBe(false);
  });

  test('answers an empty list for a user without keys', async () => {
    const answer = await iam.send(new ListAccessKeysCommand({ UserName: 'Jane' }));
    expect(answer.AccessKeyMetadata).toEqual([]);
  });

  test('refuses an unknown user', async () => {
    expect(await refusalOf(iam.send(new ListAccessKeysCommand({ UserName: 'nobody' })))).toBe(
      'NoSuchEntity 404: The user with name nobody cannot be found.',
    );
  });
});
