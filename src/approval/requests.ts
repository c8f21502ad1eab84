// The requests of one state dir, as files that are created once and exclusively: whoever creates the file has settled the
// question, in whatever process. `ID.closed.json` is the only end of a request, so that a yes is used once at most.
import { lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { type Plan, planDigest } from '../plan/plan.ts';
import { appendPrivateLine, openStateFolder, readPrivateFile, writePrivateFile } from '../state/state-dir.ts';
import {
  type ApprovalRequest,
  type Closed,
  closedSchema,
  type Earlier,
  ID,
  isWaiting,
  newId,
  newToken,
  outcomeSchema,
  type RequestOutcome,
  type RequestState,
  requestSchema,
  type Seen,
  seenSchema,
  TOLD_FOR_MS,
  VALID_FOR_MS,
  type Way,
  type Yes,
  yesSchema,
} from './request.ts';
import { createdOnce, isThere, parsedAs, readAs } from './request-files.ts';

const FOLDER = 'requests';
// So many that a person can tell them apart.
const MOST_OF_AN_ASKER = 20;
const MOST_IN_ALL = 100;
// Of two calls that open one slot at once, one gives way at the first attempt.
const MOST_ATTEMPTS = 20;

/** What a call asks. */
export interface Draft {
  plan: Plan;
  callDigest: string;
  ways: Way[];
  asker: string;
  earlier?: Earlier;
}

/** Leads from a call to its request. With what the limits need, so that they do not have to read every request. */
const slotSchema = z.strictObject({ id: z.string().regex(ID), asker: z.string(), createdAt: z.number() });
type Slot = z.output<typeof slotSchema>;

/** Every method may throw the file system's error, or one that says that the folder is unsafe. */
export class ApprovalRequests {
  readonly stateDir: string;
  #checkedFolder: string | undefined;

  constructor(stateDir: string) {
    this.stateDir = stateDir;
  }

  /**
   * The request of a call: one that waits, or the last one, for as long as its end may be told.
   * @returns undefined where there is none
   */
  of(callDigest: string): { request: ApprovalRequest; state: RequestState } | undefined {
    const slot = readAs(slotSchema, this.#slotFile(callDigest));
    const request = slot && this.#read(slot.id);
    return request?.callDigest === callDigest ? { request, state: this.stateOf(request) } : undefined;
  }

  /** One that waits for an answer, or for its call. */
  find(id: string): ApprovalRequest | undefined {
    const request = ID.test(id) ? this.#read(id) : undefined;
    return request && isWaiting(this.stateOf(request)) ? request : undefined;
  }

  /** Those that a person can answer in this way, oldest first. */
  unanswered(way: Way): ApprovalRequest[] {
    return (
      this.#idsOfRequests()
        .flatMap((id) => this.#read(id) ?? [])
        .filter((request) => request.ways.includes(way) && this.stateOf(request).is === 'open')
        // One that no slot leads to is of a process that was killed as it opened it: no call would find the answer.
        .filter(({ id, callDigest }) => readAs(slotSchema, this.#slotFile(callDigest))?.id === id)
        .sort((a, b) => a.createdAt - b.createdAt)
    );
  }

  stateOf(request: ApprovalRequest, now = Date.now()): RequestState {
    const { id } = request;
    const closed = this.#closed(id);
    if (closed) return { is: 'closed', closed, outcome: readAs(outcomeSchema, this.#outcomeFile(id)) };
    if (now >= request.createdAt + VALID_FOR_MS) return { is: 'expired' };
    return isThere(this.#yesFile(id)) ? { is: 'answered', yes: readAs(yesSchema, this.#yesFile(id)) } : { is: 'open' };
  }

  /** Whether there is an answer or an end, by the names of files alone: for looking often. */
  hasNews(id: string): boolean {
    return isThere(this.#yesFile(id)) || isThere(this.#closedFile(id)) || !isThere(this.#requestFile(id));
  }

  /**
   * Opens a request, or finds the one that an identical call has opened first.
   * @throws Error when so many wait that a person could not tell them apart
   */
  open(draft: Draft, now = Date.now()): { request: ApprovalRequest; isNew: boolean } {
    this.tidy(now);
    this.#makeRoom(draft.asker, now);
    const request: ApprovalRequest = { id: newId(), token: newToken(), createdAt: now, yesesNeeded: 1, ...draft };
    writePrivateFile(this.#requestFile(request.id), JSON.stringify(request), { exclusive: true });
    const slotFile = this.#slotFile(draft.callDigest);
    const slot: Slot = { id: request.id, asker: draft.asker, createdAt: now };
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      if (createdOnce(slotFile, slot)) return { request, isNew: true };
      const known = this.of(draft.callDigest);
      if (known && isWaiting(known.state)) {
        rmSync(this.#requestFile(request.id), { force: true });
        return { request: known.request, isNew: false };
      }
      this.#freeSlot(draft.callDigest);
    }
    rmSync(this.#requestFile(request.id), { force: true });
    throw new Error('other calls go on opening this very request');
  }

  /**
   * Puts a person's yes to the request. What was typed has been judged by then, and is judged again before it is used.
   * @returns `too-late` when the request has come to its end meanwhile
   */
  agree(request: ApprovalRequest, given: Pick<Yes, 'typed' | 'way' | 'by'>): 'agreed' | 'answered' | 'too-late' {
    if (!isWaiting(this.stateOf(request))) return 'too-late';
    const yes: Yes = { ...given, planDigest: planDigest(request.plan), at: Date.now() };
    if (!createdOnce(this.#yesFile(request.id), yes)) return 'answered';
    // A no, or the clock, may have been faster: then the yes counts for nothing, and must not be called one.
    const state = this.stateOf(request);
    const isUsed = state.is === 'closed' && state.closed.is === 'used';
    return isWaiting(state) || isUsed ? 'agreed' : 'too-late';
  }

  /** @returns false when it had come to its end before */
  close({ id }: Pick<ApprovalRequest, 'id'>, end: Omit<Closed, 'at'>): boolean {
    return createdOnce(this.#closedFile(id), { ...end, at: Date.now() } satisfies Closed);
  }

  /**
   * Uses the request up: the last step before a change is sent.
   * @param call the random name of the call that uses it
   * @returns false when it has come to its end before, or is no longer valid
   */
  claim(request: ApprovalRequest, call: string): boolean {
    if (this.stateOf(request).is !== 'answered') return false;
    if (!this.close(request, { is: 'used', by: call })) return false;
    // A process that was stopped in between may wake when all files of the request were tidied away.
    return Date.now() < request.createdAt + VALID_FOR_MS && isThere(this.#requestFile(request.id));
  }

  leaveOutcome({ id }: ApprovalRequest, outcome: Omit<RequestOutcome, 'at'>): void {
    createdOnce(this.#outcomeFile(id), { ...outcome, at: Date.now() } satisfies RequestOutcome);
  }

  see({ id }: ApprovalRequest, seen: Omit<Seen, 'at'>): void {
    appendPrivateLine(this.#seenFile(id), JSON.stringify({ ...seen, at: Date.now() } satisfies Seen));
  }

  seenOf({ id }: ApprovalRequest): Seen[] {
    const text = isThere(this.#seenFile(id)) ? readPrivateFile(this.#seenFile(id)) : '';
    return text.split('\n').flatMap((line) => parsedAs(seenSchema, line) ?? []);
  }

  /** From now on this call is the one that waits. Of identical ones it is the newest: an older one may be given up. */
  waitAs({ id }: ApprovalRequest, call: string): void {
    writePrivateFile(this.#waiterFile(id), call);
  }

  /** Whether no newer call waits for the same. */
  isNewest({ id }: ApprovalRequest, call: string): boolean {
    try {
      return readPrivateFile(this.#waiterFile(id)) === call;
    } catch {
      return true;
    }
  }

  /** Removes what nobody can ask about any more. The end of a request goes last: without it, its yes would count again. */
  tidy(now = Date.now()): void {
    const folder = this.#folder();
    const isOld = (name: string) => {
      const stats = lstatSync(path.join(folder, name), { throwIfNoEntry: false });
      return stats !== undefined && now >= stats.mtimeMs + VALID_FOR_MS + TOLD_FOR_MS;
    };
    const remove = (name: string) => rmSync(path.join(folder, name), { force: true });
    const names = readdirSync(folder);
    for (const id of this.#idsOfRequests(names)) {
      if (!isOld(`${id}.request.json`)) continue;
      const request = this.#read(id);
      for (const kind of ['yes-1.json', 'seen.jsonl', 'waiter', 'request.json']) remove(`${id}.${kind}`);
      if (request) this.#freeSlot(request.callDigest);
      for (const kind of ['outcome.json', 'closed.json']) remove(`${id}.${kind}`);
    }
    // What a process left that was killed in the middle of it.
    const whole = new Set(this.#idsOfRequests(readdirSync(folder)));
    for (const name of names) {
      const [id = ''] = name.split('.');
      if (!whole.has(id) && isOld(name) && !name.endsWith('.slot')) remove(name);
      if (name.endsWith('.slot') && isOld(name)) this.#freeSlot(name.slice(0, -'.slot'.length));
    }
  }

  /** An asker's own oldest request that nobody has looked at gives way to the new one. */
  #makeRoom(asker: string, now: number): void {
    const waiting = this.#waitingSlots(now);
    const own = waiting.filter((slot) => slot.asker === asker);
    const isFull = waiting.length >= MOST_IN_ALL;
    if (!isFull && own.length < MOST_OF_AN_ASKER) return;
    const oldest = own.find(({ id }) => !isThere(this.#yesFile(id)) && !isThere(this.#seenFile(id)));
    if (oldest) this.close(oldest, { is: 'superseded', by: 'a newer request of the same host' });
    else if (isFull) throw new Error(`${waiting.length} requests wait already; answer or decline some of them first`);
  }

  /** Oldest first. */
  #waitingSlots(now: number): Slot[] {
    return readdirSync(this.#folder())
      .flatMap((name) => (name.endsWith('.slot') ? (readAs(slotSchema, this.#path(name)) ?? []) : []))
      .filter(({ id, createdAt }) => now < createdAt + VALID_FOR_MS && !isThere(this.#closedFile(id)))
      .sort((a, b) => a.createdAt - b.createdAt);
  }

  /** Removes a slot whose request waits no longer, and no other: somebody may have put a new one there. */
  #freeSlot(callDigest: string): void {
    const file = this.#slotFile(callDigest);
    const known = this.of(callDigest);
    if (known && isWaiting(known.state)) return;
    const taken = path.join(path.dirname(file), `.${crypto.randomUUID()}.slot-taken`);
    try {
      renameSync(file, taken);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    const slot = readAs(slotSchema, taken);
    const request = slot && this.#read(slot.id);
    // Put there between the look and the move.
    if (slot && request && isWaiting(this.stateOf(request))) createdOnce(file, slot);
    rmSync(taken, { force: true });
  }

  #read(id: string): ApprovalRequest | undefined {
    const request = readAs(requestSchema, this.#requestFile(id));
    return request?.id === id ? request : undefined;
  }

  /** Of an end that cannot be read, it is known that it is one. */
  #closed(id: string): Closed | undefined {
    const file = this.#closedFile(id);
    if (!isThere(file)) return undefined;
    return readAs(closedSchema, file) ?? { is: 'superseded', at: Date.now(), by: 'an end that cannot be read' };
  }

  #idsOfRequests(names = readdirSync(this.#folder())): string[] {
    return names.flatMap((name) => {
      const [id = '', ...kind] = name.split('.');
      return kind.join('.') === 'request.json' && ID.test(id) ? [id] : [];
    });
  }

  /** Made, and seen to be this user's alone, before the first file in it is touched. */
  #folder(): string {
    this.#checkedFolder ??= openStateFolder(this.stateDir, FOLDER);
    return this.#checkedFolder;
  }

  #path = (name: string) => path.join(this.#folder(), name);
  #requestFile = (id: string) => this.#path(`${id}.request.json`);
  #yesFile = (id: string) => this.#path(`${id}.yes-1.json`);
  #closedFile = (id: string) => this.#path(`${id}.closed.json`);
  #outcomeFile = (id: string) => this.#path(`${id}.outcome.json`);
  #seenFile = (id: string) => this.#path(`${id}.seen.jsonl`);
  #waiterFile = (id: string) => this.#path(`${id}.waiter`);
  #slotFile = (callDigest: string) => this.#path(`${callDigest}.slot`);
}
