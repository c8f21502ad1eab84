// The requests of one state dir, as files that are created once and exclusively: whoever creates the file has settled the
// question, in whatever process. `ID.closed.json` is the only end of a request, so that a yes is used once at most.
import { rmSync } from 'node:fs';
import { type Plan, planDigest } from '../plan/plan.ts';
import { pause } from '../state/pause.ts';
import { appendPrivateLine, readPrivateFile, writePrivateFile } from '../state/state-dir.ts';
import {
  type ApprovalRequest,
  type Closed,
  type Earlier,
  ID,
  isWaiting,
  newId,
  newToken,
  personOf,
  type RequestOutcome,
  type RequestState,
  type Seen,
  TOLD_FOR_MS,
  VALID_FOR_MS,
  type Way,
  type Yes,
  yesSchema,
} from './request.ts';
import { createdOnce, isThere, type Kind, RequestFolder, readAs } from './request-files.ts';
import { oneTooMany } from './request-limits.ts';
import { RequestSlots, type Slot } from './request-slots.ts';
import { readRequest, seenIn, stateIn, yesFiles } from './request-state.ts';
import { tidyRequests } from './request-tidy.ts';

// Of calls that open one slot at once, one gets through with each attempt. Time enough, too, to go on where a process was
// killed (see request-slots.ts), and not more: the whole program waits meanwhile.
const LONGEST_ATTEMPT_MS = 1000;
const BETWEEN_ATTEMPTS_MS = 10;

/** What a call asks. */
export interface Draft {
  /** Where it goes by one already. */
  id?: string;
  plan: Plan;
  callDigest: string;
  ways: Way[];
  asker: string;
  /** One, where it is left out. */
  yesesNeeded?: ApprovalRequest['yesesNeeded'];
  /** A yes to it is not used up. */
  stands?: true;
  earlier?: Earlier;
}

/** Every method may throw the file system's error, or one that says that the folder is unsafe. */
export class ApprovalRequests {
  readonly stateDir: string;
  readonly #folder: RequestFolder;
  readonly #slots: RequestSlots;

  constructor(stateDir: string) {
    this.stateDir = stateDir;
    this.#folder = new RequestFolder(stateDir);
    this.#slots = new RequestSlots(this.#folder);
  }

  /**
   * The request of a call: one that waits, or the last one, for as long as its end may be told.
   * @returns undefined where there is none
   */
  of(callDigest: string): { request: ApprovalRequest; state: RequestState } | undefined {
    const request = this.#folder.isMade() ? this.#requestAt(this.#slots.of(callDigest), callDigest) : undefined;
    if (!request || Date.now() >= request.createdAt + VALID_FOR_MS + TOLD_FOR_MS) return undefined;
    return { request, state: this.stateOf(request) };
  }

  /** One that waits for an answer, or for its call. */
  find(id: string): ApprovalRequest | undefined {
    const request = ID.test(id) ? readRequest(this.#folder, id) : undefined;
    return request && isWaiting(this.stateOf(request)) ? request : undefined;
  }

  /** One that waits, by the random token that its host was given. */
  named(token: string): ApprovalRequest | undefined {
    return this.#folder.isMade() ? this.#waiting().find((request) => request.token === token) : undefined;
  }

  /**
   * Those that a person can answer in this way, oldest first. Not one that no slot leads to: the process that opened it
   * was killed, and no call would find the answer.
   */
  unanswered(way: Way): ApprovalRequest[] {
    return this.#waiting()
      .filter((request) => request.ways.includes(way) && this.stateOf(request).is === 'open')
      .filter(({ id, callDigest }) => this.#slots.of(callDigest)?.id === id)
      .sort((a, b) => a.createdAt - b.createdAt);
  }

  #waiting(): ApprovalRequest[] {
    return this.#folder
      .ids()
      .flatMap((id) => readRequest(this.#folder, id) ?? [])
      .filter((request) => isWaiting(this.stateOf(request)));
  }

  stateOf(request: ApprovalRequest, now = Date.now()): RequestState {
    return stateIn(this.#folder, request, now);
  }

  /** Whether there are all the answers or an end, by the names of files alone: for looking often. */
  hasNews({ id, yesesNeeded }: Pick<ApprovalRequest, 'id' | 'yesesNeeded'>): boolean {
    const has = (kind: Kind) => isThere(this.#folder.fileOf(id, kind));
    return has(`yes-${yesesNeeded}.json`) || has('closed.json') || !has('request.json');
  }

  /**
   * Opens a request, or finds the one that an identical call has opened first.
   * @throws Error when so many wait that a person could not tell them apart
   */
  open(draft: Draft, now = Date.now()): { request: ApprovalRequest; isNew: boolean } {
    this.tidy(now);
    const known = this.#requestAt(this.#slots.of(draft.callDigest), draft.callDigest);
    if (known && isWaiting(this.stateOf(known, now))) return { request: known, isNew: false };
    const tooMany = oneTooMany(this.#folder, this.#slots, draft.asker, now);
    if (tooMany) this.close(tooMany, { is: 'superseded', by: 'a newer request of the same host' });
    const request: ApprovalRequest = { id: newId(), token: newToken(), createdAt: now, yesesNeeded: 1, ...draft };
    const file = this.#folder.fileOf(request.id, 'request.json');
    writePrivateFile(file, JSON.stringify(request), { exclusive: true });
    const standing = this.#putInSlot(request, now);
    if (standing?.id === request.id) return { request, isNew: true };
    rmSync(file, { force: true });
    if (!standing) throw new Error('other calls go on opening this very request');
    return { request: standing, isNew: false };
  }

  /**
   * Puts a person's yes to the request. What was typed has been judged by then, and is judged again before it is used.
   * @returns `one-of-two` when another person has to agree, too; `answered` when this one, or as many as it takes, have
   *   done so before; `too-late` when the request has come to its end meanwhile
   * @throws Error for a way in which this request may not be answered
   */
  agree(
    request: ApprovalRequest,
    given: Omit<Yes, 'planDigest' | 'at'> & Partial<Pick<Yes, 'at'>>,
  ): 'agreed' | 'one-of-two' | 'answered' | 'too-late' {
    // It would be in the way of the yes that counts.
    if (!request.ways.includes(given.way)) throw new Error(`request ${request.id} cannot be answered by ${given.way}`);
    if (!isWaiting(this.stateOf(request))) return 'too-late';
    const yes: Yes = { at: Date.now(), ...given, planDigest: planDigest(request.plan) };
    if (!this.#createYes(request, yes)) return 'answered';
    // A no, or the clock, may have been faster: then the yes counts for nothing, and must not be called one.
    const state = this.stateOf(request);
    const isUsed = state.is === 'closed' && state.closed.is === 'used';
    if (state.is === 'open') return 'one-of-two';
    return isWaiting(state) || isUsed ? 'agreed' : 'too-late';
  }

  /** @returns false when this person, or as many as it takes, were faster */
  #createYes(request: ApprovalRequest, yes: Yes): boolean {
    for (const file of yesFiles(this.#folder, request)) {
      if (createdOnce(file, yes)) return true;
      const before = readAs(yesSchema, file);
      if (before && personOf(before) === personOf(yes)) return false;
    }
    return false;
  }

  /** @returns false when it had come to its end before */
  close({ id }: Pick<ApprovalRequest, 'id'>, end: Omit<Closed, 'at'> & Partial<Pick<Closed, 'at'>>): boolean {
    const closed: Closed = { at: Date.now(), ...end };
    if (!createdOnce(this.#folder.fileOf(id, 'closed.json'), closed)) return false;
    // A process that was stopped before this may wake when the request was tidied away, and its end with it.
    return isThere(this.#folder.fileOf(id, 'request.json'));
  }

  /**
   * Uses the request up: the last step before a change is sent.
   * @param call the random name of the call that uses it
   * @returns false when it has come to its end before, has no yes that can be read, or is no longer valid
   */
  claim(request: ApprovalRequest, call: string): boolean {
    const state = this.stateOf(request);
    if (state.is !== 'answered' || state.yeses.includes(undefined)) return false;
    if (!this.close(request, { is: 'used', by: call })) return false;
    if (Date.now() < request.createdAt + VALID_FOR_MS) return true;
    // The process was stopped in between. The end cannot be taken back, but it can be said what it came to.
    this.leaveOutcome(request, { what: 'ApprovalTimedOut: the request was older than ten minutes', isDelivered: true });
    return false;
  }

  leaveOutcome({ id }: ApprovalRequest, outcome: Omit<RequestOutcome, 'at'>): void {
    createdOnce(this.#folder.fileOf(id, 'outcome.json'), { ...outcome, at: Date.now() } satisfies RequestOutcome);
  }

  see({ id }: ApprovalRequest, seen: Omit<Seen, 'at'>): void {
    const whole: Seen = { at: Date.now(), ...seen };
    appendPrivateLine(this.#folder.fileOf(id, 'seen.jsonl'), JSON.stringify(whole));
  }

  seenOf({ id }: ApprovalRequest): Seen[] {
    return seenIn(this.#folder, id);
  }

  /** From now on this call is the one that waits. Of identical ones it is the newest: an older one may be given up. */
  waitAs({ id }: ApprovalRequest, call: string): void {
    writePrivateFile(this.#folder.fileOf(id, 'waiter'), call);
  }

  /** Whether no newer call waits for the same. */
  isNewest({ id }: ApprovalRequest, call: string): boolean {
    try {
      return readPrivateFile(this.#folder.fileOf(id, 'waiter')) === call;
    } catch {
      return true;
    }
  }

  /** Removes what nobody can ask about any more. */
  tidy(now = Date.now()): void {
    tidyRequests(this.#folder, this.#slots, now);
  }

  /** @returns the request that the call leads to then: this one, or that of a faster call; undefined when it is given up */
  #putInSlot(request: ApprovalRequest, now: number): ApprovalRequest | undefined {
    const { id, asker, createdAt, callDigest } = request;
    const until = performance.now() + LONGEST_ATTEMPT_MS;
    do {
      const last = this.#slots.of(callDigest);
      const known = this.#requestAt(last, callDigest);
      if (known && isWaiting(this.stateOf(known, now))) return known;
      if (this.#slots.put(callDigest, { id, asker, createdAt }, last)) return request;
      pause(BETWEEN_ATTEMPTS_MS);
    } while (performance.now() < until);
    return undefined;
  }

  #requestAt(slot: Slot | undefined, callDigest: string): ApprovalRequest | undefined {
    const request = slot && readRequest(this.#folder, slot.id);
    return request?.callDigest === callDigest ? request : undefined;
  }
}
