// The account in the state dir: one for all sandboxes on it, one after the other and at the same time.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetPolicyCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListAttachedGroupPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsForUserCommand,
  ListPoliciesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { KeptAccount } from '../../src/sandbox/kept-account.ts';
import { type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { aSandbox } from './a-sandbox.ts';
import { change, changeUntilKilled } from './changing-processes.ts';
import { failureOf, iamClient, refusalOf, stsClient } from './clients.ts';

let stateDir: string;
let file: string;
beforeEach(() => {
  stateDir = path.join(temporaryFolder(), 'state');
  file = path.join(stateDir, 'sandbox', 'account.json');
});

const started = (options: SandboxOptions = {}) => aSandbox({ stateDir, ...options });
const kept = () => KeptAccount.open(stateDir, { now: () => new Date(), reset: false });
const userNames = () =>
  kept()
    .account.users()
    .map(({ userName }) => userName);
const record = () => JSON.parse(readFileSync(file, 'utf8'));

describe('a sandbox that is started on the state dir of an earlier one', () => {
  test('is the same company: keys, ids, dates, policies and their counts', async () => {
    const seen = async () => {
      const sandbox = await startSandbox({ stateDir });
      const iam = iamClient(sandbox);
      const { leakedKeyId, leakedUser, wildcardPolicyArn } = sandbox.company;
      // The use of the operator's own key is noted with this.
      await iam.send(new GetUserCommand({}));
      const answers = await Promise.all([
        iam.send(new ListUsersCommand({})),
        iam.send(new ListPoliciesCommand({ MaxItems: 1000 })),
        iam.send(new ListAccessKeysCommand({ UserName: leakedUser })),
        iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: leakedKeyId })),
        iam.send(new GetPolicyCommand({ PolicyArn: wildcardPolicyArn })),
        iam.send(new GetUserCommand({ UserName: 'priya.nair' })),
        iam.send(new ListGroupsForUserCommand({ UserName: 'priya.nair' })),
        iam.send(new ListUserPoliciesCommand({ UserName: 'priya.nair' })),
        iam.send(new ListAttachedGroupPoliciesCommand({ GroupName: 'developers' })),
        iam.send(new ListGroupPoliciesCommand({ GroupName: 'developers' })),
      ]);
      await sandbox.close();
      return [sandbox.credentials, sandbox.company, ...answers.map(({ $metadata: _, ...answer }) => answer)];
    };
    const first = await seen();
    expect(await seen()).toEqual(first);
  });

  test('has what was changed before: keys created, turned off and deleted, policies attached', async () => {
    const before = await startSandbox({ stateDir });
    const { leakedKeyId, leakedUser, keylessUser, neverUsedKeyId, neverUsedUser } = before.company;
    const iam = iamClient(before);
    await iam.send(new UpdateAccessKeyCommand({ UserName: leakedUser, AccessKeyId: leakedKeyId, Status: 'Inactive' }));
    await iam.send(new DeleteAccessKeyCommand({ UserName: neverUsedUser, AccessKeyId: neverUsedKeyId }));
    const { AccessKey: made } = await iam.send(new CreateAccessKeyCommand({ UserName: keylessUser }));
    await before.close();

    const after = await started();
    expect(after.key(leakedKeyId)?.status).toBe('Inactive');
    expect(after.keysOf(neverUsedUser)).toEqual([]);
    const credentials = { accessKeyId: made?.AccessKeyId ?? '', secretAccessKey: made?.SecretAccessKey ?? '' };
    const { Arn } = await stsClient(after, { credentials }).send(new GetCallerIdentityCommand({}));
    expect(Arn).toMatch(new RegExp(`/${keylessUser}$`));
  });

  test('notes the last use of a key, and writes only what has changed', async () => {
    const sandbox = await started();
    const iam = iamClient(sandbox);
    await iam.send(new GetUserCommand({}));
    const operator = (users: { userName: string; keys: { lastUse?: object }[] }[]) =>
      users.find(({ userName }) => userName === 'incident-responder')?.keys[0]?.lastUse;
    expect(operator(record().users)).toMatchObject({ serviceName: 'iam' });
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      vi.setSystemTime(Date.now() - (Date.now() % 60_000));
      await iam.send(new GetUserCommand({}));
      const { ino } = statSync(file);
      await iam.send(new ListUsersCommand({}));
      expect(statSync(file).ino).toBe(ino);
    } finally {
      vi.useRealTimers();
    }
  });

  test.skipIf(process.platform === 'win32')('is in a file and a folder that are closed to others', async () => {
    await started();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    expect(readdirSync(path.dirname(file))).toEqual(['account.json']);
  });
});

describe('two sandboxes on one state dir at once', () => {
  test('have one account: what one changes, the next request to the other sees', async () => {
    const [one, other] = [await started(), await started()];
    expect(other.credentials).toEqual(one.credentials);
    const { leakedKeyId: AccessKeyId, leakedUser: UserName } = one.company;
    for (const Status of ['Inactive', 'Active'] as const) {
      await iamClient(one).send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status }));
      const { AccessKeyMetadata } = await iamClient(other).send(new ListAccessKeysCommand({ UserName }));
      expect(AccessKeyMetadata?.[0]?.Status).toBe(Status);
    }
  });

  test('refuse a key that the other has turned off, or has never had', async () => {
    const [one, other] = [await started(), await started()];
    const key = one.createKey(one.company.keylessUser);
    const call = () => stsClient(other, { credentials: key }).send(new GetCallerIdentityCommand({}));
    await call();
    const change = { UserName: one.company.keylessUser, AccessKeyId: key.accessKeyId };
    await iamClient(one).send(new UpdateAccessKeyCommand({ ...change, Status: 'Inactive' }));
    expect((await failureOf(call())).code).toBe('InvalidClientTokenId');
  });

  test('keep the sessions of roles each to itself, over the changes of the other', async () => {
    const [one, other] = [await started(), await started()];
    const { Credentials } = await stsClient(one).send(
      new AssumeRoleCommand({ RoleArn: one.company.responderRoleArn, RoleSessionName: 'drill' }),
    );
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken,
    };
    other.createUser('somebody');
    const { Arn } = await stsClient(one, { credentials }).send(new GetCallerIdentityCommand({}));
    expect(Arn).toMatch(/assumed-role\/responder\/drill$/);
    expect((await failureOf(stsClient(other, { credentials }).send(new GetCallerIdentityCommand({})))).code).toBe(
      'InvalidClientTokenId',
    );
    expect(readFileSync(file, 'utf8')).not.toContain(credentials.accessKeyId);
  });

  test('lose no update of many that both make', async () => {
    const sandboxes = [await started(), await started()];
    const names = sandboxes.flatMap((_, of) => Array.from({ length: 20 }, (_, n) => `user-${of}-${n}`));
    for (const name of names) sandboxes[0]?.createUser(name);
    await Promise.all(
      sandboxes.map((sandbox, of) =>
        Promise.all(
          names
            .filter((name) => name.startsWith(`user-${of}-`))
            .map((UserName) => iamClient(sandbox).send(new CreateAccessKeyCommand({ UserName }))),
        ),
      ),
    );
    for (const name of names) expect(sandboxes[1]?.keysOf(name)).toHaveLength(1);
  });
});

describe('processes', () => {
  test('that are started at once found one company, and lose no update of one another', async () => {
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(names.map((name) => change({ stateDir, name, count: 50 })));
    const users = userNames();
    for (const name of names) expect(users.filter((user) => user.startsWith(`${name}-`))).toHaveLength(50);
    expect(users.filter((user) => user === 'ci-deploy')).toHaveLength(1);
  });

  test('that are killed at any moment leave an account with all that they said was done', async () => {
    for (let changes = 0; ; changes += 1) {
      rmSync(stateDir, { recursive: true, force: true });
      const said = await changeUntilKilled({ stateDir, name: 'x', count: 1 }, changes);
      const begun = performance.now();
      const users = userNames().filter((user) => user.startsWith('x-'));
      // Nobody waits for a process that is gone.
      expect(performance.now() - begun).toBeLessThan(2_000);
      expect(readdirSync(path.dirname(file))).toEqual(['account.json']);
      const done = said.filter((line) => line.startsWith('x-'));
      expect(users.slice(0, done.length)).toEqual(done);
      expect(users.length).toBeLessThanOrEqual(done.length + 1);
      if (said.includes('end')) {
        expect(changes).toBeGreaterThan(15);
        break;
      }
    }
  });

  test('that all begin anew at once can all go on', async () => {
    const { credentials } = await started();
    await Promise.all(['a', 'b', 'c'].map((name) => change({ stateDir, name, count: 3, reset: true })));
    // Of those who came before the last reset, nothing is left; of the last, all.
    const users = userNames();
    expect(['a', 'b', 'c'].some((name) => users.includes(`${name}-3`))).toBe(true);
    expect((await started()).credentials).toEqual(credentials);
  });
});

test('of a version before there were groups, an account is read, and goes on without any', async () => {
  const { company } = await started();
  const { groups: _, ...account } = record();
  const users = account.users.map(({ groups: _, inlinePolicies: _no, ...user }: Record<string, unknown>) => user);
  writeFileSync(file, JSON.stringify({ ...account, users, version: 1 }));
  const sandbox = await started();
  expect(sandbox.company).toEqual(company);
  const { Groups } = await iamClient(sandbox).send(new ListGroupsForUserCommand({ UserName: 'jonas.weber' }));
  expect(Groups).toEqual([]);
  sandbox.createUser('somebody');
  expect(record()).toMatchObject({ version: 2, groups: [] });
});

describe('a reset', () => {
  test('begins with a new company, in which the operator keeps their key', async () => {
    const before = await started();
    before.createUser('somebody');
    const { leakedKeyId } = before.company;
    const after = await started({ reset: true });
    expect(after.company.leakedKeyId).not.toBe(leakedKeyId);
    expect(after.credentials).toEqual(before.credentials);
    expect(userNames()).not.toContain('somebody');
  });

  test('is seen by a sandbox that runs, which goes on with the new company', async () => {
    const running = await started();
    const { leakedKeyId } = running.company;
    const after = await started({ reset: true });
    expect(running.key(leakedKeyId)).toBeUndefined();
    const { UserName } = await iamClient(running).send(
      new GetAccessKeyLastUsedCommand({ AccessKeyId: after.company.leakedKeyId }),
    );
    expect(UserName).toBe('ci-deploy');
  });

  test('helps with a file that is damaged', async () => {
    await started();
    writeFileSync(file, '{"version":1,');
    const sandbox = await started({ reset: true });
    expect(sandbox.keysOf('ci-deploy')).toHaveLength(1);
  });
});

describe('a file that cannot be used', () => {
  const WHAT_TO_DO = 'delete it, or start once with --sandbox-reset, for a new company';
  const changed = (edit: (account: ReturnType<typeof record>) => void) => () => {
    const account = record();
    edit(account);
    return JSON.stringify(account);
  };
  const operatorOf = (account: ReturnType<typeof record>) =>
    account.users.find(({ userName }: { userName: string }) => userName === 'incident-responder');

  test.each<[string, () => string, string]>([
    ['is empty', () => '', 'is damaged'],
    ['was cut off', () => readFileSync(file, 'utf8').slice(0, -20), 'is damaged'],
    ['has a field that nobody knows', changed((account) => (account.color = 'red')), 'is damaged'],
    ['has two users of one name', changed(({ users }) => users.push(users[0])), 'is damaged'],
    ['has one key twice', changed(({ users }) => users.at(-1).keys.push(users[0].keys[0])), 'is damaged'],
    ['has two groups of one name', changed(({ groups }) => groups.push(groups[0])), 'is damaged'],
    ['puts a user into a group that there is not', changed(({ users }) => users[0].groups.push('gone')), 'is damaged'],
    [
      'attaches a policy that there is not',
      changed(({ users }) => users[0].attachedPolicies.push('arn:x')),
      'is damaged',
    ],
    ['has no date where one belongs', changed(({ users }) => (users[0].createDate = 'long ago')), 'is damaged'],
    ['has no operator', changed((account) => (operatorOf(account).userName = 'other')), 'is damaged'],
    [
      'has turned the operator off',
      changed((account) => (operatorOf(account).keys[0].status = 'Inactive')),
      'is damaged',
    ],
    ['is newer', changed((account) => (account.version = 3)), 'is of another version of this program'],
    ['is of a version with other fields', () => '{"version":7,"people":[]}', 'is of another version of this program'],
  ])('as it %s, is refused at the start in one line', async (_, text, why) => {
    await started();
    writeFileSync(file, text());
    await expect(startSandbox({ stateDir })).rejects.toThrow(new RegExp(`^${file} ${why}: ${WHAT_TO_DO}$`));
  });

  test('since it is a link or a folder, is refused in the same way', async () => {
    await started();
    rmSync(file);
    symlinkSync('/etc/hostname', file);
    await expect(startSandbox({ stateDir })).rejects.toThrow(
      /account\.json cannot be read \(.*\): delete it, or start once with/,
    );
    rmSync(file);
    mkdirSync(file);
    await expect(startSandbox({ stateDir })).rejects.toThrow(
      /account\.json cannot be read \(.*\): delete it, or start once with/,
    );
  });

  test('any more, keeps a sandbox that runs from answering, until it can be used again', async () => {
    const sandbox = await started();
    const text = readFileSync(file, 'utf8');
    const call = () => iamClient(sandbox).send(new ListUsersCommand({}));
    writeFileSync(file, text.slice(0, 100));
    expect(await refusalOf(call())).toBe(`SandboxUnusable 400: ${file} is damaged: ${WHAT_TO_DO}`);
    expect(readFileSync(file, 'utf8')).toHaveLength(100);
    writeFileSync(file, text);
    expect((await call()).Users).not.toEqual([]);
  });

  test('since it is gone, is written anew by a sandbox that runs', async () => {
    const sandbox = await started();
    sandbox.createUser('somebody');
    rmSync(stateDir, { recursive: true });
    expect((await iamClient(sandbox).send(new GetUserCommand({ UserName: 'somebody' }))).User).toBeDefined();
    expect(userNames()).toContain('somebody');
  });
});

describe('a look at the account', () => {
  test('shows what is kept, and keeps nothing, not even that a key was used', async () => {
    (await started()).createUser('somebody');
    const text = readFileSync(file, 'utf8');
    const looking = await started({ onlyLook: true });
    await iamClient(looking).send(new GetUserCommand({ UserName: 'somebody' }));
    looking.createUser('another');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('makes nothing where none is kept', async () => {
    const looking = await started({ onlyLook: true });
    expect(looking.keysOf('ci-deploy')).toHaveLength(1);
    expect(readdirSync(path.dirname(stateDir))).toEqual([]);
  });
});
