// All requests of a state dir that can still be told of, for a list that is looked at again and again.
import { type ApprovalRequest, isWaiting, type RequestState, VALID_FOR_MS, type Way } from './request.ts';
import { RequestFolder } from './request-files.ts';
import { readRequest } from './request-state.ts';
import type { ApprovalRequests } from './requests.ts';

const KNOWN_FOR_MS = 10_000;

export interface Recent {
  request: ApprovalRequest;
  state: RequestState;
}

export class RecentRequests {
  readonly #requests: ApprovalRequests;
  readonly #folder: RequestFolder;
  readonly #way: Way;
  #waiting: { marks: string; at: number; is: boolean } | undefined;
  /** A request never changes once it is written. */
  readonly #known = new Map<string, ApprovalRequest>();

  constructor(requests: ApprovalRequests, way: Way) {
    this.#requests = requests;
    this.#folder = new RequestFolder(requests.stateDir);
    this.#way = way;
  }

  /** Those that can be answered in this way, or could be: first what waits, oldest first, then what has ended. */
  all(): Recent[] {
    if (!this.#folder.isMade()) return [];
    const unanswered = new Set(this.#requests.unanswered(this.#way).map(({ id }) => id));
    const all = this.#current().map((request) => ({ request, state: this.#requests.stateOf(request) }));
    const isOpen = ({ request }: Recent) => unanswered.has(request.id);
    return [
      ...all.filter(isOpen).sort((a, b) => a.request.createdAt - b.request.createdAt),
      // Not an open one that no call would find.
      ...all.filter(({ state }) => state.is !== 'open').sort((a, b) => b.request.createdAt - a.request.createdAt),
    ];
  }

  /** Whether anything waits for a person, or for its call. */
  isWaiting(now = Date.now()): boolean {
    const marks = this.marks(now);
    const last = this.#waiting;
    // Plans of hundreds of rows are not read every second, to find that nothing has changed.
    if (last?.marks === marks && now < last.at + KNOWN_FOR_MS) return last.is;
    const is = this.all().some(({ state }) => isWaiting(state));
    this.#waiting = { marks, at: now, is };
    return is;
  }

  /** A text that changes whenever a request comes, is answered, expires or ends. By the names of files: for looking often. */
  marks(now = Date.now()): string {
    if (!this.#folder.isMade()) return '';
    const names = this.#folder.names().filter((name) => /\.(?:request|yes-[12]|closed|outcome)\.json$/.test(name));
    const expired = [...this.#known.values()].filter(({ createdAt }) => now >= createdAt + VALID_FOR_MS);
    return [...names.sort(), ...expired.map(({ id }) => `${id} expired`).sort()].join(' ');
  }

  #current(): ApprovalRequest[] {
    const ids = new Set(this.#folder.ids());
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
    for (const id of ids) {
      const request = this.#known.has(id) ? undefined : readRequest(this.#folder, id);
      if (request) this.#known.set(id, request);
    }
    return [...this.#known.values()].filter(({ ways }) => ways.includes(this.#way));
  }
}
