// What may be told of a connection: the way to AWS and who it is there, and no value of its credentials.
import { describe, expect, it, vi } from 'vitest';
import { describeConnection, describeIdentity } from '../../src/calls/connection-summary.ts';
import { type ConnectionInTest, connectionTo, openProgram } from '../actions/program.ts';
import { useEmptyHome } from '../iam/aws-home.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' };
const patient = new AbortController().signal;

const described = (given: ConnectionInTest, settings: Parameters<typeof openProgram>[1] = {}) =>
  describeConnection(connectionTo(given), openProgram({}, settings));

describe('a connection', () => {
  it('is told with all that an operator has chosen, and nothing that is secret', async () => {
    const summary = await described({
      label: 'prod',
      region: 'us-gov-west-1',
      credentials: { from: 'keys', ...KEYS, sessionToken: 'the-session-token' },
      role: { arn: 'arn:aws-us-gov:iam::111122223333:role/responder', externalId: 'an-external-id' },
      roles: ['arn:aws-us-gov:iam::*:role/responder'],
      remoteAgent: 'https://ana:opensesame@proxy.example:8443',
      readOnly: true,
      verifySsl: false,
    });
    expect(summary).toEqual({
      label: 'prod',
      is_default: false,
      region: 'us-gov-west-1',
      partition: 'aws-us-gov',
      credentials: 'access key given in the config file',
      role: 'arn:aws-us-gov:iam::111122223333:role/responder',
      roles: ['arn:aws-us-gov:iam::*:role/responder'],
      proxy: 'proxy.example:8443',
      read_only: true,
      verify_ssl: false,
      error: null,
    });
  });

  it('is told with what holds where an operator has chosen nothing', async () => {
    expect(await described({ region: 'eu-west-1' })).toEqual({
      label: 'default',
      is_default: true,
      region: 'eu-west-1',
      partition: 'aws',
      credentials: "AWS's normal chain: environment, default profile, SSO, container, instance",
      role: null,
      roles: null,
      proxy: null,
      read_only: false,
      verify_ssl: true,
      error: null,
    });
  });

  it('is told with the proxy of the environment, by host and port alone', async () => {
    useEmptyHome({ HTTPS_PROXY: 'http://ana:opensesame@proxy.example:3128', NO_PROXY: '' });
    expect(await described({ region: 'eu-west-1' })).toMatchObject({ proxy: 'proxy.example:3128' });
    vi.stubEnv('NO_PROXY', 'iam.amazonaws.com');
    expect(await described({ region: 'eu-west-1' })).toMatchObject({ proxy: 'proxy.example:3128' });
    vi.stubEnv('NO_PROXY', 'amazonaws.com,.amazonaws.com');
    expect(await described({ region: 'eu-west-1' })).toMatchObject({ proxy: null });
    vi.stubEnv('NO_PROXY', '');
    vi.stubEnv('HTTPS_PROXY', 'http://ana:open/sesame@');
    expect(await described({ region: 'eu-west-1' })).toMatchObject({ proxy: null, error: null });
  });

  it('that cannot go anywhere is told with its own proxy', async () => {
    const remoteAgent = 'socks5h://ana:opensesame@proxy.example:1080';
    expect(await described({ region: 'eu-wset-1', remoteAgent })).toMatchObject({ proxy: 'proxy.example:1080' });
  });

  it('is for reading only where the whole server is', async () => {
    expect(await described({ region: 'eu-west-1' }, { readOnly: true })).toMatchObject({ read_only: true });
  });

  it.each<[string, ConnectionInTest]>([
    ['profile ops', { profile: 'ops' }],
    ['the built-in sandbox', { credentials: { from: 'sandbox', ...KEYS } }],
  ])('says that its credentials come from %s', async (credentials, given) => {
    expect(await described({ region: 'eu-west-1', ...given })).toMatchObject({ credentials });
  });

  it('says what is wrong with settings by which it cannot go anywhere', async () => {
    expect(await described({ region: 'eu-wset-1' })).toMatchObject({
      region: null,
      partition: null,
      error: expect.stringMatching(/^InvalidArguments: .*eu-wset-1/),
    });
  });

  it('fails with a fault of this program, which is no fact about a connection', async () => {
    const program = openProgram({});
    const fault = new TypeError('a fault');
    program.accounts.place = () => Promise.reject(fault);
    await expect(describeConnection(connectionTo({}), program)).rejects.toBe(fault);
  });
});

describe('who a connection is', () => {
  it('is what AWS says, and asked anew each time, since credentials may have ended', async () => {
    const sandbox = await aSandbox();
    const connection = connectionTo({ sandbox });
    const program = openProgram({ sandbox });
    const who = {
      account: sandbox.account,
      arn: `arn:aws:iam::${sandbox.account}:user/incident-responder`,
      error: null,
    };
    expect(await describeIdentity(connection, program, patient)).toEqual(who);
    expect(await describeIdentity(connection, program, patient)).toEqual(who);
    expect(sandbox.log.map(({ operation }) => operation)).toEqual(['GetCallerIdentity', 'GetCallerIdentity']);
  });

  it('is not known where AWS refuses to say', async () => {
    const sandbox = await aSandbox();
    const credentials = { ...sandbox.credentials, secretAccessKey: 'another-secret-than-that' };
    const connection = connectionTo({ sandbox: { ...sandbox, credentials } });
    expect(await describeIdentity(connection, openProgram({ sandbox }), patient)).toEqual({
      account: null,
      arn: null,
      error: expect.stringMatching(/^SignatureDoesNotMatch: /),
    });
  });

  it('is not waited for longer than for a call, nor for a host that has given up', async () => {
    const sandbox = await aSandbox();
    const endless = { kind: 'latency', ms: 60_000 } as const;
    for (let times = 0; times < 2; times += 1) sandbox.order({ operation: 'GetCallerIdentity', fault: endless });
    const late = { account: null, arn: null, error: expect.stringMatching(/^Timeout: /) };
    const connection = connectionTo({ sandbox });
    expect(await describeIdentity(connection, openProgram({ sandbox }, { callTimeout: 0.1 }), patient)).toEqual(late);
    const cancelled = new AbortController();
    setTimeout(() => cancelled.abort(), 50);
    expect(await describeIdentity(connection, openProgram({ sandbox }), cancelled.signal)).toEqual(late);
  });

  it('fails with a fault of this program', async () => {
    const program = openProgram({});
    const fault = new TypeError('a fault');
    program.accounts.open = () => Promise.reject(fault);
    await expect(describeIdentity(connectionTo({}), program, patient)).rejects.toBe(fault);
  });
});
