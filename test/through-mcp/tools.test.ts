// The seven tools, as a host has them: what comes back, and what reached AWS. That each envelope is told twice the same
// and satisfies its schema is checked with every call (e2e/session.ts).
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect } from 'vitest';
import { isChange } from '../../src/actions/action.ts';
import { ACTIONS } from '../../src/actions/index.ts';
import { changesIn } from '../e2e/aws-account.ts';
import { personWho } from '../e2e/person.ts';
import { auditOf } from '../e2e/state-files.ts';
import { test } from './start-server.ts';

const READS = ['get_access_key_last_used', 'list_access_keys', 'list_policies'];
const SPEC_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/;
const METADATA = {
  RequestId: expect.stringMatching(/^[\w-]{36}$/),
  HTTPStatusCode: 200,
  HTTPHeaders: expect.objectContaining({ 'x-amzn-requestid': expect.any(String), 'content-type': 'text/xml' }),
  RetryAttempts: 0,
};

describe.concurrent('reading', () => {
  test('get_access_key_last_used tells whose a key is and where it was used', async ({ start, aws }) => {
    const server = await start();
    const { result } = await server.call('get_access_key_last_used', { access_key_id: aws.company.leakedKeyId });
    expect(result).toEqual({
      UserName: 'ci-deploy',
      AccessKeyLastUsed: {
        LastUsedDate: expect.stringMatching(SPEC_DATE),
        ServiceName: 'iam',
        Region: 'ap-southeast-3',
      },
      ResponseMetadata: METADATA,
    });
  });

  test('get_access_key_last_used of a key never used has no date', async ({ start, aws }) => {
    const server = await start();
    const { result } = await server.call('get_access_key_last_used', { access_key_id: aws.company.neverUsedKeyId });
    expect(result).toMatchObject({ AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } });
    expect(result).not.toHaveProperty('AccessKeyLastUsed.LastUsedDate');
  });

  test('list_access_keys gives one row for each key, and none for a user without', async ({ start, aws }) => {
    const server = await start();
    const { twoKeyUser, keylessUser } = aws.company;
    const { result } = await server.call('list_access_keys', { user_name: twoKeyUser });
    expect(result).toEqual(
      aws.keysOf(twoKeyUser).map(({ accessKeyId, status }) => ({
        UserName: twoKeyUser,
        AccessKeyId: accessKeyId,
        Status: status,
        CreateDate: expect.stringMatching(SPEC_DATE),
        error: null,
        has_error: false,
      })),
    );
    expect((await server.call('list_access_keys', { user_name: keylessUser })).result).toEqual([]);
  });

  test('list_policies follows all pages, and takes its filters as text too', async ({ start, aws }) => {
    aws.load({ policies: 1500 });
    const server = await start({ args: ['--result-limit', '0'] });
    const all = await server.call('list_policies', {});
    expect(all.result).toHaveLength(new Set((all.result as { Arn: string }[]).map(({ Arn }) => Arn)).size);
    expect((all.result as unknown[]).length).toBeGreaterThan(1500);
    const few = await server.call('list_policies', { scope: 'Local', only_attached: 'False', max_items: '3' });
    expect(few.result).toHaveLength(3);
    const attached = await server.call('list_policies', { scope: 'Local', only_attached: 'True', max_items: '' });
    expect(attached.result).toEqual([
      expect.objectContaining({ PolicyName: 'DeployPipeline', error: null, has_error: false }),
      expect.objectContaining({ PolicyName: 'DataLakeReader' }),
    ]);
  });

  test('a role is assumed first, and what follows is done as that role', async ({ start, aws }) => {
    const server = await start();
    await server.call('list_access_keys', { user_name: 'ci-deploy', role_arn: aws.company.responderRoleArn });
    expect(aws.log.map(({ operation }) => operation)).toEqual(['GetCallerIdentity', 'AssumeRole', 'ListAccessKeys']);
    expect(aws.log[2]?.caller).toContain(':assumed-role/responder/');
  });

  test('asks nobody', async ({ start, aws }) => {
    const person = personWho.declines();
    const server = await start({ person });
    await server.call('get_access_key_last_used', { access_key_id: aws.company.leakedKeyId });
    await server.call('list_access_keys', { user_name: 'ci-deploy' });
    await server.call('list_policies', { max_items: 1 });
    expect(person.read).toEqual([]);
  });
});

describe.concurrent('changing, with a person who agrees', () => {
  test('update_access_key turns a key off', async ({ start, aws, stateDir }) => {
    const { leakedKeyId, leakedUser } = aws.company;
    const server = await start({ person: personWho.types(leakedKeyId.slice(-4)) });
    const args = { user_name: leakedUser, access_key_id: leakedKeyId, status: 'Inactive' };
    const { result } = await server.call('update_access_key', args);
    expect(result).toEqual({ ResponseMetadata: METADATA });
    expect(aws.key(leakedKeyId)?.status).toBe('Inactive');
    expect(auditOf(stateDir).map(({ event, agreedBy }) => [event, agreedBy])).toEqual([
      ['asked', undefined],
      ['sent', 'form'],
      ['done', 'form'],
    ]);
  });

  test('delete_access_key deletes it', async ({ start, aws }) => {
    const { leakedKeyId, leakedUser } = aws.company;
    const server = await start({ person: personWho.types(leakedKeyId.slice(-4)) });
    const { result } = await server.call('delete_access_key', { user_name: leakedUser, access_key_id: leakedKeyId });
    expect(result).toEqual({ ResponseMetadata: METADATA });
    expect(aws.key(leakedKeyId)).toBeUndefined();
  });

  test('attach_user_policy attaches it', async ({ start, aws }) => {
    const { keylessUser } = aws.company;
    const policy_arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const server = await start({ person: personWho.types('ReadOnlyAccess') });
    const { result } = await server.call('attach_user_policy', { user_name: keylessUser, policy_arn });
    expect(result).toEqual({ ResponseMetadata: METADATA });
    expect(aws.attachedPolicies(keylessUser)).toEqual([policy_arn]);
  });

  test('create_access_key leaves the secret in a file that aws configure import reads', async ({
    start,
    aws,
    stateDir,
  }) => {
    const { leakedUser } = aws.company;
    aws.plantSecret('the+new/secret0000000000000000000000000A');
    const server = await start({ person: personWho.types(leakedUser) });
    const { result } = await server.call('create_access_key', { user_name: leakedUser });
    const id = aws.keysOf(leakedUser)[1]?.accessKeyId;
    const file = path.join(stateDir, 'keys', `${id}.csv`);
    expect(result).toEqual({
      AccessKey: {
        UserName: leakedUser,
        AccessKeyId: id,
        Status: 'Active',
        SecretAccessKey: '(not shown)',
        CreateDate: expect.stringMatching(SPEC_DATE),
      },
      SecretFile: file,
      ResponseMetadata: METADATA,
    });
    expect(readFileSync(file, 'utf8')).toBe(
      `User name,Access key ID,Secret access key\n${leakedUser},${id},the+new/secret0000000000000000000000000A\n`,
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  });

  test('create_access_key with --secrets inline returns the secret as the spec shows it', async ({
    start,
    aws,
    stateDir,
  }) => {
    aws.plantSecret('the+new/secret0000000000000000000000000B');
    const person = personWho.types('tom.okafor');
    const server = await start({ args: ['--secrets', 'inline'], person });
    const { result } = await server.call('create_access_key', { user_name: 'tom.okafor' });
    expect(result).toMatchObject({ AccessKey: { SecretAccessKey: 'the+new/secret0000000000000000000000000B' } });
    expect(result).not.toHaveProperty('SecretFile');
    expect(existsSync(path.join(stateDir, 'keys'))).toBe(false);
    expect(person.read[0]).toContain('WARNING: the assistant will see the secret');
  });
});

describe.concurrent('refusing', () => {
  test('answers bad arguments of every tool with InvalidArguments, in its own schema', async ({ start, aws }) => {
    const server = await start({ person: personWho.declines() });
    for (const { name } of server.tools) {
      const { result, error } = await server.call(name, { user_nmae: 'bob', scope: 'Global' });
      expect(error).toMatch(/^InvalidArguments: /);
      expect(error).toContain("'user_nmae' is no field");
      expect(result).toBeNull();
    }
    expect(aws.log).toEqual([]);
  });

  test("gives AWS's own code, and asks nobody in vain for what is not there", async ({ start, aws }) => {
    const person = personWho.declines();
    const server = await start({ person });
    const { leakedKeyId, twoKeyUser } = aws.company;
    const nobody = { user_name: 'nobody' };
    const errorOf = async (tool: string, args: object) => (await server.call(tool, { ...args })).error;
    expect(await errorOf('list_access_keys', nobody)).toMatch(/^NoSuchEntity: .*nobody cannot be found\.$/);
    expect(await errorOf('get_access_key_last_used', { access_key_id: 'AKIA0000000000000000' })).toMatch(
      /^AccessDenied: /,
    );
    expect(await errorOf('create_access_key', nobody)).toMatch(/^NoSuchEntity: .*Nothing was changed\.$/);
    expect(await errorOf('create_access_key', { user_name: twoKeyUser })).toMatch(
      /^LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2.*AKIA\w{16}, AKIA\w{16} first\. Nothing was changed\.$/,
    );
    expect(await errorOf('delete_access_key', { user_name: twoKeyUser, access_key_id: leakedKeyId })).toMatch(
      /^NoSuchEntity: .*it belongs to ci-deploy.* Nothing was changed\.$/,
    );
    expect(
      await errorOf('attach_user_policy', {
        user_name: twoKeyUser,
        policy_arn: 'arn:aws:iam::aws:policy/NoSuchPolicy',
      }),
    ).toMatch(/^NoSuchEntity: .* Nothing was changed\.$/);
    expect(person.read).toEqual([]);
    expect(changesIn(aws)).toEqual([]);
  });

  test('will not touch the key that it signs with itself', async ({ start, aws }) => {
    const access_key_id = aws.credentials.accessKeyId;
    const server = await start({ person: personWho.types(access_key_id.slice(-4)) });
    const { error } = await server.call('delete_access_key', { user_name: 'incident-responder', access_key_id });
    expect(error).toMatch(/^Refused: .*signs with.* Nothing was changed\.$/);
    expect(changesIn(aws)).toEqual([]);
  });

  test('tells a network that does not answer', async ({ start }) => {
    const server = await start({ env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } });
    for (const name of READS) {
      const { error } = await server.call(name, name === 'list_policies' ? {} : keyOrUser(name));
      expect(error).toMatch(/^NetworkError: nothing answers at 127\.0\.0\.1:9/);
    }
  });

  test.for([
    ['a tool that is not there', 'delete_user', 'Unknown tool: delete_user'],
    ['a tool with a hostile name', 'x\u202e\u0007<b>', 'Unknown tool: x\\u{202e}\\u{7}<b>'],
    ['a tool named like a property of every object', 'constructor', 'Unknown tool: constructor'],
  ] as const)('answers %s with a protocol error', async ([, name, message], { start }) => {
    const server = await start();
    const call = server.client.callTool({ name, arguments: {} });
    await expect(call).rejects.toMatchObject({
      code: ErrorCode.InvalidParams,
      message: expect.stringContaining(message),
    });
  });
});

describe.concurrent('--read-only', () => {
  test('lists those that read, and answers a direct call of the others with ReadOnly', async ({ start, aws }) => {
    const { leakedKeyId, leakedUser } = aws.company;
    const person = personWho.types(leakedKeyId.slice(-4));
    const server = await start({ args: ['--read-only'], person });
    expect(server.tools.map(({ name }) => name)).toEqual(READS);
    for (const { name } of ACTIONS.filter(isChange)) {
      const args = { user_name: leakedUser, access_key_id: leakedKeyId, status: 'Inactive' };
      expect((await server.call(name, args)).error).toMatch(/^ReadOnly: .* Nothing was changed\.$/);
    }
    expect((await server.call('list_access_keys', { user_name: leakedUser })).has_error).toBe(false);
    expect(person.read).toEqual([]);
    expect(aws.log.map(({ operation }) => operation)).toEqual(['ListAccessKeys']);
  });
});

describe.concurrent('--sandbox', () => {
  test('plays a leaked-key drill through all seven tools without any account', async ({ start, stateDir }) => {
    const env = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    const server = await start({ args: ['--sandbox', '--approval', 'host'], env });
    const done = async <T>(tool: string, args: Record<string, unknown>) => {
      const { error, result } = await server.call(tool, args);
      expect(error, tool).toBeNull();
      return result as T;
    };
    const user = { user_name: 'ci-deploy' };
    const [leaked] = await done<{ AccessKeyId: string }[]>('list_access_keys', user);
    const key = { ...user, access_key_id: leaked?.AccessKeyId };
    await done('get_access_key_last_used', { access_key_id: leaked?.AccessKeyId });
    await done('update_access_key', { ...key, status: 'Inactive' });
    const made = await done<{ SecretFile: string }>('create_access_key', user);
    expect(made.SecretFile.startsWith(stateDir)).toBe(true);
    await done('delete_access_key', key);
    const [policy] = await done<{ Arn: string }[]>('list_policies', { scope: 'Local', max_items: 1 });
    await done('attach_user_policy', { ...user, policy_arn: policy?.Arn });
    expect(await done('list_access_keys', user)).toHaveLength(1);
  });

  test('shows in the plan that it is the sandbox', async ({ start }) => {
    const person = personWho.declines();
    const server = await start({ args: ['--sandbox'], person });
    await server.call('create_access_key', { user_name: 'tom.okafor' });
    expect(person.read[0]).toContain('Connection: default (the built-in sandbox)');
  });
});

function keyOrUser(tool: string): Record<string, string> {
  return tool === 'list_access_keys' ? { user_name: 'bob' } : { access_key_id: 'AKIA0000000000000000' };
}
