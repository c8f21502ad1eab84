// The page of one state dir, as one process has a part in it: it serves it, or leaves that to another one and takes over
// when that ends. At most one tab is opened for whatever waits.

import { RecentRequests } from '../recent-requests.ts';
import { type ApprovalRequest, type OnPage, VALID_FOR_MS } from '../request.ts';
import type { ApprovalRequests } from '../requests.ts';
import { thisUser } from '../this-user.ts';
import { isTicketOut, leaveTicket, type Ticket } from './one-time-tokens.ts';
import { PageRecord } from './page-record.ts';
import { PageServer } from './page-server.ts';

// A browser may take so long to start, and asks for the page then.
const BROWSER_STARTS_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 1000;
const SERVED_AFTERWARDS_MS = VALID_FOR_MS;

export interface Surroundings {
  requests: ApprovalRequests;
  /** @returns whether the file was opened in a browser; undefined where none may be opened */
  openFile: ((file: string) => Promise<boolean>) | undefined;
  /** Aborted when this process has nothing to do with the page any more. */
  leaving: AbortSignal;
  onFault: (error: unknown) => void;
  /** The page keeps the process alive. */
  isKept?: boolean;
  /** For how long it is served once nothing waits any more. */
  afterwardsMs?: number;
}

export class Page {
  readonly #surroundings: Surroundings;
  readonly #record: PageRecord;
  readonly #recent: RecentRequests;
  readonly #ended = new AbortController();
  /** To the page that this process serves. */
  readonly #tickets: Ticket[] = [];
  #server: PageServer | undefined;
  #starting: Promise<void> | undefined;
  #looking: NodeJS.Timeout | undefined;
  #waitedAt = Date.now();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#record = new PageRecord(surroundings.requests.stateDir);
    this.#recent = new RecentRequests(surroundings.requests, 'page');
    surroundings.leaving.addEventListener('abort', () => this.#end(), { once: true });
  }

  /** Aborted when nothing was left to serve for, or this process leaves. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** By this process. */
  get isServed(): boolean {
    return this.#server !== undefined;
  }

  /** @returns nothing where the person has the request on no page. @throws the system's error */
  async show(request: ApprovalRequest): Promise<OnPage | undefined> {
    this.#waitedAt = Date.now();
    if (this.#record.isTabOpen()) return this.#shown(request, 'in-open-page');
    const { openFile, requests } = this.#surroundings;
    const isShownBefore = requests.seenOf(request).some(({ way, event }) => way === 'page' && event === 'shown');
    if (!openFile || isShownBefore) return undefined;
    if (isTicketOut(this.#record.folder, BROWSER_STARTS_WITHIN_MS)) return this.#shown(request, 'opened');
    return (await this.#open(openFile)) ? this.#shown(request, 'opened') : undefined;
  }

  /** A way into the page that can be used once. This process serves it, unless another one does. */
  async ticket(): Promise<Ticket> {
    const port = await this.#servedOn();
    const ticket = leaveTicket(this.#record.folder, (token) => `http://127.0.0.1:${port}/open/${token}`);
    if (port === this.#server?.port) this.#tickets.push(ticket);
    return ticket;
  }

  async #open(openFile: (file: string) => Promise<boolean>): Promise<boolean> {
    const ticket = await this.ticket();
    // Another process may have opened one while this one got ready.
    const isOtherOut = isTicketOut(this.#record.folder, BROWSER_STARTS_WITHIN_MS);
    if (!isOtherOut && (await ticket.openBy(openFile))) return true;
    ticket.discard();
    if (isOtherOut) return true;
    return false;
  }

  #shown(request: ApprovalRequest, how: OnPage): OnPage {
    const { requests } = this.#surroundings;
    if (how === 'opened') requests.see(request, { way: 'page', event: 'shown' });
    this.#watch();
    return how;
  }

  async #servedOn(): Promise<number> {
    const other = this.#server ? undefined : this.#record.servedBy();
    if (other !== undefined) return other;
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    await this.#starting;
    const port = this.#server?.port ?? this.#record.servedBy();
    if (port === undefined) throw new Error('the page is not served');
    return port;
  }

  async #start(): Promise<void> {
    if (this.#server || this.#ended.signal.aborted) return;
    const { requests, onFault, isKept } = this.#surroundings;
    const serving = {
      folder: this.#record.folder,
      requests,
      recent: this.#recent,
      user: thisUser(),
      onAlive: () => this.#record.noteTab(),
      onFault,
    };
    const server = await PageServer.start(serving, { isKept });
    if (this.#ended.signal.aborted || !this.#record.claim(server.port)) return server.close();
    this.#server = server;
    this.#watch();
  }

  /** As long as anything may come of it. */
  #watch(): void {
    if (this.#looking || this.#ended.signal.aborted) return;
    this.#looking = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  #look(now = Date.now()): void {
    try {
      if (this.#recent.isWaiting()) this.#waitedAt = now;
      if (this.#server) {
        const { afterwardsMs = SERVED_AFTERWARDS_MS } = this.#surroundings;
        if (now >= this.#waitedAt + afterwardsMs) this.#end();
      } else if (!this.#recent.isWaiting()) this.#rest();
      else if (this.#record.servedBy() === undefined) this.#takeOver();
    } catch (error) {
      this.#surroundings.onFault(error);
    }
  }

  /** Who served it is gone, and its page with it. */
  #takeOver(): void {
    const { openFile, onFault } = this.#surroundings;
    this.#rest();
    if (openFile) this.#serveInstead(openFile).catch(onFault);
  }

  /** Of several that take over at once, the one that comes to serve opens a tab. */
  async #serveInstead(openFile: (file: string) => Promise<boolean>): Promise<void> {
    await this.#servedOn();
    if (this.#server) await this.#open(openFile);
    else this.#watch();
  }

  #rest(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  #end(): void {
    this.#rest();
    this.#server?.close();
    this.#server = undefined;
    // Somebody else may have this port next, and would be sent the token.
    for (const ticket of this.#tickets) ticket.discard();
    this.#record.release();
    this.#ended.abort();
  }
}
