// `aws-iam-mcp approve --bridge`: for a program of the operator's that asks people elsewhere, such as a bot in a chat.
// It is told of requests on standard output and answers on standard input, in JSON lines.
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Signer } from '../approval/put-signed.ts';
import type { ApprovalRequest } from '../approval/request.ts';
import { type News, RequestWatch } from '../approval/request-watch.ts';
import { ApprovalRequests } from '../approval/requests.ts';
import { cleanLine } from '../clean-text.ts';
import { reasonOf } from '../errors.ts';
import type { Approver } from '../settings/approvers.ts';
import type { Settings } from '../settings/settings.ts';
import { answerLine, LONGEST_LINE } from './bridge/answers.ts';
import { boundedLines } from './bridge/bounded-lines.ts';
import { readSigner } from './bridge/key-file.ts';
import { told } from './bridge/told.ts';

const LOOK_EVERY_MS = 300;

interface Bridge {
  stateDir: string;
  signer: Signer;
  /** All of the config. */
  approvers: readonly Approver[];
  input: Readable;
  output: Writable;
  /** Ends it, as the end of the input does. */
  signal: AbortSignal;
}

/** On this process's streams, until the input ends or the process is told to. @throws ConfigError for a key that is no approver's */
export async function bridgeOnStreams({ stateDir, approvers }: Settings, keyFile: string): Promise<void> {
  const signer = readSigner(keyFile, approvers);
  const end = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => end.abort());
  const { stdin: input, stdout: output } = process;
  await bridge({ stateDir, signer, approvers, input, output, signal: end.signal });
}

/** @returns when the input has ended, or the signal says so */
export async function bridge(parts: Bridge): Promise<void> {
  const { input, output, signal } = parts;
  const over = new AbortController();
  const end = () => over.abort();
  // Nobody reads any more.
  output.on('error', end);
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  const session = new Session(parts);
  const looking = session.lookUntil(over.signal);
  const listening = session.listen().finally(end);
  over.signal.addEventListener('abort', () => input.destroy());
  await Promise.all([looking, listening.catch(() => {})]);
  await new Promise<void>((resolve) => {
    output.write('', () => resolve());
  });
}

class Session {
  readonly #parts: Bridge;
  readonly #requests: ApprovalRequests;
  readonly #watch: RequestWatch;
  readonly #shown = new Map<string, ApprovalRequest>();
  /** Those that it has answered by itself: it has been told with the result. */
  readonly #answered = new Set<string>();
  /** What could not be told yet. */
  #untold: News[] = [];
  #lastProblem = '';

  constructor(parts: Bridge) {
    this.#parts = parts;
    this.#requests = new ApprovalRequests(parts.stateDir);
    this.#watch = new RequestWatch(parts.stateDir, 'bridge');
  }

  async lookUntil(signal: AbortSignal): Promise<void> {
    this.#look();
    this.#say({ event: 'ready', approver: this.#parts.signer.name });
    while (!signal.aborted) {
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
      if (!signal.aborted) this.#look();
    }
  }

  async listen(): Promise<void> {
    const { signer } = this.#parts;
    const surroundings = { shown: this.#shown, answered: this.#answered, signer, requests: this.#requests };
    for await (const line of boundedLines(this.#parts.input, LONGEST_LINE)) {
      if (line?.trim() !== '') this.#say(answerLine(line, surroundings));
    }
  }

  #look(): void {
    try {
      const news = [...this.#untold, ...this.#watch.look()];
      this.#untold = [];
      for (const each of news) this.#tell(each);
    } catch (error) {
      this.#sayProblem(error);
    }
  }

  #tell(news: News): void {
    const { request } = news;
    if (this.#isOwnAnswer(news)) return;
    try {
      const line = told(news, this.#parts);
      if (news.is === 'open') {
        this.#requests.see(request, { way: 'bridge', event: 'shown', approver: this.#parts.signer.name });
        this.#shown.set(request.id, request);
      }
      if (news.is === 'ended') this.#shown.delete(request.id);
      this.#say(line);
    } catch (error) {
      this.#untold.push(news);
      this.#sayProblem(error);
    }
  }

  #isOwnAnswer(news: News): boolean {
    if (news.is !== 'answered' || !this.#answered.has(news.request.id)) return false;
    return news.yes.way === 'bridge' && news.yes.approver === this.#parts.signer.name;
  }

  /** Once, and not at every look. */
  #sayProblem(error: unknown): void {
    const what = cleanLine(reasonOf(error));
    if (what !== this.#lastProblem) this.#say({ event: 'error', what });
    this.#lastProblem = what;
  }

  #say(line: object): void {
    this.#parts.output.write(`${JSON.stringify(line)}\n`);
  }
}
