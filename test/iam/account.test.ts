// As whom, and where, a call goes out.
import { GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Accounts } from '../../src/iam/account.ts';
import { call, connectionTo, openProgram, planOf } from '../actions/program.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';
import { useEmptyHome } from './aws-home.ts';
import { CHANGES, openSandboxed } from './sandboxed.ts';

const OPERATOR = 'arn:aws:iam::111122223333:user/incident-responder';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/responder/aws-iam-mcp';

async function openAccounts() {
  const { sandbox } = await openSandboxed();
  const secrets: (string | undefined)[] = [];
  const accounts = new Accounts({
    timeouts: { connect: 10_000, answer: 20_000 },
    concurrency: 8,
    allowUnknownRegion: false,
    redactor: { register: (secret) => void secrets.push(secret), text: (text) => text },
    recordRole: () => () => {},
  });
  const { signal } = new AbortController();
  const connection = connectionTo({ sandbox });
  const open = (roleArn?: string) => accounts.open(connection, { roleArn, signal });
  return { sandbox, secrets, open, signal };
}

describe('a role', () => {
  const withRole = (role_arn: string) => ({ user_name: 'ci-deploy', role_arn });

  it('is assumed with the own key, and what follows is sent as the role', async () => {
    const { sandbox, call } = await openSandboxed();
    const { error } = await call('list_access_keys', withRole(sandbox.company.responderRoleArn));
    expect(error).toBeNull();
    expect(sandbox.log).toMatchObject([
      { operation: 'GetCallerIdentity', caller: OPERATOR },
      {
        operation: 'AssumeRole',
        caller: OPERATOR,
        parameters: { RoleArn: sandbox.company.responderRoleArn, RoleSessionName: 'aws-iam-mcp' },
      },
      { operation: 'ListAccessKeys', caller: SESSION, outcome: 'done' },
    ]);
  });

  it('is who the person reads that a change is made as, and who makes it', async () => {
    const opened = await openSandboxed();
    const given = { ...CHANGES[0].given(opened), role_arn: opened.sandbox.company.responderRoleArn };
    const plan = await planOf(opened.program, 'update_access_key', given);
    expect(plan).toMatchObject({ caller: SESSION, arguments: { role_arn: opened.sandbox.company.responderRoleArn } });
    expect((await opened.call('update_access_key', given)).error).toBeNull();
    expect(opened.sandbox.log.at(-1)).toMatchObject({ operation: 'UpdateAccessKey', caller: SESSION });
  });

  it.each(['auditor', 'no-such-role'])(
    'that AWS refuses (%s) ends the call before anything else is sent',
    async (name) => {
      const opened = await openSandboxed();
      const role_arn = `arn:aws:iam::111122223333:role/${name}`;
      const { error } = await opened.call('update_access_key', { ...CHANGES[0].given(opened), role_arn });
      expect(error).toBe(
        `AccessDenied: User: ${OPERATOR} is not authorized to perform: sts:AssumeRole on resource: ${role_arn}: ` +
          "the caller lacks that permission, or the role's trust policy (with its external id) does not admit the caller. " +
          'Nothing was changed.',
      );
      expect(opened.sandbox.log.map(({ operation }) => operation)).toEqual(['GetCallerIdentity', 'AssumeRole']);
    },
  );

  it.each([
    [{ kind: 'html', status: 200 } as const, /^BadResponse: /],
    [{ kind: 'empty' } as const, /^BadResponse: /],
    [{ kind: 'reset' } as const, /^NetworkError: /],
    [{ kind: 'status', status: 500 } as const, /^ServiceFailure: /],
  ])('that could not be assumed because of %j left everything as it was', async (fault, error) => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    onTestFinished(() => void vi.restoreAllMocks());
    const opened = await openSandboxed();
    opened.sandbox.order({ operation: 'AssumeRole', fault, times: Number.POSITIVE_INFINITY });
    const role_arn = opened.sandbox.company.responderRoleArn;
    const envelope = await opened.call('update_access_key', { ...CHANGES[0].given(opened), role_arn });
    expect(envelope.error).toMatch(error);
    expect(envelope.error).toMatch(/Nothing was changed\.$/);
  });

  it('does not leave a connection open for every call', async () => {
    const { sandbox, call } = await openSandboxed();
    const connections = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const given = withRole(sandbox.company.responderRoleArn);
    await call('list_access_keys', given);
    const before = connections();
    for (let n = 0; n < 10; n += 1) await call('list_access_keys', given);
    // One or the other may be closing just now.
    expect(connections() - before).toBeLessThan(5);
  });
});

describe('an account', () => {
  it('registers the secret it signs with, and with a role the secret and token of its session', async () => {
    const { sandbox, secrets, open } = await openAccounts();
    await open();
    expect(secrets).toEqual([sandbox.credentials.secretAccessKey, undefined]);
    secrets.length = 0;
    const send = vi.spyOn(IAMClient.prototype, 'send');
    onTestFinished(() => send.mockRestore());
    const account = await open(sandbox.company.responderRoleArn);
    await account.send('GetUser', { UserName: 'ci-deploy' }, new AbortController().signal);
    const client = send.mock.contexts[0] as unknown as IAMClient;
    const { secretAccessKey, sessionToken } = await client.config.credentials();
    expect(sessionToken).toMatch(/.{100}/);
    // The first was registered before, and stays so.
    expect(secrets).toEqual([secretAccessKey, sessionToken]);
    expect(send.mock.calls[0]?.[0]).toBeInstanceOf(GetUserCommand);
  });

  it('knows its own keys: with a role the one behind it, too', async () => {
    const { sandbox, open } = await openAccounts();
    expect((await open()).ownKeyIds).toEqual([sandbox.credentials.accessKeyId]);
    expect((await open(sandbox.company.responderRoleArn)).ownKeyIds).toEqual([
      sandbox.credentials.accessKeyId,
      expect.stringMatching(/^ASIA\w{16}$/),
    ]);
  });

  it('says who it is, in the words of AWS', async () => {
    const { sandbox, open, signal } = await openAccounts();
    expect(await (await open()).identity(signal)).toEqual({ account: '111122223333', arn: OPERATOR });
    const asRole = await open(sandbox.company.responderRoleArn);
    expect(await asRole.identity(signal)).toEqual({ account: '111122223333', arn: SESSION });
  });

  it('asks who it is once for the same credentials, however many want to know, and again only when told to', async () => {
    const { sandbox, open, signal } = await openAccounts();
    const account = await open();
    await Promise.all([account.identity(signal), account.identity(signal), (await open()).identity(signal)]);
    await (await open()).identity(new AbortController().signal);
    expect(sandbox.log.map(({ operation }) => operation)).toEqual(['GetCallerIdentity']);
    await account.identity(signal, { anew: true });
    expect(sandbox.log).toHaveLength(2);
  });

  it('asks who it is again after that failed, or ended with another call', async () => {
    const { sandbox, open, signal } = await openAccounts();
    const account = await open();
    const error = { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' } as const;
    sandbox.order({ operation: 'GetCallerIdentity', fault: error });
    await expect(account.identity(signal)).rejects.toMatchObject({ code: 'AccessDenied' });
    sandbox.order({ operation: 'GetCallerIdentity', fault: { kind: 'silence' } });
    const other = new AbortController();
    const cancelled = account.identity(other.signal).catch((thrown: unknown) => thrown);
    const waiting = account.identity(signal);
    await vi.waitFor(() => expect(sandbox.log).toHaveLength(2));
    other.abort();
    expect(await cancelled).toMatchObject({ code: 'Timeout' });
    expect(await waiting).toMatchObject({ arn: OPERATOR });
  });

  it('ends the wait for who it is with its own call, and not with the one that asked', async () => {
    const { sandbox, open, signal } = await openAccounts();
    const account = await open();
    sandbox.order({ operation: 'GetCallerIdentity', fault: { kind: 'latency', ms: 300 } });
    const asking = account.identity(signal);
    const own = new AbortController();
    const waiting = account.identity(own.signal).catch((thrown: unknown) => thrown);
    own.abort();
    expect(await waiting).toMatchObject({ code: 'Timeout' });
    expect(await asking).toMatchObject({ arn: OPERATOR });
  });

  it('does not ask anything before it is used', async () => {
    const { sandbox, open } = await openAccounts();
    await open();
    expect(sandbox.log).toEqual([]);
  });
});

describe("AWS's own environment variables", () => {
  async function openFromEnvironment(variables: (endpoint: string) => Record<string, string>) {
    const sandbox = await aSandbox();
    useEmptyHome({
      AWS_ACCESS_KEY_ID: sandbox.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: sandbox.credentials.secretAccessKey,
      ...variables(sandbox.endpoint),
    });
    return { sandbox, program: openProgram({ roles: ['*'] }) };
  }
  const GIVEN = { user_name: 'ci-deploy' };

  it('give key and endpoint, and without a region the call is signed for us-east-1, or it would be refused', async () => {
    const { sandbox, program } = await openFromEnvironment((endpoint) => ({ AWS_ENDPOINT_URL: endpoint }));
    const { error, result } = await call(program, 'list_access_keys', GIVEN);
    expect(error).toBeNull();
    expect(result).toHaveLength(1);
    expect(sandbox.log).toMatchObject([{ operation: 'ListAccessKeys', caller: OPERATOR }]);
  });

  it('may give an endpoint for IAM and another for STS', async () => {
    const { sandbox, program } = await openFromEnvironment((endpoint) => ({ AWS_ENDPOINT_URL_IAM: endpoint }));
    const sts = await aSandbox();
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.endpoint);
    const role_arn = sandbox.company.responderRoleArn;
    // The two sandboxes share no keys: that STS does not know this one shows that it was asked.
    expect((await call(program, 'list_access_keys', { ...GIVEN, role_arn })).error).toMatch(/^InvalidClientTokenId: /);
    expect(sts.log).toMatchObject([{ operation: 'AssumeRole' }]);
    expect((await call(program, 'list_access_keys', GIVEN)).error).toBeNull();
    expect(sandbox.log).toMatchObject([{ operation: 'ListAccessKeys' }]);
  });

  it('are not what a sandbox is called with', async () => {
    useEmptyHome({
      AWS_ACCESS_KEY_ID: 'AKIAREALACCOUNT00001',
      AWS_SECRET_ACCESS_KEY: 'of-a-real-account',
      AWS_PROFILE: 'real',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    });
    const { sandbox, call } = await openSandboxed();
    expect((await call('list_access_keys', GIVEN)).error).toBeNull();
    expect(sandbox.log).toMatchObject([{ caller: OPERATOR }]);
  });
});
