// What becomes of requests, for a front end that goes on showing them. It looks often: at the names of files first, and
// into those alone that are new.
import {
  type ApprovalRequest,
  type Closed,
  ID,
  outcomeSchema,
  VALID_FOR_MS,
  type Way,
  type Yes,
  yesSchema,
} from './request.ts';
import { isThere, RequestFolder, readAs } from './request-files.ts';
import { RequestSlots } from './request-slots.ts';
import { readRequest, stateIn, yesFiles } from './request-state.ts';

export type News = { request: ApprovalRequest } & (
  | { is: 'open' }
  /** A yes. */
  | { is: 'answered'; yes: Yes }
  /** Without `closed`, it has expired. */
  | { is: 'ended'; closed?: Closed }
  /** What the change came to. */
  | { is: 'outcome'; what: string }
);

interface Watched {
  request: ApprovalRequest;
  /** The names of its files when they were last looked into. */
  files: string;
  isOpenTold: boolean;
  yesesTold: number;
  isEndTold: boolean;
  isOutcomeTold: boolean;
}

export class RequestWatch {
  readonly #folder: RequestFolder;
  readonly #slots: RequestSlots;
  readonly #way: Way;
  readonly #watched = new Map<string, Watched>();
  /** Those that are not answered in this way, or cannot be read. */
  readonly #others = new Set<string>();

  constructor(stateDir: string, way: Way) {
    this.#folder = new RequestFolder(stateDir);
    this.#slots = new RequestSlots(this.#folder);
    this.#way = way;
  }

  /**
   * What is new since the last look, oldest request first; at the first one, also what has ended and is still kept.
   * @throws the file system's error, or one that says that the folder is unsafe
   */
  look(now = Date.now()): News[] {
    const files = this.#folder.isMade() ? filesById(this.#folder.names()) : new Map<string, string>();
    this.#forget(files);
    for (const id of files.keys()) this.#discover(id);
    return [...this.#watched.values()]
      .sort((a, b) => a.request.createdAt - b.request.createdAt)
      .flatMap((watched) => this.#newsOf(watched, files.get(watched.request.id) ?? '', now));
  }

  #forget(files: ReadonlyMap<string, string>): void {
    for (const id of this.#others) if (!files.has(id)) this.#others.delete(id);
    for (const [id, { isEndTold }] of this.#watched) if (isEndTold && !files.has(id)) this.#watched.delete(id);
  }

  #discover(id: string): void {
    if (this.#watched.has(id) || this.#others.has(id)) return;
    const request = readRequest(this.#folder, id);
    if (!request?.ways.includes(this.#way)) {
      this.#others.add(id);
      return;
    }
    const untold = { isOpenTold: false, yesesTold: 0, isEndTold: false, isOutcomeTold: false };
    this.#watched.set(id, { request, files: '', ...untold });
  }

  #newsOf(watched: Watched, files: string, now: number): News[] {
    const { request } = watched;
    const isOver = now >= request.createdAt + VALID_FOR_MS;
    const mayBeOpened = !watched.isOpenTold && !watched.isEndTold && !isOver;
    if (files === watched.files && !mayBeOpened && (!isOver || watched.isEndTold)) return [];
    watched.files = files;
    const state = stateIn(this.#folder, request, now);
    const news: News[] = [];
    // Only once a slot leads to it: else no call would find the answer.
    if (!watched.isOpenTold && state.is === 'open' && this.#slots.of(request.callDigest)?.id === request.id) {
      watched.isOpenTold = true;
      news.push({ is: 'open', request });
    }
    news.push(...this.#newYeses(watched));
    if (!watched.isEndTold && (state.is === 'closed' || state.is === 'expired')) {
      watched.isEndTold = true;
      news.push({ is: 'ended', request, ...(state.is === 'closed' && { closed: state.closed }) });
    }
    const outcome = readAs(outcomeSchema, this.#folder.fileOf(request.id, 'outcome.json'));
    if (outcome && !watched.isOutcomeTold) {
      watched.isOutcomeTold = true;
      news.push({ is: 'outcome', request, what: outcome.what });
    }
    return news;
  }

  #newYeses(watched: Watched): News[] {
    const { request } = watched;
    const there = yesFiles(this.#folder, request).filter(isThere);
    const fresh = there.slice(watched.yesesTold);
    watched.yesesTold = there.length;
    return fresh.flatMap((file) => {
      const yes = readAs(yesSchema, file);
      return yes ? [{ is: 'answered' as const, request, yes }] : [];
    });
  }
}

/** What there is of each request, in one text each: another text, and something has happened. */
function filesById(names: readonly string[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of names.toSorted()) {
    const [id = '', kind] = name.split('.');
    if (!ID.test(id) || kind === 'seen' || kind === 'waiter') continue;
    files.set(id, `${files.get(id) ?? ''} ${kind}`);
  }
  return files;
}
