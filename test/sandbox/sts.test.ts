import { CreateAccessKeyCommand, GetUserCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type AssumeRoleCommandInput, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from './a-sandbox.ts';
import { iamClient, refusalOf, stsClient } from './clients.ts';

const OPERATOR = 'arn:aws:iam::111122223333:user/incident-responder';

let sandbox: Sandbox;
let now: Date;

beforeEach(async () => {
  now = new Date();
  sandbox = await aSandbox({ now: () => now });
});

const assume = (input: Partial<AssumeRoleCommandInput>, credentials = sandbox.credentials) =>
  stsClient(sandbox, { credentials }).send(
    new AssumeRoleCommand({ RoleArn: sandbox.company.responderRoleArn, RoleSessionName: 'drill', ...input }),
  );

async function sessionCredentials(input: Partial<AssumeRoleCommandInput> = {}) {
  const { Credentials: given } = await assume(input);
  return {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  };
}

const denied = (caller: string, role: string) =>
  `AccessDenied 403: User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${role}`;

describe('GetCallerIdentity', () => {
  test('tells the user of a key', async () => {
    const identity = await stsClient(sandbox).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: '111122223333', Arn: OPERATOR, UserId: expect.stringMatching(/^AIDA/) });
  });

  test('tells the role and the name of a session', async () => {
    const credentials = await sessionCredentials();
    const identity = await stsClient(sandbox, { credentials }).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({
      Account: '111122223333',
      Arn: 'arn:aws:sts::111122223333:assumed-role/responder/drill',
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:drill$/),
    });
  });
});

describe('AssumeRole', () => {
  test('gives session credentials for an hour, or as long as asked', async () => {
    const { Credentials: given, AssumedRoleUser: user } = await assume({});
    expect(given?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(user?.Arn).toBe('arn:aws:sts::111122223333:assumed-role/responder/drill');
    expect(given?.Expiration?.getTime()).toBe(Math.floor(now.getTime() / 1000) * 1000 + 3_600_000);
    const longer = await assume({ DurationSeconds: 43_200 });
    expect(longer.Credentials?.Expiration?.getTime()).toBe(Math.floor(now.getTime() / 1000) * 1000 + 43_200_000);
  });

  test('wants the external id where the role does', async () => {
    const RoleArn = sandbox.company.auditorRoleArn;
    await assume({ RoleArn, ExternalId: sandbox.company.auditorExternalId });
    expect(await refusalOf(assume({ RoleArn }))).toBe(denied(OPERATOR, RoleArn));
    expect(await refusalOf(assume({ RoleArn, ExternalId: 'another-company' }))).toBe(denied(OPERATOR, RoleArn));
  });

  test('answers an unknown role and an untrusted caller alike', async () => {
    const RoleArn = 'arn:aws:iam::111122223333:role/nosuchrole';
    expect(await refusalOf(assume({ RoleArn }))).toBe(denied(OPERATOR, RoleArn));
    sandbox.createUser('stranger');
    const stranger = sandbox.createKey('stranger');
    expect(await refusalOf(assume({}, stranger))).toBe(
      denied('arn:aws:iam::111122223333:user/stranger', sandbox.company.responderRoleArn),
    );
  });

  test('does not let a session assume the next role', async () => {
    const credentials = await sessionCredentials();
    expect(await refusalOf(assume({}, credentials))).toBe(
      denied('arn:aws:sts::111122223333:assumed-role/responder/drill', sandbox.company.responderRoleArn),
    );
  });

  test('refuses an ARN that is none', async () => {
    const RoleArn = 'arn:aws:iam::42:role/too-short-account';
    expect(await refusalOf(assume({ RoleArn }))).toBe(`ValidationError 400: ${RoleArn} is invalid`);
  });

  test('refuses other durations and session names, repeating the value as STS does', async () => {
    expect(await refusalOf(assume({ DurationSeconds: 899 }))).toBe(
      "ValidationError 400: 1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    );
    expect(await refusalOf(assume({ DurationSeconds: 43_201 }))).toContain('less than or equal to 43200');
    expect(await refusalOf(assume({ RoleSessionName: 'a b' }))).toBe(
      "ValidationError 400: 1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    );
  });
});

describe('a session', () => {
  test('calls IAM', async () => {
    const iam = iamClient(sandbox, { credentials: await sessionCredentials() });
    const { User: user } = await iam.send(new GetUserCommand({ UserName: sandbox.company.leakedUser }));
    expect(user?.UserName).toBe(sandbox.company.leakedUser);
    expect(sandbox.log.at(-1)?.caller).toBe('arn:aws:sts::111122223333:assumed-role/responder/drill');
  });

  test('is no user: where IAM would take the caller, a name must be given', async () => {
    const iam = iamClient(sandbox, { credentials: await sessionCredentials() });
    const refusal = 'ValidationError 400: Must specify userName when calling with non-User credentials';
    expect(await refusalOf(iam.send(new GetUserCommand({})))).toBe(refusal);
    expect(await refusalOf(iam.send(new CreateAccessKeyCommand({})))).toBe(refusal);
    expect(await refusalOf(iam.send(new ListAccessKeysCommand({})))).toBe(refusal);
  });

  test('expires', async () => {
    const iam = iamClient(sandbox, { credentials: await sessionCredentials({ DurationSeconds: 900 }) });
    const call = () => iam.send(new GetUserCommand({ UserName: sandbox.company.leakedUser }));
    now = new Date(now.getTime() + 899_000);
    await call();
    now = new Date(now.getTime() + 2_000);
    expect(await refusalOf(call())).toBe('ExpiredToken 403: The security token included in the request is expired');
  });

  test('is not believed without its token, or with another', async () => {
    const { sessionToken, ...keyOnly } = await sessionCredentials();
    const refusal = 'InvalidClientTokenId 403: The security token included in the request is invalid.';
    for (const credentials of [keyOnly, { ...keyOnly, sessionToken: `${sessionToken}x` }]) {
      const identity = stsClient(sandbox, { credentials }).send(new GetCallerIdentityCommand({}));
      expect(await refusalOf(identity)).toBe(refusal);
    }
  });
});
