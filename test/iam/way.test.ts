// How the way of a connection's requests is found out of its settings, the environment and AWS's config files. That the
// requests themselves go that way is in test/network.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Way } from '../../src/iam/way.ts';
import { type ConnectionInTest, connectionTo, openProgram } from '../actions/program.ts';
import { testAuthority } from '../network/certificates.ts';
import { useEmptyHome } from './aws-home.ts';

const LOGIN = 'ana:open%20sesame@';
const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' };
const PROXY = { name: 'the proxy of the environment', address: 'http://proxy.example:3128' };
let home: ReturnType<typeof useEmptyHome>;

beforeEach(() => {
  const names = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];
  home = useEmptyHome(
    Object.fromEntries(names.flatMap((name) => [name, name.toUpperCase()]).map((name) => [name, ''])),
  );
});

/** With the variables that a test sets. */
async function wayOf(variables: Record<string, string>, connection: ConnectionInTest = {}): Promise<Way> {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const { way } = await openProgram({}).accounts.place(connectionTo({ region: 'eu-west-1', ...connection }));
  expect(JSON.stringify(way)).not.toMatch(/ana|sesame/);
  return way;
}

const straight = { isSet: false, isAws: true, isOpen: false, proxy: undefined };

describe('with nothing set', () => {
  it("it is straight to AWS's own addresses", async () => {
    expect(await wayOf({})).toEqual({
      iam: { ...straight, address: 'https://iam.amazonaws.com' },
      sts: { ...straight, address: 'https://sts.eu-west-1.amazonaws.com' },
      caBundle: undefined,
    });
  });

  it('it is to those of FIPS, where AWS is told to', async () => {
    const { iam, sts } = await wayOf({ AWS_USE_FIPS_ENDPOINT: 'true' });
    expect([iam.address, sts.address]).toEqual([
      'https://iam-fips.amazonaws.com',
      'https://sts-fips.eu-west-1.amazonaws.com',
    ]);
  });
});

describe('an endpoint', () => {
  const iam = (address: string) => ({ iam: { isSet: true, address } });
  const sts = (address: string) => ({ sts: { isSet: true, address } });
  const services =
    '[services aws]\niam =\n  endpoint_url = https://iam.example\nsts =\n  endpoint_url = https://sts.example\n';

  it.each<[string, Record<string, string>, ConnectionInTest, string, object[]]>([
    [
      "of the connection's own",
      { AWS_ENDPOINT_URL: 'https://other.example' },
      { endpoint: 'https://aws.example' },
      '',
      [iam('https://aws.example'), sts('https://aws.example')],
    ],
    [
      'of AWS_ENDPOINT_URL',
      { AWS_ENDPOINT_URL: 'https://aws.example' },
      {},
      '',
      [iam('https://aws.example'), sts('https://aws.example')],
    ],
    [
      'of AWS_ENDPOINT_URL_IAM',
      { AWS_ENDPOINT_URL_IAM: 'https://iam.example' },
      {},
      '',
      [iam('https://iam.example'), { sts: { isSet: false } }],
    ],
    [
      'of AWS_ENDPOINT_URL_STS',
      { AWS_ENDPOINT_URL_STS: 'https://sts.example' },
      {},
      '',
      [sts('https://sts.example'), { iam: { isSet: false } }],
    ],
    [
      "of a profile's endpoint_url",
      {},
      { profile: 'ops' },
      '[profile ops]\nendpoint_url = https://aws.example\n',
      [iam('https://aws.example'), sts('https://aws.example')],
    ],
    [
      "of a profile's services",
      {},
      { profile: 'ops' },
      `[profile ops]\nservices = aws\n${services}`,
      [iam('https://iam.example'), sts('https://sts.example')],
    ],
  ])('%s is told, for IAM and for STS', async (_, variables, connection, config, expected) => {
    home.config(config);
    const way = await wayOf(variables, connection);
    for (const part of expected) expect(way).toMatchObject(part);
  });

  it.each([
    ['https://aws.example', { isAws: false, isOpen: false }],
    ['https://sts.eu-west-1.amazonaws.com', { isAws: true, isOpen: false }],
    ['https://vpce-0a1b-2c3d.sts.eu-west-1.vpce.amazonaws.com', { isAws: true, isOpen: false }],
    ['http://sts.eu-west-1.amazonaws.com', { isAws: true, isOpen: true }],
    ['https://sts.eu-west-1.amazonaws.com.evil.example', { isAws: false, isOpen: false }],
    ['http://aws.example', { isAws: false, isOpen: true }],
    ['http://127.0.0.1:4566', { isAws: false, isOpen: false }],
    ['http://127.0.0.1.evil.example', { isAws: false, isOpen: true }],
    ['sts.eu-west-1.amazonaws.com', { isAws: false, isOpen: true }],
    ['ftp://sts.eu-west-1.amazonaws.com', { isOpen: true }],
  ])('at %s is known for what it is', async (AWS_ENDPOINT_URL_STS, expected) => {
    expect((await wayOf({ AWS_ENDPOINT_URL_STS })).sts).toMatchObject({ isSet: true, ...expected });
  });

  it('that is named with a user name and password is told without', async () => {
    const { iam } = await wayOf({ AWS_ENDPOINT_URL: `https://${LOGIN}aws.example:8443/path?query` });
    expect(iam.address).toBe('https://aws.example:8443');
  });

  it('with a line break at its end is told as it is used', async () => {
    const { sts } = await wayOf({ AWS_ENDPOINT_URL_STS: 'https://sts.amazonaws.com\n' });
    expect(sts).toMatchObject({ address: 'https://sts.amazonaws.com', isAws: true });
  });

  it("of AWS's own is no stand-in, of which less is asked", async () => {
    const endpointWith = async (AWS_ENDPOINT_URL: string) => {
      vi.stubEnv('AWS_ENDPOINT_URL', AWS_ENDPOINT_URL);
      return (await openProgram({}).accounts.place(connectionTo({}))).endpoint;
    };
    expect(await endpointWith('https://iam.amazonaws.com')).toBeUndefined();
    expect(await endpointWith('https://iam.example')).toBe('https://iam.example');
  });
});

describe('a proxy', () => {
  it("is the connection's remote agent, whatever the environment says", async () => {
    const agent = { name: 'the remote agent', address: 'socks5h://agent.example:1080' };
    const way = await wayOf(
      { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: '*' },
      { remoteAgent: `socks5h://${LOGIN}agent.example:1080` },
    );
    expect(way).toMatchObject({ iam: { proxy: agent }, sts: { proxy: agent } });
  });

  it.each<[Record<string, string>, boolean, boolean]>([
    [{ HTTPS_PROXY: `http://${LOGIN}proxy.example:3128` }, true, true],
    [{ https_proxy: 'proxy.example:3128' }, true, true],
    [{ ALL_PROXY: 'http://proxy.example:3128' }, true, true],
    [{ HTTP_PROXY: 'http://proxy.example:3128' }, false, false],
    [{ HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'iam.amazonaws.com' }, false, true],
    [{ HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'sts.eu-west-1.amazonaws.com:443' }, true, false],
    [{ HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: '.amazonaws.com' }, false, false],
  ])('of the environment %j counts for the hosts that it is for', async (variables, forIam, forSts) => {
    const { iam, sts } = await wayOf(variables);
    expect([iam.proxy, sts.proxy]).toEqual([forIam ? PROXY : undefined, forSts ? PROXY : undefined]);
  });

  it('of the environment that is no URL is told without a word of it', async () => {
    const { iam } = await wayOf({ HTTPS_PROXY: `http://${LOGIN}` });
    expect(iam.proxy?.address).toBe('that is no URL');
  });

  it('makes plain http to this machine plain http to another', async () => {
    const AWS_ENDPOINT_URL = 'http://127.0.0.1:4566';
    expect((await wayOf({ AWS_ENDPOINT_URL })).iam.isOpen).toBe(false);
    expect((await wayOf({ AWS_ENDPOINT_URL, HTTP_PROXY: 'http://proxy.example:3128' })).iam.isOpen).toBe(true);
  });
});

describe('a CA bundle', () => {
  it("is the connection's, else that of the environment", async () => {
    const [one, other] = [(await testAuthority()).file, (await testAuthority()).file];
    expect((await wayOf({ AWS_CA_BUNDLE: other }, { caBundle: one })).caBundle).toBe(one);
    expect((await wayOf({ AWS_CA_BUNDLE: other })).caBundle).toBe(other);
  });
});

describe('the sandbox', () => {
  it('is reached straight, whatever the environment says', async () => {
    const way = await wayOf(
      {
        HTTP_PROXY: 'http://proxy.example:3128',
        ALL_PROXY: 'http://proxy.example:3128',
        AWS_CA_BUNDLE: '/nowhere.pem',
      },
      { sandbox: { endpoint: 'http://127.0.0.1:4566', credentials: KEYS } },
    );
    expect(way).toMatchObject({ iam: { proxy: undefined }, sts: { proxy: undefined }, caBundle: undefined });
  });
});
