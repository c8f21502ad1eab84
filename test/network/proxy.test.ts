// Calls through a proxy: they arrive, the proxy saw each, and there is no other way by which they could have.
import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { startTlsFront, testAuthority } from './certificates.ts';
import { deadPort, listening } from './listening.ts';
import { type Login, type ProxyOptions, proxyUrl, startHttpProxy, startSocksProxy, type TestProxy } from './proxies.ts';
import { changeIn, HOST, openSandbox, openThrough, READ } from './through.ts';

// Signs that a URL has in another form, and a colon, at which user name and password could be told apart wrongly.
const LOGIN: Login = { user: 'team/iam@corp', password: 'pa:ss word/#%41@ü' };

async function secureProxy(options: ProxyOptions): Promise<TestProxy & { caBundle: string }> {
  const authority = await testAuthority();
  const proxy = await startHttpProxy(options, await authority.certify('127.0.0.1'));
  return { ...proxy, caBundle: authority.file };
}

const PROXIES = [
  { scheme: 'socks5h', start: startSocksProxy },
  { scheme: 'http', start: startHttpProxy },
  { scheme: 'https', start: secureProxy },
] as const;

describe.each(PROXIES)('through a $scheme proxy', ({ scheme, start }) => {
  async function open(login?: Login, settings = {}) {
    const { sandbox, sandboxPort } = await openSandbox();
    const proxy: TestProxy & { caBundle?: string } = await start({ leadsTo: sandboxPort, login });
    const remoteAgent = proxyUrl(scheme, proxy, login);
    const connection = { endpoint: `http://${HOST}`, remoteAgent, caBundle: proxy.caBundle };
    return { sandbox, proxy, ...openThrough(sandbox, connection, settings) };
  }

  it.each([
    ['without a login', undefined],
    ['with a login', LOGIN],
  ])('IAM and STS are reached, and it sees what goes there, %s', async (_, login) => {
    const { sandbox, proxy, call } = await open(login);
    const [tool, given] = changeIn(sandbox);
    const { error } = await call(tool, { ...given, role_arn: sandbox.company.responderRoleArn });
    expect(error).toBeNull();
    const arrived = sandbox.log.map(({ operation }) => operation);
    expect(arrived).toEqual(expect.arrayContaining(['AssumeRole', 'GetCallerIdentity', 'UpdateAccessKey']));
    expect(proxy.asked.length).toBeGreaterThan(0);
    expect(new Set(proxy.asked)).toEqual(new Set([`${HOST}:80`]));
  });

  it('ten calls share a tunnel', async () => {
    const { sandbox, proxy, call } = await open(LOGIN);
    for (let n = 0; n < 10; n += 1) expect((await call(...READ)).error).toBeNull();
    expect(sandbox.log).toHaveLength(10);
    expect(proxy.asked).toHaveLength(1);
  });

  it('an answer may take longer than connecting', async () => {
    const { sandbox, call } = await open(LOGIN, { connectTimeout: 0.8, answerTimeout: 20 });
    sandbox.order({ fault: { kind: 'latency', ms: 1000 }, times: 2 });
    // The second goes through the tunnel that the first has left.
    expect((await call(...READ)).error).toBeNull();
    expect((await call(...READ)).error).toBeNull();
    expect(sandbox.log).toHaveLength(2);
  });

  it('sixty calls at once all arrive, and nothing is printed', async () => {
    const { sandbox, call, printed } = await open(LOGIN, { connectTimeout: 20, answerTimeout: 30 });
    const envelopes = await Promise.all(Array.from({ length: 60 }, () => call(...READ)));
    expect(new Set(envelopes.map(({ error }) => error))).toEqual(new Set([null]));
    expect(sandbox.log).toHaveLength(60);
    expect(printed).toEqual([]);
  });

  it('AWS is spoken to through TLS, its certificate checked, and ten calls share a tunnel', async () => {
    const { sandbox, sandboxPort } = await openSandbox();
    const authority = await testAuthority();
    const front = await startTlsFront(sandboxPort, await authority.certify(HOST));
    const proxy = await (scheme === 'https'
      ? startHttpProxy({ leadsTo: front.port, login: LOGIN }, await authority.certify('127.0.0.1'))
      : start({ leadsTo: front.port, login: LOGIN }));
    const { call } = openThrough(sandbox, {
      endpoint: `https://${HOST}`,
      remoteAgent: proxyUrl(scheme, proxy, LOGIN),
      caBundle: authority.file,
    });
    for (let n = 0; n < 10; n += 1) expect((await call(...READ)).error).toBeNull();
    expect(proxy.asked).toEqual([`${HOST}:443`]);
    expect(front.names).toEqual([HOST]);
  });
});

const hasIPv6 = Object.values(networkInterfaces()).some((known) => known?.some(({ address }) => address === '::1'));

describe.skipIf(!hasIPv6).each([
  { scheme: 'socks5h', start: startSocksProxy },
  { scheme: 'http', start: startHttpProxy },
])('a $scheme proxy', ({ scheme, start }) => {
  it('may be given by an IPv6 address', async () => {
    const { sandbox, sandboxPort } = await openSandbox();
    const proxy = await start({ leadsTo: sandboxPort });
    const atIPv6 = createServer((socket) => {
      const behind = connect(proxy.port, '127.0.0.1');
      behind.on('error', () => socket.destroy());
      socket.pipe(behind).pipe(socket);
    });
    const port = await listening(atIPv6, '::1');
    const { call } = openThrough(sandbox, { endpoint: `http://${HOST}`, remoteAgent: `${scheme}://[::1]:${port}` });
    expect((await call(...READ)).error).toBeNull();
    expect(proxy.asked).toEqual([`${HOST}:80`]);
  });
});

describe('a socks5 proxy', () => {
  it('is given the address that this machine found for the name', async () => {
    const { sandbox, sandboxPort } = await openSandbox();
    const proxy = await startSocksProxy({ leadsTo: sandboxPort });
    const port = await deadPort();
    const { call } = openThrough(sandbox, {
      endpoint: `http://localhost:${port}`,
      remoteAgent: proxyUrl('socks5', proxy),
    });
    expect((await call(...READ)).error).toBeNull();
    expect(proxy.asked).toEqual([expect.stringMatching(new RegExp(`^(127\\.0\\.0\\.1|[0:]+1):${port}$`))]);
  });

  it('is not asked for a name that this machine does not know, and the error says which scheme would', async () => {
    const { sandbox, sandboxPort } = await openSandbox();
    const proxy = await startSocksProxy({ leadsTo: sandboxPort });
    const { call } = openThrough(sandbox, { endpoint: `http://${HOST}`, remoteAgent: proxyUrl('socks5', proxy) });
    expect((await call(...READ)).error).toBe(
      `NetworkError: this machine finds no address of ${HOST} to ask the remote agent 127.0.0.1:${proxy.port} for: ` +
        'with socks5h:// the proxy looks for it',
    );
    expect(proxy.asked).toEqual([]);
  });
});
