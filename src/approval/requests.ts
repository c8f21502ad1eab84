// Requests that wait for a person at a terminal: files in a 0700 folder of the state dir, one for the request and one
// for its answer. The server writes requests and takes answers; `aws-iam-mcp approve` reads and answers them.
import { randomInt } from 'node:crypto';
import { lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { callDigest, type Plan, planDigest, planSchema } from '../plan/plan.ts';
import { openStateFolder, readPrivateFile, writePrivateFile } from '../state/state-dir.ts';

const FOLDER = 'approvals';
export const VALID_FOR_MS = 10 * 60 * 1000;
const MOST_WAITING = 20;
// Without characters that look alike: a person may read an id out to another.
const ID_ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const ID_LENGTH = 6;
const ID = new RegExp(`^[${ID_ALPHABET}]{${ID_LENGTH}}$`);

const requestSchema = z.strictObject({ id: z.string().regex(ID), createdAt: z.number(), plan: planSchema });
const answerSchema = z.strictObject({
  decision: z.enum(['approved', 'declined']),
  /** What the person typed; the server checks it again. */
  typed: z.string(),
  /** Of the plan that the person saw. */
  planDigest: z.string(),
  answeredAt: z.number(),
  answeredBy: z.string(),
});

export type ApprovalRequest = z.output<typeof requestSchema>;
export type RequestAnswer = z.output<typeof answerSchema>;

/** The requests of one state dir. Every method may throw the file system's error, or one that says the folder is unsafe. */
export class ApprovalRequests {
  readonly stateDir: string;

  constructor(stateDir: string) {
    this.stateDir = stateDir;
  }

  /** Those that still may be answered or taken, oldest first. What is older is removed on the way. */
  list(now = Date.now()): ApprovalRequest[] {
    const folder = this.#folder();
    return readdirSync(folder)
      .flatMap((name) => {
        const file = path.join(folder, name);
        const request = name.endsWith('.request.json') ? readAs(requestSchema, file) : undefined;
        const isOwn = request !== undefined && `${request.id}.request.json` === name;
        if (isOwn && now < request.createdAt + VALID_FOR_MS) return [request];
        if (isOwn) this.remove(request.id);
        else removeLeftover(file, now);
        return [];
      })
      .sort((a, b) => a.createdAt - b.createdAt);
  }

  find(id: string, now = Date.now()): ApprovalRequest | undefined {
    if (!ID.test(id)) return undefined;
    const request = readAs(requestSchema, this.#requestFile(id));
    return request && request.id === id && now < request.createdAt + VALID_FOR_MS ? request : undefined;
  }

  /** The request that an earlier call with the same arguments by the same identity left. */
  findForCall(plan: Plan): ApprovalRequest | undefined {
    const wanted = callDigest(plan);
    return this.list().find((request) => callDigest(request.plan) === wanted);
  }

  /** @throws Error when so many wait that a person could not tell them apart */
  add(plan: Plan): ApprovalRequest {
    const waiting = this.list().length;
    if (waiting >= MOST_WAITING)
      throw new Error(`${waiting} requests wait already; answer or decline some of them first`);
    const id = Array.from({ length: ID_LENGTH }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('');
    const request = { id, createdAt: Date.now(), plan };
    writePrivateFile(this.#requestFile(id), JSON.stringify(request), { exclusive: true });
    return request;
  }

  /**
   * A no replaces a yes that has not been used yet.
   * @returns false when somebody has answered already, or the request is gone
   */
  answer(request: ApprovalRequest, answer: Pick<RequestAnswer, 'decision' | 'typed' | 'answeredBy'>): boolean {
    if (!this.find(request.id)) return false;
    const whole = { ...answer, planDigest: planDigest(request.plan), answeredAt: Date.now() };
    const file = this.#answerFile(request.id);
    const isTakenBack = answer.decision === 'declined' && readAs(answerSchema, file)?.decision === 'approved';
    // Of a call that uses the yes and a person who takes it back, one gets it.
    if (isTakenBack && !moved(file, `${file}.taken`)) return false;
    try {
      writePrivateFile(file, JSON.stringify(whole), { exclusive: true });
      // A call has used another answer meanwhile: this one came too late.
      if (this.find(request.id)) return true;
      rmSync(file, { force: true });
      return false;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  /**
   * What was answered, and left where it is.
   * @returns 'unreadable' for a file that is no answer, which stands in the way of any other
   */
  answerTo(id: string): RequestAnswer | 'unreadable' | undefined {
    const file = this.#answerFile(id);
    // Looked for first: an answer may come between the two.
    if (!lstatSync(file, { throwIfNoEntry: false })) return undefined;
    return readAs(answerSchema, file) ?? 'unreadable';
  }

  /**
   * Takes the answer out, so that it is used once: of two processes that try, one gets it.
   * @returns undefined while there is none
   */
  take(id: string): RequestAnswer | undefined {
    const file = this.#answerFile(id);
    if (this.answerTo(id) === undefined) return undefined;
    // The request first, so that there is no second answer to it, and of several that try one goes on.
    if (!moved(this.#requestFile(id), `${this.#requestFile(id)}.taken`)) return undefined;
    const answer = moved(file, `${file}.taken`) ? readAs(answerSchema, `${file}.taken`) : undefined;
    this.remove(id);
    return answer;
  }

  remove(id: string): void {
    for (const file of [this.#requestFile(id), this.#answerFile(id)]) {
      rmSync(file, { force: true });
      rmSync(`${file}.taken`, { force: true });
    }
  }

  #folder = () => openStateFolder(this.stateDir, FOLDER);
  #requestFile = (id: string) => path.join(this.#folder(), `${id}.request.json`);
  #answerFile = (id: string) => path.join(this.#folder(), `${id}.answer.json`);
}

/** An answer without a request, or a half-written file, once it is too old to belong to one. */
function removeLeftover(file: string, now: number): void {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() && now >= stats.mtimeMs + VALID_FOR_MS) rmSync(file, { force: true });
}

/** @returns false when it is not there: somebody else was first */
function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function readAs<Schema extends z.ZodType>(schema: Schema, file: string): z.output<Schema> | undefined {
  try {
    return schema.parse(JSON.parse(readPrivateFile(file)));
  } catch {
    // Not there, half there, or not ours: no request and no agreement.
    return undefined;
  }
}
