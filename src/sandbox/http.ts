// The connection side of the sandbox: listening on loopback, reading requests, sending answers, and the ways in which
// an ordered fault spoils either. Every socket is known, so that closing never waits for a client.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { CAPTIVE_PORTAL_PAGE, type FaultQueue, orderedError, PROXY_ERROR_PAGE, type SandboxFault } from './faults.ts';
import { QueryError } from './query-protocol.ts';
import type { Answer, IamService, Reading } from './service.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** How much of an oversized body is read and thrown away so that its sender gets to see the refusal. */
const MAX_DISCARDED_BYTES = 16 * MAX_BODY_BYTES;
/** Lets half a body arrive before the reset that would otherwise overtake it. */
const RESET_DELAY_MS = 20;

export interface Listener {
  endpoint: string;
  close(): Promise<void>;
}

interface Serving {
  service: IamService;
  faults: FaultQueue;
  /** Ends the waits that were ordered. */
  closing: AbortSignal;
}

/** Serves on a free port of 127.0.0.1 until closed. */
export async function listen(service: IamService, faults: FaultQueue): Promise<Listener> {
  const sockets = new Set<Socket>();
  const closing = new AbortController();
  // 0: idle connections stay open. A server that closes them lets a client send into a connection that is just going.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    handle(request, response, { service, faults, closing: closing.signal }).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () => {
      closed ??= new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
      return closed;
    },
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  { service, faults, closing }: Serving,
): Promise<void> {
  // A client that goes away in the middle of something is none of the sandbox's business.
  response.on('error', () => {});
  // AWS does not send it, and without it HTTP/1.1 connections stay open all the same.
  response.removeHeader('connection');
  const body = await readBody(request);
  if (body === undefined) return void request.destroy();
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const reading = service.read({
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: body === 'too large' ? Buffer.alloc(0) : body,
  });
  if (body === 'too large') {
    const error = new QueryError(413, 'RequestEntityTooLarge', 'The request is larger than 1 MiB.');
    return send(response, service.refuse(reading, error, 'refused'));
  }
  const { delayMs, breakage } = faults.take(reading.action);
  if (delayMs > 0) await delay(delayMs, undefined, { signal: closing });
  if (breakage) await spoil(breakage, reading, response, service);
  else send(response, await service.perform(reading));
}

/** @returns undefined when the body did not arrive whole, or is larger than what is even worth discarding */
async function readBody(request: IncomingMessage): Promise<Buffer | 'too large' | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_DISCARDED_BYTES) return undefined;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return size > MAX_BODY_BYTES ? 'too large' : Buffer.concat(chunks);
}

async function spoil(
  fault: Exclude<SandboxFault, { kind: 'latency' }>,
  reading: Reading,
  response: ServerResponse,
  service: IamService,
): Promise<void> {
  const error = orderedError(fault);
  if (error) return send(response, service.refuse(reading, error, 'fault'));
  switch (fault.kind) {
    case 'lost-answer':
      await service.perform(reading, fault.kind);
      return reset(response);
    case 'lost-body':
      return sendHalf(response, await service.perform(reading, fault.kind));
    case 'malformed-xml':
      return send(response, breakXml(await service.perform(reading, fault.kind)));
  }
  service.recordFault(reading, fault.kind);
  switch (fault.kind) {
    case 'reset':
      return reset(response);
    case 'html':
      return sendPage(response, fault.status);
    case 'empty':
      response.writeHead(200, { 'content-length': 0 }).end();
      return;
    case 'silence':
      return;
  }
}

function send(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.xml);
  writeHead(response, answer, body).end(body);
}

function writeHead(response: ServerResponse, { status, requestId }: Answer, body: Buffer): ServerResponse {
  // Node adds the date.
  return response.writeHead(status, {
    'x-amzn-requestid': requestId,
    'content-type': 'text/xml',
    'content-length': body.length,
  });
}

function sendHalf(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.xml);
  writeHead(response, answer, body).write(body.subarray(0, body.length / 2), () => {
    setTimeout(() => reset(response), RESET_DELAY_MS).unref();
  });
}

function sendPage(response: ServerResponse, status: 200 | 502): void {
  const page = Buffer.from(status === 200 ? CAPTIVE_PORTAL_PAGE : PROXY_ERROR_PAGE);
  response.writeHead(status, { 'content-type': 'text/html', 'content-length': page.length }).end(page);
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function breakXml(answer: Answer): Answer {
  const middle = Math.floor(answer.xml.length / 2);
  return { ...answer, xml: `${answer.xml.slice(0, middle)}<</broken &${answer.xml.slice(middle)}` };
}
