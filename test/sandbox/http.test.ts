import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { GetUserCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { beforeEach, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from './a-sandbox.ts';
import { iamClient } from './clients.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await aSandbox();
});

const post = (body: string) => fetch(sandbox.endpoint, { method: 'POST', body });

test('every answer has the headers of AWS and no others, and its request id in the XML too', async () => {
  let headers: Record<string, string> = {};
  const iam = iamClient(sandbox);
  iam.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      headers = (result.response as { headers: Record<string, string> }).headers;
      return result;
    },
    { step: 'deserialize' },
  );
  const { $metadata } = await iam.send(new ListAccessKeysCommand({ UserName: 'ci-deploy' }));
  expect($metadata.requestId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(headers).toEqual({
    'x-amzn-requestid': $metadata.requestId,
    'content-type': 'text/xml',
    'content-length': expect.stringMatching(/^\d+$/),
    date: expect.stringMatching(/ GMT$/),
  });
  const refused = await post('Action=GetUser&Version=2010-05-08');
  const xml = await refused.text();
  expect(refused.headers.get('content-type')).toBe('text/xml');
  expect(new XMLParser({ ignoreAttributes: false }).parse(xml)).toEqual({
    ErrorResponse: {
      '@_xmlns': 'https://iam.amazonaws.com/doc/2010-05-08/',
      Error: {
        Type: 'Sender',
        Code: 'MissingAuthenticationToken',
        Message: 'Request is missing Authentication Token',
      },
      RequestId: refused.headers.get('x-amzn-requestid'),
    },
  });
});

test.each([
  ['Action=DeleteUser&Version=2010-05-08', 'Could not find operation DeleteUser for version 2010-05-08'],
  ['Action=GetUser&Version=2011-06-15', 'Could not find operation GetUser for version 2011-06-15'],
  ['Action=constructor&Version=2010-05-08', 'Could not find operation constructor for version 2010-05-08'],
])('refuses %s as InvalidAction', async (form, message) => {
  const answer = await post(form);
  expect(answer.status).toBe(400);
  expect(new XMLParser().parse(await answer.text()).ErrorResponse.Error).toMatchObject({
    Code: 'InvalidAction',
    Message: message,
  });
});

test.each(['', '%', '&&=&', 'Action', 'Action=__proto__&__proto__=x', '\u0000\u0001', '<xml/>', 'Action=%ff%fe%00'])(
  'answers %j with a well-formed refusal',
  async (body) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(XMLValidator.validate(await answer.text())).toBe(true);
  },
);

test('escapes what it repeats, and leaves out what XML cannot hold', async () => {
  const hostile = '</Message>&<x a="b">\u0000\u0007\u001b[2J\u202e';
  const answer = await post(new URLSearchParams({ Action: hostile, Version: '2010-05-08' }).toString());
  const xml = await answer.text();
  expect(XMLValidator.validate(xml)).toBe(true);
  expect(xml).not.toContain('<x');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there.
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
});

test('answers other methods and paths with a refusal', async () => {
  expect((await fetch(sandbox.endpoint)).status).toBe(404);
  expect((await fetch(`${sandbox.endpoint}/?Action=GetUser&Version=2010-05-08`)).status).toBe(404);
  const elsewhere = await fetch(`${sandbox.endpoint}/elsewhere`, { method: 'POST', body: 'Action=GetUser' });
  expect(elsewhere.status).toBe(404);
});

test('refuses a body over 1 MiB, takes one just under', async () => {
  const large = await post(`Action=GetUser&Version=2010-05-08&X=${'x'.repeat(1024 * 1024)}`);
  expect(large.status).toBe(413);
  expect(await large.text()).toContain('<Code>RequestEntityTooLarge</Code>');
  const small = await post(`Action=GetUser&Version=2010-05-08&X=${'x'.repeat(1024 * 1024 - 100)}`);
  expect(small.status).toBe(403);
});

test('survives garbage, half requests and clients that leave', async () => {
  const { port, hostname } = new URL(sandbox.endpoint);
  for (const bytes of [
    '\u0016\u0003\u0001',
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\nAction=',
    'POST // HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n',
    'POST http://[ HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n',
  ]) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    await once(socket, 'connect');
    socket.write(bytes);
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
  }
  await iamClient(sandbox).send(new GetUserCommand({}));
});

test('listens on loopback only and keeps connections open between requests', async () => {
  const { port, hostname } = new URL(sandbox.endpoint);
  expect(hostname).toBe('127.0.0.1');
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  const request = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n';
  socket.write(request);
  const [first] = await once(socket, 'data');
  socket.write(request);
  const [second] = await once(socket, 'data');
  expect(String(first)).toContain('400 Bad Request');
  expect(String(second)).toContain('400 Bad Request');
  expect(String(second)).not.toMatch(/keep-alive: timeout|connection: close/i);
  socket.destroy();
});

test('close() ends open connections at once and may be called twice', async () => {
  const { port } = new URL(sandbox.endpoint);
  const idle = connect(Number(port), '127.0.0.1');
  idle.on('error', () => {});
  await once(idle, 'connect');
  sandbox.order({ fault: { kind: 'latency', ms: 60_000 } });
  const slow = post('Action=GetUser').catch(() => 'failed');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const start = performance.now();
  await Promise.all([sandbox.close(), sandbox.close()]);
  // It waits neither for the answer that takes a minute, nor for the idle connection to be given up.
  expect(performance.now() - start).toBeLessThan(4000);
  expect(await slow).toBe('failed');
  expect((await fetch(sandbox.endpoint, { method: 'POST' }).catch((error) => error)).cause.code).toBe('ECONNREFUSED');
});

test('a process that closed its sandbox exits by itself', async () => {
  const script = `
    const { startSandbox } = await import('./src/sandbox/sandbox.ts');
    const sandbox = await startSandbox();
    for (const kind of ['latency', 'silence']) sandbox.order({ fault: { kind, ms: 60_000 } });
    fetch(sandbox.endpoint, { method: 'POST', body: 'Action=GetUser' }).catch(() => {});
    fetch(sandbox.endpoint, { method: 'POST', body: 'Action=GetUser' }).catch(() => {});
    setTimeout(() => sandbox.close(), 100);
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script]);
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  expect({ code, signal }).toEqual({ code: 0, signal: null });
});
