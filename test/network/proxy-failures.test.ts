// A proxy that does not open the way: what a person reads, and what never leaves.
import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { toAwsError } from '../../src/iam/errors.ts';
import { ProxyError } from '../../src/iam/proxy-error.ts';
import { testAuthority } from './certificates.ts';
import { deadPort, listening } from './listening.ts';
import { base64, type Login, proxyUrl, startHttpProxy, startSocksProxy } from './proxies.ts';
import { changeIn, HOST, openSandbox, openThrough, READ } from './through.ts';

/** For errors without a secret in them. */
const asItIs = (text: string) => text;

const LOGIN: Login = { user: 'iam-operator-of-northwind', password: 'the-right/password' };
const WRONG: Login = { user: 'iam-operator-of-northwind', password: 'a-wrong/password-%41' };
const NOTHING_CHANGED = 'Nothing was changed.';

/** What a read comes to, and a change: that neither gets anywhere, and nothing is printed. */
async function callThrough(remoteAgent: string, more: { caBundle?: string; seconds?: number } = {}) {
  const { sandbox } = await openSandbox();
  // Enough for a busy machine.
  const { caBundle, seconds = 10 } = more;
  const { printed, call } = openThrough(
    sandbox,
    { endpoint: `http://${HOST}`, remoteAgent, caBundle },
    { connectTimeout: seconds },
  );
  const read = await call(...READ);
  const change = await call(...changeIn(sandbox));
  expect(change.error).toBe(`${read.error}. ${NOTHING_CHANGED}`);
  expect(sandbox.log).toEqual([]);
  expect(printed).toEqual([]);
  return read.error;
}

const PROXIES = [
  { scheme: 'socks5h', start: startSocksProxy },
  { scheme: 'http', start: startHttpProxy },
] as const;

describe.each(PROXIES)('a $scheme proxy', ({ scheme, start }) => {
  it.each([
    ['another login', WRONG],
    ['a login', undefined],
  ])('that wants %s says so', async (_, given) => {
    const proxy = await start({ leadsTo: await deadPort(), login: LOGIN });
    expect(await callThrough(proxyUrl(scheme, proxy, given))).toBe(
      `NetworkError: the remote agent 127.0.0.1:${proxy.port} wants a user name and password, or other ones: ` +
        'give them in its URL',
    );
    expect(proxy.asked).toEqual([]);
  });

  it('that does not run is named', async () => {
    const port = await deadPort();
    expect(await callThrough(proxyUrl(scheme, { port }, WRONG))).toBe(
      `NetworkError: the remote agent 127.0.0.1:${port} cannot be used (ECONNREFUSED): ` +
        'check its address and that it runs there',
    );
  });

  it('whose own name is unknown is named', async () => {
    expect(await callThrough(`${scheme}://${WRONG.user}:a-wrong%2Fpassword@proxy.test.invalid:1080`)).toBe(
      'NetworkError: the remote agent proxy.test.invalid:1080 cannot be used (ENOTFOUND): ' +
        'check its address and that it runs there',
    );
  });

  it('that refuses the destination is told from an answer of AWS', async () => {
    const proxy = await start({});
    expect(await callThrough(proxyUrl(scheme, proxy, WRONG))).toBe(
      `NetworkError: the remote agent 127.0.0.1:${proxy.port} refuses the way to ${HOST}:80 ` +
        `(${scheme === 'http' ? 'status 403' : 'NotAllowed'}): check that it may reach it`,
    );
  });

  it('that finds nothing at the destination is told from an answer of AWS', async () => {
    const proxy = await start({ leadsTo: await deadPort() });
    expect(await callThrough(proxyUrl(scheme, proxy, WRONG))).toBe(
      `NetworkError: the remote agent 127.0.0.1:${proxy.port} refuses the way to ${HOST}:80 ` +
        `(${scheme === 'http' ? 'status 500' : 'ConnectionRefused'}): check that it may reach it`,
    );
  });

  it('that hangs is given up after the time for connecting, and let go of', async () => {
    let open = 0;
    const server = createServer((socket) => {
      open += 1;
      socket
        .on('data', () => {})
        .on('close', () => {
          open -= 1;
        });
    });
    const port = await listening(server);
    const started = performance.now();
    expect(await callThrough(proxyUrl(scheme, { port }, WRONG), { seconds: 0.3 })).toBe(
      `Timeout: the remote agent 127.0.0.1:${port} opened no way within the time allowed (--connect-timeout): ` +
        'check its address and that it runs there',
    );
    expect(performance.now() - started).toBeLessThan(20_000);
    await expect.poll(() => open).toBe(0);
  });

  it('that hangs is the error of each of sixty calls at once, none of which waits for another where all may be on their way', async () => {
    const { sandbox } = await openSandbox();
    const port = await listening(createServer((socket) => void socket.resume()));
    const connection = { endpoint: `http://${HOST}`, remoteAgent: proxyUrl(scheme, { port }, WRONG) };
    const { call } = openThrough(sandbox, connection, { connectTimeout: 3, concurrency: 64 });
    const started = performance.now();
    const envelopes = await Promise.all(Array.from({ length: 60 }, () => call(...READ)));
    expect(new Set(envelopes.map(({ error }) => error))).toEqual(
      new Set([
        `Timeout: the remote agent 127.0.0.1:${port} opened no way within the time allowed (--connect-timeout): ` +
          'check its address and that it runs there',
      ]),
    );
    // Of two of which one waited for the other, the time would be twice that for connecting.
    expect(performance.now() - started).toBeLessThan(6000);
  });

  it.each([
    ['ends the connection', (answer: (text: string) => void) => answer('')],
    ['answers as something else', (answer: (text: string) => void) => answer('SSH-2.0-OpenSSH_9.9\r\n\r\n')],
    [
      'repeats the login',
      (answer: (text: string) => void) =>
        answer(`HTTP/1.1 200 OK\r\n${base64(`${WRONG.user}:${WRONG.password}`)}\r\n\r\n`),
    ],
  ])('that %s is none, it says, without a word of the answer', async (_, serve) => {
    const server = createServer((socket) => {
      socket.once('data', () => serve((text) => socket.end(text)));
    });
    const port = await listening(server);
    expect(await callThrough(proxyUrl(scheme, { port }, WRONG))).toBe(
      `NetworkError: the remote agent 127.0.0.1:${port} cannot be used (no proxy answers there): ` +
        'check its address and that it runs there',
    );
  });

  it('that resets the connection is told from AWS that does', async () => {
    const port = await listening(
      createServer((socket) => {
        socket.once('data', () => socket.resetAndDestroy());
      }),
    );
    expect(await callThrough(proxyUrl(scheme, { port }, WRONG))).toBe(
      `NetworkError: the remote agent 127.0.0.1:${port} cannot be used (ECONNRESET): ` +
        'check its address and that it runs there',
    );
  });

  it('that has run again for a moment is used again, however often it had failed', async () => {
    const { sandbox, sandboxPort } = await openSandbox();
    const proxy = await start({ leadsTo: sandboxPort });
    const way = { isOpen: false };
    const gate = createServer((socket) => {
      if (!way.isOpen) return void socket.destroy();
      const behind = connect(proxy.port, '127.0.0.1');
      behind.on('error', () => socket.destroy());
      socket.pipe(behind).pipe(socket);
    });
    const port = await listening(gate);
    const { call } = openThrough(sandbox, { endpoint: `http://${HOST}`, remoteAgent: proxyUrl(scheme, { port }) });
    const failed = await Promise.all(Array.from({ length: 60 }, () => call(...READ)));
    expect(failed.every(({ error }) => error?.startsWith('NetworkError: '))).toBe(true);
    way.isOpen = true;
    expect((await call(...READ)).error).toBeNull();
  });
});

describe('a change itself that finds no way any more', () => {
  it('has not been made', () => {
    const error = new ProxyError('the remote agent 127.0.0.1:1080 cannot be used (ECONNREFUSED): check it');
    expect(toAwsError(error, 'CreateAccessKey', asItIs)).toMatchObject({
      code: 'NetworkError',
      message: error.message,
      notDone: true,
      answerLost: false,
    });
  });
});

describe('an http proxy', () => {
  it('that is given the user name alone wants the password, too', async () => {
    const proxy = await startHttpProxy({ leadsTo: await deadPort(), login: LOGIN });
    const { user } = LOGIN;
    expect(await callThrough(proxyUrl('http', proxy, { user, password: '' }))).toMatch(
      /^NetworkError: the remote agent 127\.0\.0\.1:\d+ wants a user name and password, or other ones/,
    );
  });
});

describe('an https proxy', () => {
  it('whose certificate is not trusted says how to give the authority', async () => {
    const authority = await testAuthority();
    const proxy = await startHttpProxy({ leadsTo: await deadPort() }, await authority.certify('127.0.0.1'));
    expect(await callThrough(proxyUrl('https', proxy, WRONG))).toMatch(
      /^NetworkError: the certificate of the remote agent 127\.0\.0\.1:\d+ is not trusted \(UNABLE_TO_\w+\): give the authority .* as the connection's caBundle/,
    );
  });

  it('that speaks no TLS is named', async () => {
    const proxy = await startHttpProxy({ leadsTo: await deadPort() });
    expect(await callThrough(proxyUrl('https', proxy, WRONG))).toMatch(
      /^NetworkError: the remote agent 127\.0\.0\.1:\d+ cannot be used \(\w+\): check its address/,
    );
  });

  it('with a wrong login says so', async () => {
    const authority = await testAuthority();
    const proxy = await startHttpProxy(
      { leadsTo: await deadPort(), login: LOGIN },
      await authority.certify('127.0.0.1'),
    );
    expect(await callThrough(proxyUrl('https', proxy, WRONG), { caBundle: authority.file })).toMatch(
      /^NetworkError: the remote agent 127\.0\.0\.1:\d+ wants a user name and password, or other ones/,
    );
  });
});
