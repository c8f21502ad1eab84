import {
  CreateAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test } from 'vitest';
import type { LogEntry, Sandbox } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from './a-sandbox.ts';
import { iamClient, refusalOf, stsClient } from './clients.ts';

const OPERATOR = 'arn:aws:iam::111122223333:user/incident-responder';

let sandbox: Sandbox;
let iam: IAMClient;

beforeEach(async () => {
  sandbox = await aSandbox();
  iam = iamClient(sandbox);
});

describe('the log', () => {
  test('tells in order what was carried out and what was refused', async () => {
    const answer = await iam.send(new ListAccessKeysCommand({ UserName: 'ci-deploy', MaxItems: 5 }));
    await refusalOf(iam.send(new GetUserCommand({ UserName: 'nobody' })));
    expect(sandbox.log).toEqual([
      {
        operation: 'ListAccessKeys',
        parameters: { UserName: 'ci-deploy', MaxItems: '5' },
        caller: OPERATOR,
        requestId: answer.$metadata.requestId,
        outcome: 'done',
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
      expect.objectContaining({ operation: 'GetUser', caller: OPERATOR, outcome: 'refused', code: 'NoSuchEntity' }),
    ]);
  });

  test('tells whose key a badly signed request named', async () => {
    const credentials = { ...sandbox.credentials, secretAccessKey: 'wrong' };
    await refusalOf(iamClient(sandbox, { credentials }).send(new GetUserCommand({})));
    expect(sandbox.log).toMatchObject([{ caller: OPERATOR, outcome: 'refused', code: 'SignatureDoesNotMatch' }]);
  });

  test('never holds a secret', async () => {
    sandbox.plantSecret('planted-secret');
    sandbox.createUser('Jane');
    await iam.send(new CreateAccessKeyCommand({ UserName: 'Jane' }));
    const { Credentials: given } = await stsClient(sandbox).send(
      new AssumeRoleCommand({ RoleArn: sandbox.company.responderRoleArn, RoleSessionName: 'drill' }),
    );
    const credentials = {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
    await iamClient(sandbox, { credentials }).send(new GetUserCommand({ UserName: 'Jane' }));
    const entries: readonly LogEntry[] = sandbox.log;
    const log = JSON.stringify(entries);
    expect(log).toContain('CreateAccessKey');
    for (const secret of ['planted-secret', credentials.secretAccessKey, credentials.sessionToken]) {
      expect(log).not.toContain(secret);
    }
    expect(log).not.toContain(sandbox.credentials.secretAccessKey);
  });
});

describe('an action denied to the operator', () => {
  const getUser = (client = iam) => client.send(new GetUserCommand({ UserName: 'ci-deploy' }));

  test('is AccessDenied in words of IAM, until it is allowed again', async () => {
    sandbox.deny('iam:GetUser');
    expect(await refusalOf(getUser())).toBe(
      `AccessDenied 403: User: ${OPERATOR} is not authorized to perform: iam:GetUser on resource: user ci-deploy because no identity-based policy allows the iam:GetUser action`,
    );
    sandbox.allow('iam:GetUser');
    await getUser();
  });

  test('says so when a policy denies it explicitly', async () => {
    sandbox.deny('iam:GetAccessKeyLastUsed', true);
    const { leakedKeyId: AccessKeyId } = sandbox.company;
    expect(await refusalOf(iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId })))).toBe(
      `AccessDenied 403: User: ${OPERATOR} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${AccessKeyId} with an explicit deny in an identity-based policy`,
    );
  });

  test('may include assuming a role', async () => {
    sandbox.deny('sts:AssumeRole');
    const RoleArn = sandbox.company.responderRoleArn;
    const call = stsClient(sandbox).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'drill' }));
    expect(await refusalOf(call)).toContain(
      `User: ${OPERATOR} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
    );
  });

  test('is not denied to others', async () => {
    sandbox.deny('iam:GetUser');
    sandbox.createUser('Jane');
    await getUser(iamClient(sandbox, { credentials: sandbox.createKey('Jane') }));
  });

  test('has to exist', () => {
    expect(() => sandbox.deny('iam:GetUsers')).toThrow('iam:GetUsers');
    expect(() => sandbox.allow('s3:GetObject')).toThrow('s3:GetObject');
  });
});
