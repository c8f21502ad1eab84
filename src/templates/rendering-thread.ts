// The worker thread in which all templates are rendered, seen from the main thread: started with the first template,
// asked one thing at a time, ended when it does not answer in time, and started anew for the next.
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { TemplateError } from './template-error.ts';
import type { Answer, Message, Request } from './worker.ts';
import workerFile from './worker-file.ts';

export const MILLISECONDS_TO_ANSWER = 100;
const MILLISECONDS_WITH_PATIENCE = 300;
const MILLISECONDS_TO_START = 10_000;
// So many times as long at most, where the processors are busy with other things.
const MOST_WAITING = 2.5;
// Not worth a timer.
const MOMENT = 10;

let thread: Thread | undefined;
let queue: Promise<unknown> = Promise.resolve();

/**
 * Waits for its turn, and for the answer. There may be less in it than was asked for.
 * @param isPatient for what has been late before: on a busy machine that may be for no fault of its own
 * @returns 'late' where the thread had to be ended
 * @throws TemplateError when the thread ended by itself
 */
export function ask(request: Request, isPatient = false): Promise<Answer | 'late'> {
  const answer = queue.then(() => askNow(request, isPatient ? MILLISECONDS_WITH_PATIENCE : MILLISECONDS_TO_ANSWER));
  queue = answer.catch(() => {});
  return answer;
}

async function askNow(request: Request, within: number): Promise<Answer | 'late'> {
  const asked = thread ?? new Thread();
  thread = asked;
  const answer = await asked.answer(request, within);
  if (typeof answer === 'object' && answer.failure === undefined && !answer.isBloated) return answer;
  // Nobody waits for its end, which takes its time where memory has to be given back.
  asked.end();
  thread = undefined;
  if (answer === 'not started') throw new TemplateError('the template engine cannot be started');
  if (answer === 'ended') throw new TemplateError('the template engine ended at this template');
  if (answer !== 'late' && answer.failure !== undefined) throw new TemplateError(answer.failure);
  return answer;
}

class Thread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  #isReady = false;
  #hasEnded = false;
  #listener: (message: Message | 'ended') => void = () => {};

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(workerFile, {
      argv: [],
      env: {},
      execArgv: [],
      // Kept from this program's own. Nobody reads them: a stream that is read keeps the program alive, and all that the
      // thread may have to say is that the engine failed, once, since it is ended then.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
      workerData: port2,
      transferList: [port2],
    });
    const ended = () => {
      this.#hasEnded = true;
      this.#listener('ended');
    };
    this.#worker.on('error', ended).on('exit', ended);
    this.#port.on('message', (message: Message) => this.#listener(message));
    // A thread that waits for templates does not keep the program alive; the time for an answer does.
    this.#worker.unref();
    this.#port.unref();
  }

  async answer(request: Request, within: number): Promise<Answer | 'late' | 'ended' | 'not started'> {
    if (!this.#isReady && (await this.#next(MILLISECONDS_TO_START)) !== 'ready') return 'not started';
    this.#isReady = true;
    this.#port.postMessage(request);
    return (await this.#next(within)) as Answer | 'late' | 'ended';
  }

  end(): void {
    void this.#worker.terminate();
    this.#port.close();
  }

  #next(within: number): Promise<Message | 'late' | 'ended'> {
    if (this.#hasEnded) return Promise.resolve('ended');
    const clock = new Clock(within);
    return new Promise((resolve) => {
      const heard = (message: Message | 'late' | 'ended') => {
        clearTimeout(timer);
        this.#listener = () => {};
        resolve(message);
      };
      const timeOver = () => {
        // Where the main thread was busy, the timer is late, and the answer may be here.
        const here: Message | undefined = receiveMessageOnPort(this.#port)?.message;
        const left = clock.millisecondsLeft();
        if (here !== undefined || left <= 0) return heard(here ?? 'late');
        timer = setTimeout(timeOver, left);
      };
      let timer = setTimeout(timeOver, within);
      this.#listener = heard;
    });
  }
}

/**
 * On a machine with more to do than it can, a thread may wait long for a processor, and an honest template is not slow for
 * that: what counts is the time that this process had one. On other machines it is the same.
 */
class Clock {
  readonly #within: number;
  readonly #start = performance.now();
  readonly #startUsage = process.cpuUsage();

  constructor(within: number) {
    this.#within = within;
  }

  millisecondsLeft(): number {
    if (performance.now() - this.#start >= this.#within * MOST_WAITING) return 0;
    const { user, system } = process.cpuUsage(this.#startUsage);
    const left = this.#within - (user + system) / 1000;
    return left < MOMENT ? 0 : left;
  }
}
