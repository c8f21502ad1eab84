// A real SOCKS5 server and a real HTTP CONNECT proxy on this machine. Whatever host a client asks for, they lead to one
// port: so a host that exists nowhere, or a port at which nothing listens, is reached through them or not at all.
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { createServer as createSocksServer } from '@pondwader/socks5-server';
import { createProxy } from 'proxy';
import { listening } from './listening.ts';

export interface Login {
  user: string;
  password: string;
}

export interface ProxyOptions {
  /** The port of this machine at which every tunnel ends; without one the proxy refuses every destination. */
  leadsTo?: number;
  /** What it wants from clients. */
  login?: Login;
}

export interface TestProxy {
  port: number;
  /** `host:port` of each tunnel that was asked for with the right login, in order. */
  asked: string[];
}

export async function startSocksProxy({ leadsTo, login }: ProxyOptions): Promise<TestProxy> {
  const asked: string[] = [];
  const socks = createSocksServer();
  if (login) socks.setAuthHandler(({ username, password }) => username === login.user && password === login.password);
  socks.setRulesetValidator((connection) => {
    asked.push(`${connection.destAddress}:${connection.destPort}`);
    connection.destAddress = '127.0.0.1';
    connection.destPort = leadsTo ?? 0;
    return leadsTo !== undefined;
  });
  const port = await listening(createTcpServer((socket) => void socks._handleConnection(socket)));
  return { port, asked };
}

/** @param certificate makes it a proxy that is itself spoken to through TLS */
export async function startHttpProxy(
  { leadsTo, login }: ProxyOptions,
  certificate?: { key: string; cert: string },
): Promise<TestProxy> {
  const asked: string[] = [];
  const server = (certificate ? createHttpsServer(certificate) : createHttpServer()) as Server;
  const isAdmitted = (request: IncomingMessage) =>
    !login || request.headers['proxy-authorization'] === `Basic ${base64(`${login.user}:${login.password}`)}`;
  server.on('connect', (request: IncomingMessage) => {
    if (isAdmitted(request)) asked.push(request.url ?? '');
    request.url = `127.0.0.1:${leadsTo}`;
  });
  if (leadsTo === undefined) {
    server.on('connect', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'));
  } else {
    createProxy(server).authenticate = isAdmitted;
  }
  return { port: await listening(server), asked };
}

/** A proxy's URL, as a connection's remoteAgent has it. */
export function proxyUrl(scheme: string, { port }: { port: number }, login?: Login): string {
  const before = login ? `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@` : '';
  return `${scheme}://${before}127.0.0.1:${port}`;
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
