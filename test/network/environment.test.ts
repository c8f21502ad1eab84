// The environment's proxies, which count where a connection has no remote agent of its own.
import { describe, expect, it, vi } from 'vitest';
import { startTlsFront, testAuthority } from './certificates.ts';
import { deadPort } from './listening.ts';
import { type Login, proxyUrl, startHttpProxy, startSocksProxy } from './proxies.ts';
import { changeIn, HOST, openSandbox, openThrough, READ } from './through.ts';

const LOGIN: Login = { user: 'iam-operator-of-northwind', password: 'the-right/password' };

/** The sandbox behind TLS as well, and a way to it that only proxies know. */
async function openBehind(scheme: 'http' | 'https') {
  const { sandbox, sandboxPort } = await openSandbox();
  const authority = await testAuthority();
  const front = await startTlsFront(sandboxPort, await authority.certify(HOST));
  return {
    sandbox,
    leadsTo: scheme === 'http' ? sandboxPort : front.port,
    connection: { endpoint: `${scheme}://${HOST}`, caBundle: authority.file },
  };
}

describe('without a remote agent', () => {
  it.each([
    ['HTTPS_PROXY', 'https', 443],
    ['https_proxy', 'https', 443],
    ['HTTP_PROXY', 'http', 80],
    ['http_proxy', 'http', 80],
    ['ALL_PROXY', 'https', 443],
  ] as const)('%s leads to %s endpoints, IAM and STS', async (variable, scheme, port) => {
    const { sandbox, leadsTo, connection } = await openBehind(scheme);
    const proxy = await startHttpProxy({ leadsTo, login: LOGIN });
    vi.stubEnv(variable, proxyUrl('http', proxy, LOGIN));
    const { call } = openThrough(sandbox, connection);
    const [tool, given] = changeIn(sandbox);
    expect((await call(tool, { ...given, role_arn: sandbox.company.responderRoleArn })).error).toBeNull();
    expect(new Set(proxy.asked)).toEqual(new Set([`${HOST}:${port}`]));
  });

  it('it may be a SOCKS proxy', async () => {
    const { sandbox, leadsTo, connection } = await openBehind('https');
    const proxy = await startSocksProxy({ leadsTo });
    vi.stubEnv('HTTPS_PROXY', proxyUrl('socks5h', proxy));
    expect((await openThrough(sandbox, connection).call(...READ)).error).toBeNull();
    expect(proxy.asked).toEqual([`${HOST}:443`]);
  });

  it('a proxy without a scheme is an http proxy, as for the AWS CLI', async () => {
    const { sandbox, leadsTo, connection } = await openBehind('https');
    const proxy = await startHttpProxy({ leadsTo });
    vi.stubEnv('HTTPS_PROXY', `127.0.0.1:${proxy.port}`);
    expect((await openThrough(sandbox, connection).call(...READ)).error).toBeNull();
    expect(proxy.asked).toEqual([`${HOST}:443`]);
  });

  it.each([
    ['the host', () => HOST],
    ['the domain', () => 'example.com, .test.invalid'],
    ['everything', () => '*'],
    ['the host with its port', () => `${HOST}:443`],
  ])('NO_PROXY with %s keeps it out of the way', async (_, except) => {
    const { sandbox, leadsTo, connection } = await openBehind('https');
    const proxy = await startHttpProxy({ leadsTo });
    vi.stubEnv('HTTPS_PROXY', proxyUrl('http', proxy));
    vi.stubEnv('NO_PROXY', except());
    const { call } = openThrough(sandbox, connection);
    expect((await call(...READ)).error).toMatch(/^NetworkError: the name iam\.test\.invalid cannot be resolved/);
    expect(proxy.asked).toEqual([]);
  });

  it('NO_PROXY with another host changes nothing', async () => {
    const { sandbox, leadsTo, connection } = await openBehind('https');
    const proxy = await startHttpProxy({ leadsTo });
    vi.stubEnv('HTTPS_PROXY', proxyUrl('http', proxy));
    vi.stubEnv('no_proxy', `localhost,${HOST}:8443,other.${HOST}`);
    expect((await openThrough(sandbox, connection).call(...READ)).error).toBeNull();
  });

  it('nor a proxy, sixty calls at once all arrive, on connections that are used again, and nothing is printed', async () => {
    const { sandbox } = await openSandbox();
    const { call, printed } = openThrough(sandbox, { endpoint: sandbox.endpoint }, { connectTimeout: 3 });
    const envelopes = await Promise.all(Array.from({ length: 60 }, () => call(...READ)));
    expect(new Set(envelopes.map(({ error }) => error))).toEqual(new Set([null]));
    expect(sandbox.log).toHaveLength(60);
    const connections = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const before = connections();
    for (let n = 0; n < 10; n += 1) await call(...READ);
    expect(connections() - before).toBeLessThan(5);
    expect(printed).toEqual([]);
  });

  it("a proxy's failure names it as the environment's, and nothing was changed", async () => {
    const { sandbox, connection } = await openBehind('https');
    const port = await deadPort();
    vi.stubEnv('HTTPS_PROXY', proxyUrl('http', { port }, LOGIN));
    const { call } = openThrough(sandbox, connection);
    expect((await call(...changeIn(sandbox))).error).toBe(
      `NetworkError: the proxy of the environment 127.0.0.1:${port} cannot be used (ECONNREFUSED): ` +
        'check its address and that it runs there. Nothing was changed.',
    );
  });

  it.each(['http://', 'http://a b', 'ftp://proxy.test.invalid', 'http://user:100%-secret@proxy.test.invalid:3128'])(
    "a proxy that is none (%s) is the environment's mistake, and is not repeated",
    async (proxy) => {
      const { sandbox, connection } = await openBehind('https');
      vi.stubEnv('HTTPS_PROXY', proxy);
      const { call, whatLeft } = openThrough(sandbox, connection);
      expect((await call(...changeIn(sandbox))).error).toMatch(
        /^NetworkError: the proxy of the environment is not given as a URL such as .*percent-encoded.*Nothing was changed\.$/,
      );
      expect(whatLeft()).not.toContain('secret@');
    },
  );

  it('the password of a proxy is known as a secret before the first call is over', async () => {
    const { sandbox, connection } = await openBehind('https');
    vi.stubEnv('https_proxy', proxyUrl('http', { port: await deadPort() }, LOGIN));
    const { call, program } = openThrough(sandbox, connection);
    await call(...READ);
    expect(program.redactor.text(`It is ${LOGIN.password}.`)).toBe('It is (secret).');
  });
});

describe('a remote agent', () => {
  it.each(['', '*'])("counts, whatever the environment's proxies and NO_PROXY (%j) say", async (except) => {
    const { sandbox, leadsTo, connection } = await openBehind('https');
    const proxy = await startSocksProxy({ leadsTo });
    const other = await startHttpProxy({ leadsTo });
    vi.stubEnv('HTTPS_PROXY', proxyUrl('http', other));
    vi.stubEnv('NO_PROXY', except);
    const { call } = openThrough(sandbox, { ...connection, remoteAgent: proxyUrl('socks5h', proxy) });
    expect((await call(...READ)).error).toBeNull();
    expect(proxy.asked).toEqual([`${HOST}:443`]);
    expect(other.asked).toEqual([]);
  });
});

describe('the built-in sandbox', () => {
  it('is called directly, whatever the environment says', async () => {
    const { sandbox, leadsTo } = await openBehind('http');
    const proxy = await startHttpProxy({ leadsTo });
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']) vi.stubEnv(name, proxyUrl('http', proxy));
    vi.stubEnv('AWS_CA_BUNDLE', '/nowhere/at/all.pem');
    const { call } = openThrough(sandbox, {
      endpoint: sandbox.endpoint,
      credentials: { from: 'sandbox', ...sandbox.credentials },
    });
    expect((await call(...READ)).error).toBeNull();
    expect(proxy.asked).toEqual([]);
  });
});
