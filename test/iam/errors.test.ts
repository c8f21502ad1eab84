// What a person or a model reads when AWS refuses, or cannot be reached.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { toAwsError } from '../../src/iam/errors.ts';
import { call, openProgram } from '../actions/program.ts';
import { CHANGES, openSandboxed } from './sandboxed.ts';

/** For errors without a secret in them. */
const asItIs = (text: string) => text;

const ELSEWHERE = { accessKeyId: 'AKIAELSEWHEREELSEW01', secretAccessKey: 'of-no-account-of-the-sandbox' };
const LEAKED = { user_name: 'ci-deploy', access_key_id: 'AKIASOMEKEYSOMEKEY01' };

function programAt(endpoint: string, settings: Parameters<typeof openProgram>[1] = {}) {
  vi.spyOn(Math, 'random').mockReturnValue(0);
  onTestFinished(() => void vi.restoreAllMocks());
  return openProgram({ sandbox: { endpoint, credentials: ELSEWHERE } }, settings);
}

async function listen(onConnection: (socket: Socket) => void = () => {}): Promise<{ server: Server; port: number }> {
  const server = createServer(onConnection);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { server, port: (server.address() as { port: number }).port };
}

/** A port at which nothing listens: it was free a moment ago. */
async function freePort(): Promise<number> {
  const { server, port } = await listen();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("a refusal of IAM's", () => {
  it("carries the wire code, not the SDK's name for it", async () => {
    const { call } = await openSandboxed();
    expect((await call('list_access_keys', { user_name: 'nobody' })).error).toBe(
      'NoSuchEntity: The user with name nobody cannot be found.',
    );
  });

  it.each([
    ['unknown', { ...ELSEWHERE }, 'InvalidClientTokenId', 'check its credentials'],
    [
      'signed with a wrong secret',
      { secretAccessKey: 'wrong-wrong-wrong' },
      'SignatureDoesNotMatch',
      'check the secret',
    ],
  ])('of a key that is %s ends with what to do', async (_, credentials, code, nextStep) => {
    const { sandbox } = await openSandboxed();
    const program = openProgram({
      sandbox: { endpoint: sandbox.endpoint, credentials: { ...sandbox.credentials, ...credentials } },
    });
    const { error } = await call(program, 'list_access_keys', { user_name: 'ci-deploy' });
    expect(error).toMatch(new RegExp(`^${code}: `));
    expect(error).toContain(nextStep);
    expect(error).not.toContain('.:');
  });

  it('is one clean line, however IAM, or who poses as it, writes it', async () => {
    const { sandbox, call } = await openSandboxed();
    const message = `line one\nline two \u202egnirts\u2066 \u200b${'x'.repeat(5000)}`;
    sandbox.order({ fault: { kind: 'error', status: 400, code: 'ValidationError', message } });
    const { error } = await call('list_access_keys', { user_name: 'ci-deploy' });
    expect(error).toMatch(/^ValidationError: line one\\u\{a\}line two \\u\{202e\}gnirts\\u\{2066\} \\u\{200b\}x+…/);
    expect(error?.length).toBeLessThan(1300);
  });

  it.each(['A\u202eB', 'Out of luck', 'OutcomeUnknown', 'ApprovalPending', 'x'.repeat(200)])(
    'with a code that no service of AWS has (%j) is BadResponse, so that nobody can put words into our mouth',
    async (code) => {
      const { sandbox, call } = await openSandboxed();
      sandbox.order({ fault: { kind: 'error', status: 400, code, message: 'm' } });
      expect((await call('list_access_keys', { user_name: 'ci-deploy' })).error).toBe(
        "BadResponse: an error that is not IAM's came back: m",
      );
    },
  );

  it('with such a code leaves the outcome of a change unknown, since it is not IAM that said so', async () => {
    const opened = await openSandboxed();
    const fault = { kind: 'error', status: 400, code: 'ApprovalPending', message: 'm' } as const;
    opened.sandbox.order({ operation: 'UpdateAccessKey', fault });
    const { error } = await opened.call('update_access_key', CHANGES[0].given(opened));
    expect(error).toMatch(/^OutcomeUnknown: .*look at the key's Status/);
  });
});

describe('an endpoint that cannot be reached', () => {
  it('is NetworkError and names the address when nothing listens there', async () => {
    const port = await freePort();
    const program = programAt(`http://127.0.0.1:${port}`);
    expect(await call(program, 'list_access_keys', { user_name: 'ci-deploy' })).toEqual({
      result: null,
      error: `NetworkError: nothing answers at 127.0.0.1:${port}: check the network, the proxy and any endpoint setting`,
      has_error: true,
    });
  });

  it('is NetworkError and names the host when its name cannot be resolved', async () => {
    const { error } = await call(programAt('http://iam.invalid'), 'list_access_keys', { user_name: 'ci-deploy' });
    expect(error).toMatch(/^NetworkError: the name iam\.invalid cannot be resolved: check the network/);
  });

  it.each([
    ['nothing listens', async () => `http://127.0.0.1:${await freePort()}`],
    ['the name cannot be resolved', async () => 'http://iam.invalid'],
  ])('changed nothing, and it says so (%s)', async (_, endpoint) => {
    const { error } = await call(programAt(await endpoint()), 'delete_access_key', LEAKED);
    expect(error).toMatch(/^NetworkError: .*Nothing was changed\.$/);
  });

  it('is NetworkError when what answers there speaks no TLS', async () => {
    const { port } = await listen((socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    const { error } = await call(programAt(`https://127.0.0.1:${port}`), 'delete_access_key', LEAKED);
    expect(error).toMatch(/^NetworkError: .*Nothing was changed\.$/);
  });
});

describe('time', () => {
  it('for the whole call ends a plan, and nothing was changed', async () => {
    const settings = { approval: 'terminal', answerTimeout: 30, callTimeout: 0.5 } as const;
    const opened = await openSandboxed({ settings });
    opened.sandbox.order({ operation: 'GetUser', fault: { kind: 'silence' } });
    const started = performance.now();
    const { error } = await opened.call('update_access_key', CHANGES[0].given(opened));
    expect(error).toMatch(/^Timeout: GetUser was not finished .*--call-timeout.*Nothing was changed\.$/);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('for the whole call that ends while a change is at IAM leaves the outcome unknown', async () => {
    const opened = await openSandboxed({ settings: { answerTimeout: 30, callTimeout: 2 } });
    opened.sandbox.order({ operation: 'UpdateAccessKey', fault: { kind: 'silence' } });
    const { error } = await opened.call('update_access_key', CHANGES[0].given(opened));
    expect(error).toMatch(/^OutcomeUnknown: .*look at the key's Status/);
    expect(opened.arrived('UpdateAccessKey')).toBe(1);
  });
});

describe('toAwsError', () => {
  // Forms of failure that no test can bring about at will; how Node makes them is in lib/net.js.
  const connecting = (code: string, address: string) =>
    Object.assign(new Error(`connect ${code} ${address}:443`), { code, syscall: 'connect', address, port: 443 });
  const together = (code: string) =>
    Object.assign(new AggregateError([connecting(code, '192.0.2.1'), connecting(code, '192.0.2.2')]), { code });
  /** As the middleware marks an error after an attempt whose answer was lost. */
  const afterLostAnswer = (error: Error) => Object.assign(error, { $metadata: { answerLost: true, attempts: 2 } });

  it('names an address when a host has several, for which Node has one error that names none', async () => {
    const port = await freePort();
    const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
    const failure = await new Promise<Error>((resolve) => {
      const socket = connect({ host: 'iam.test', port, lookup: (_host, _options, give) => give(null, addresses) });
      socket.on('error', resolve);
    });
    expect(failure).toBeInstanceOf(AggregateError);
    expect(toAwsError(failure, 'GetUser', asItIs)).toMatchObject({
      code: 'NetworkError',
      message: expect.stringMatching(new RegExp(`^nothing answers at 127\\.0\\.0\\.[12]:${port}: `)),
      notDone: true,
    });
  });

  it.each(['ETIMEDOUT', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH'])(
    'knows that %s at all addresses of a host was never sent',
    (code) => {
      expect(toAwsError(together(code), 'UpdateAccessKey', asItIs)).toMatchObject({ notDone: true, answerLost: false });
    },
  );

  it.each([
    connecting('ETIMEDOUT', '192.0.2.1'),
    connecting('ECONNRESET', '192.0.2.1'),
    Object.assign(new Error('getaddrinfo EAI_AGAIN iam.amazonaws.com'), { code: 'EAI_AGAIN', syscall: 'getaddrinfo' }),
    // The very words of @smithy/node-http-handler.
    Object.assign(
      new Error(
        '@smithy/node-http-handler - the request socket did not establish a connection with the server within the configured timeout of 5000 ms.',
      ),
      { name: 'TimeoutError' },
    ),
    // The very words of Node's lib/_tls_wrap.js.
    Object.assign(new Error('Client network socket disconnected before secure TLS connection was established'), {
      code: 'ECONNRESET',
    }),
    Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' }),
    Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    Object.assign(new Error('unable to get local issuer certificate'), { code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' }),
    Object.assign(new Error("Hostname/IP does not match certificate's altnames"), {
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    }),
  ])('knows that nothing was sent with "$message"', (error) => {
    expect(toAwsError(error, 'UpdateAccessKey', asItIs)).toMatchObject({
      code: expect.stringMatching(/^(NetworkError|Timeout)$/),
      notDone: true,
    });
  });

  it.each([
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' }),
    Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' }),
    Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
    Object.assign(new Error('a request has exceeded the requestTimeout'), { name: 'TimeoutError', code: 'ETIMEDOUT' }),
    Object.assign(new Error('Request aborted'), { name: 'AbortError' }),
  ])('does not claim that nothing was done with "$message"', (error) => {
    expect(toAwsError(error, 'UpdateAccessKey', asItIs)).toMatchObject({ notDone: false, answerLost: true });
  });

  it.each([
    connecting('ECONNREFUSED', '192.0.2.1'),
    connecting('ETIMEDOUT', '192.0.2.1'),
    Object.assign(new Error('getaddrinfo ENOTFOUND iam.amazonaws.com'), { code: 'ENOTFOUND' }),
    Object.assign(new Error('Rate exceeded'), { name: 'Throttling', $fault: 'client' }),
    Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' }),
  ])('does not claim it either when an earlier attempt lost its answer and the last ended in "$message"', (error) => {
    expect(toAwsError(afterLostAnswer(error), 'UpdateAccessKey', asItIs).notDone).toBe(false);
  });

  it('does not repeat what the parser said of an answer, which may quote a secret', () => {
    const error = Object.assign(new Error("char '<' not expected after wJalrXUtnFEMI/K7MDENG"), {
      $metadata: { httpStatusCode: 200 },
    });
    const { code, message, notDone } = toAwsError(error, 'CreateAccessKey', asItIs);
    expect({ code, message, notDone }).toEqual({
      code: 'BadResponse',
      message: 'the answer to CreateAccessKey could not be read',
      notDone: false,
    });
  });

  it('passes an AwsError on unchanged', () => {
    const error = toAwsError(new Error('x'), 'GetUser', asItIs);
    expect(toAwsError(error, 'ListPolicies', asItIs)).toBe(error);
  });
});
