// A Node process that is spoken to in lines, as a host speaks to a server over stdio.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

const LONGEST_ANSWER_MS = 60_000;

const running = new Set<Child>();
// So that nothing is left when this process ends early.
process.once('exit', () => {
  for (const child of running) child.kill();
});

export class Child {
  readonly pid: number;
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<void>;
  readonly #lines: string[] = [];
  #unfinished = '';
  #stderr = '';
  #wake = () => {};

  /** @param args of Node: a script and its arguments */
  constructor(args: string[], environment: NodeJS.ProcessEnv) {
    this.#process = spawn(process.execPath, args, { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
    this.pid = this.#process.pid ?? 0;
    running.add(this);
    this.#process.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      // A line of megabytes comes in many chunks: to look through all of it with each would be time of ours.
      const [end = '', ...lines] = chunk.split('\n');
      this.#unfinished += end;
      if (lines.length === 0) return;
      this.#lines.push(this.#unfinished, ...lines.slice(0, -1));
      this.#unfinished = lines.at(-1) ?? '';
      this.#wake();
    });
    this.#process.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      this.#stderr += chunk;
    });
    // A process that is gone shows itself by its exit.
    this.#process.stdin.on('error', () => {});
    this.#ended = new Promise((resolve) => {
      this.#process.once('exit', () => {
        running.delete(this);
        resolve();
        this.#wake();
      });
    });
  }

  write(...messages: string[]): void {
    this.#process.stdin.write(messages.map((message) => `${message}\n`).join(''));
  }

  /** @throws Error when the process ends, or takes too long */
  async nextLine(): Promise<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      if (!running.has(this)) throw new Error(`process ${this.pid} ended: ${this.#stderr.trim()}`);
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`process ${this.pid} is silent`)), LONGEST_ANSWER_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Ends it as a host does, by closing its stdin. */
  async end(): Promise<void> {
    this.#process.stdin.end();
    await this.#ended;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}
