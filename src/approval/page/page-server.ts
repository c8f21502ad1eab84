// Serves the page to whoever has a one-time token, on 127.0.0.1 and a free port. Nobody else is told anything.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SCRIPT, STYLE } from './assets.ts';
import { readForm } from './form-body.ts';
import { HEADERS, whyNot } from './gate.ts';
import { type Recents, recentUntil } from './news.ts';
import { redirectTo, useTicket } from './one-time-tokens.ts';
import { type Answering, answer, cameIn, noteLooked } from './page-answer.ts';
import { PageSessions, type Session } from './page-sessions.ts';
import { pageView } from './page-view.ts';
import { wrongText } from './request-view.ts';

const OPEN = 'open';
const MOST_CONNECTIONS = 32;
const LONGEST_HEAD_MS = 5_000;
const LONGEST_REQUEST_MS = 10_000;
const MOST_HEADER_BYTES = 8 * 1024;

export interface Serving extends Answering, Recents {
  /** Where one-time tokens are left. */
  folder: string;
  /** Somebody has the page open, as far as is known now. */
  onAlive: () => void;
  onFault: (error: unknown) => void;
}

export class PageServer {
  readonly #serving: Serving;
  readonly #sessions = new PageSessions();
  readonly #server: Server;
  readonly #closing = new AbortController();
  #port = 0;

  private constructor(serving: Serving) {
    this.#serving = serving;
    this.#server = createServer(
      {
        headersTimeout: LONGEST_HEAD_MS,
        requestTimeout: LONGEST_REQUEST_MS,
        connectionsCheckingInterval: 1000,
        maxHeaderSize: MOST_HEADER_BYTES,
      },
      (request, response) => void this.#answer(request, response),
    );
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  /** @param isKept false where it is not to keep the process alive. @throws the system's error */
  static async start(serving: Serving, { isKept = false } = {}): Promise<PageServer> {
    const server = new PageServer(serving);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      server.#server.listen(0, '127.0.0.1', resolve);
    });
    server.#server.removeAllListeners('error');
    server.#server.on('error', serving.onFault);
    server.#port = (server.#server.address() as AddressInfo).port;
    if (!isKept) {
      server.#server.unref();
      server.#server.on('connection', (socket) => socket.unref());
    }
    return server;
  }

  get port(): number {
    return this.#port;
  }

  close(): void {
    this.#closing.abort();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const why = whyNot(request, this.#port);
      if (why !== undefined) return refuse(response, why);
      const address = [request.url ?? '', 'http://127.0.0.1'] as const;
      // No fault: whoever is not let in must not fill the log.
      if (!URL.canParse(...address)) return refuse(response);
      const { pathname, searchParams } = new URL(...address);
      const [, first = '', second, ...rest] = pathname.split('/');
      if (rest.length > 0 || second === undefined) return refuse(response);
      if (first === OPEN && request.method === 'GET') return this.#open(second, response);
      const session = this.#sessions.of(first, request.headers.cookie);
      if (!session) return refuse(response);
      await this.#serve(`${request.method} ${second}`, session, searchParams, request, response);
    } catch (error) {
      this.#serving.onFault(error);
      if (response.headersSent) response.destroy();
      else send(response, 500, 'text/plain', 'This did not work. The log of aws-iam-mcp may say why.\n');
    }
  }

  #open(token: string, response: ServerResponse): void {
    if (!useTicket(this.#serving.folder, token)) {
      refuse(response);
      return;
    }
    const { session, setCookie } = this.#sessions.open();
    this.#serving.onAlive();
    response.setHeader('Set-Cookie', setCookie);
    send(response, 200, 'text/html', redirectTo(`/${session.path}/`).text);
  }

  async #serve(
    what: string,
    session: Session,
    search: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { recent } = this.#serving;
    switch (what) {
      case 'GET ': {
        this.#serving.onAlive();
        const view = { session, now: Date.now(), came: cameIn(search) };
        return send(response, 200, 'text/html', pageView(recent.all(), view).text);
      }
      case 'GET page.css':
        return send(response, 200, 'text/css', STYLE);
      case 'GET page.js':
        return send(response, 200, 'text/javascript', SCRIPT);
      case 'GET news':
        return this.#news(search.get('since') ?? '', response);
      case 'POST answer':
        return this.#take(session, request, response);
      case 'POST looked': {
        const form = await readForm(request);
        noteLooked(session, form, this.#serving);
        return send(response, 200, 'text/plain', '');
      }
      default:
        return refuse(response);
    }
  }

  async #news(since: string, response: ServerResponse): Promise<void> {
    const isGone = new AbortController();
    response.once('close', () => isGone.abort());
    const signal = AbortSignal.any([isGone.signal, this.#closing.signal]);
    const marks = await recentUntil(since, this.#serving, { signal, onLook: this.#serving.onAlive });
    if (!signal.aborted) send(response, 200, 'application/json', JSON.stringify({ marks }));
  }

  async #take(session: Session, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request);
    const came = answer(session, form, this.#serving);
    if (!came) return refuse(response);
    if (request.headers.accept === 'application/json') {
      return send(response, 200, 'application/json', JSON.stringify({ wrong: wrongText(came.is, came.request) }));
    }
    const { id } = came.request;
    response.setHeader('Location', `/${session.path}/?about=${id}&came=${came.is}#r-${id}`);
    send(response, 303, 'text/plain', '');
  }
}

function refuse(response: ServerResponse, why?: string): void {
  const text = why ?? 'this page was opened before, or in another browser, or its program has ended';
  send(response, 403, 'text/plain', `Not shown: ${text}.\n`);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': `${type}; charset=utf-8` });
  response.end(text);
}
