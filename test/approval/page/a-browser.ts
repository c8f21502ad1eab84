// A page that is served over a state dir of a test's own, and a browser for it that does as it is told: it sends whatever
// headers a test likes, which a real one does not.
import { type IncomingHttpHeaders, request as send } from 'node:http';
import { onTestFinished } from 'vitest';
import { leaveTicket } from '../../../src/approval/page/one-time-tokens.ts';
import { PageServer } from '../../../src/approval/page/page-server.ts';
import { RecentRequests } from '../../../src/approval/recent-requests.ts';
import type { ApprovalRequest } from '../../../src/approval/request.ts';
import { ApprovalRequests } from '../../../src/approval/requests.ts';
import { openStateFolder } from '../../../src/state/state-dir.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { aDraft } from '../a-request.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

interface Sending {
  method?: string;
  headers?: Record<string, string>;
  body?: string | URLSearchParams;
}

export async function servedPage() {
  const requests = new ApprovalRequests(temporaryFolder());
  const folder = openStateFolder(requests.stateDir, 'page');
  const faults: unknown[] = [];
  const server = await PageServer.start({
    folder,
    requests,
    recent: new RecentRequests(requests, 'page'),
    user: 'ana',
    onAlive: () => {},
    onFault: (error) => faults.push(error),
  });
  onTestFinished(() => server.close());
  const { port } = server;
  const origin = `http://127.0.0.1:${port}`;

  const get = (path: string, sending: Sending = {}) => exchange(port, path, sending);
  const doorway = () => {
    let address = '';
    leaveTicket(folder, (token) => {
      address = `/open/${token}`;
      return address;
    });
    return address;
  };
  const enter = async () => {
    const { headers, text } = await get(doorway());
    const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const place = /url=([^"]+)"/.exec(text)?.[1] ?? '';
    return new Visit(place, cookie, origin, get);
  };
  const ask = (draft: Parameters<typeof aDraft>[0] = {}, now = Date.now()) =>
    requests.open(aDraft({ ways: ['terminal', 'page'], ...draft }), now).request;
  return { requests, folder, faults, server, port, origin, get, doorway, enter, ask };
}

class Visit {
  readonly place: string;
  readonly cookie: string;
  readonly origin: string;
  readonly #get: (path: string, sending: Sending) => Promise<Answer>;

  constructor(place: string, cookie: string, origin: string, get: Visit['get']) {
    this.place = place;
    this.cookie = cookie;
    this.origin = origin;
    this.#get = get;
  }

  get(path = '', { headers, ...sending }: Sending = {}): Promise<Answer> {
    return this.#get(this.place + path, { ...sending, headers: { cookie: this.cookie, ...headers } });
  }

  async formToken({ id }: ApprovalRequest): Promise<string> {
    const { text } = await this.get();
    return (
      new RegExp(`name="id" value="${id}"><input type="hidden" name="token" value="([^"]+)"`).exec(text)?.[1] ?? ''
    );
  }

  /** As the form of this request sends it, but for `changes`. */
  async submit(
    request: ApprovalRequest,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const body = new URLSearchParams({ id: request.id, token: await this.formToken(request), ...fields });
    return this.get('answer', { method: 'POST', body, headers: { origin: this.origin, ...headers } });
  }
}

function exchange(port: number, path: string, { method = 'GET', headers = {}, body }: Sending): Promise<Answer> {
  const isForm = body instanceof URLSearchParams;
  return new Promise((resolve, reject) => {
    const type: Record<string, string> = isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
    const sent = send({ host: '127.0.0.1', port, path, method, headers: { ...type, ...headers }, agent: false });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.end(body?.toString());
  });
}
