import { GetUserCommand, type IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { beforeEach, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from './a-sandbox.ts';
import { iamClient, refusalOf } from './clients.ts';

let sandbox: Sandbox;
let iam: IAMClient;

beforeEach(async () => {
  sandbox = await aSandbox();
  iam = iamClient(sandbox);
});

test('tells a user, found ignoring case, with its path in the ARN', async () => {
  const { User: user } = await iam.send(new GetUserCommand({ UserName: 'BACKUP-runner' }));
  expect(user).toEqual({
    Path: '/service/',
    UserName: 'backup-runner',
    UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
    Arn: 'arn:aws:iam::111122223333:user/service/backup-runner',
    CreateDate: expect.any(Date),
  });
});

test('tells the permissions boundary of one user, and not in the list', async () => {
  const { User: user } = await iam.send(new GetUserCommand({ UserName: 'priya.nair' }));
  expect(user?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(
    'arn:aws:iam::111122223333:policy/boundaries/DeveloperBoundary',
  );
  const { Users: users } = await iam.send(new ListUsersCommand({}));
  expect(users?.find(({ UserName }) => UserName === 'priya.nair')).not.toHaveProperty('PermissionsBoundary');
});

test('tells the caller when no user is named', async () => {
  const { User: user } = await iam.send(new GetUserCommand({}));
  expect(user?.UserName).toBe('incident-responder');
});

test('refuses an unknown user', async () => {
  expect(await refusalOf(iam.send(new GetUserCommand({ UserName: 'nobody' })))).toBe(
    'NoSuchEntity 404: The user with name nobody cannot be found.',
  );
});

test('lists users, or those of a path', async () => {
  const all = await iam.send(new ListUsersCommand({}));
  expect(all.Users?.map(({ UserName }) => UserName)).toEqual(
    expect.arrayContaining(['incident-responder', 'ci-deploy', 'maria.lindqvist', 'tom.okafor', 'priya.nair']),
  );
  const machines = await iam.send(new ListUsersCommand({ PathPrefix: '/service/' }));
  expect(machines.Users?.map(({ UserName }) => UserName)).toEqual(['backup-runner']);
});
