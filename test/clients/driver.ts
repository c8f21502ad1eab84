// Drives a client in a process of its own, in whatever language it is written: one order at a time goes to its stdin, and
// what came of it is read from its file descriptor 3 (see speak.mjs and python/speak.py).
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export const FOLDER = fileURLToPath(new URL('.', import.meta.url));

const PATIENCE_MS = 10_000;

/** How a client starts the server. */
export interface ServerCommand {
  command: string;
  args: string[];
  env: Record<string, string>;
}

/** A tool as the client would give it to a model. */
export interface ListedTool {
  name: string;
  schema: { type?: string; properties?: Record<string, object> };
}

/** What a model would read of a call. */
export interface Reading {
  text: string;
  /** Whether the client says that the call failed; null where it does not say. */
  failed: boolean | null;
}

interface Form {
  message: string;
  requestedSchema: { properties: Record<string, object> };
}

/** Answers a form with what goes into its only field. */
export type TypesInto = (form: Form) => string;

type Message = { done: unknown } | { broke: string } | { asks: Form };

export class Driver {
  readonly #child: ChildProcess;
  readonly #messages: AsyncIterator<string>;
  #printed = '';

  /** @param command the client's script with what runs it */
  constructor([program = '', ...args]: string[]) {
    this.#child = spawn(program, args, {
      cwd: FOLDER,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, OPENAI_AGENTS_DISABLE_TRACING: '1' },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    const [, stdout, stderr, answers] = this.#child.stdio;
    const note = (text: unknown) => {
      this.#printed += String(text);
    };
    stdout?.on('data', note);
    stderr?.on('data', note);
    // That it could not be started is noticed when its messages end.
    this.#child.on('error', note);
    this.#child.stdin?.on('error', () => {});
    this.#messages = createInterface({ input: answers as Readable })[Symbol.asyncIterator]();
  }

  connect(server: ServerCommand, { forms = false } = {}): Promise<void> {
    return this.#order({ do: 'connect', server, forms });
  }

  list(): Promise<ListedTool[]> {
    return this.#order({ do: 'list' });
  }

  /** @param types the person in front of the host, where it has forms */
  call(name: string, args: Record<string, unknown>, types?: TypesInto): Promise<Reading> {
    return this.#order({ do: 'call', name, arguments: args }, types);
  }

  close(): Promise<void> {
    return this.#order({ do: 'close' });
  }

  /** Lets the client end, which closes its connection, and does not wait for long. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin?.end();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE_MS);
    await ended;
    clearTimeout(late);
  }

  async #order<T>(order: object, types?: TypesInto): Promise<T> {
    this.#write(order);
    for (;;) {
      const { value, done } = await this.#messages.next();
      if (done) throw new Error(`the client ended; it printed:\n${this.#printed}`);
      const message = JSON.parse(value) as Message;
      if ('broke' in message) throw new Error(`${message.broke}\nit printed:\n${this.#printed}`);
      if ('done' in message) return message.done as T;
      this.#write({ answer: answerTo(message.asks, types) });
    }
  }

  #write(message: object): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }
}

function answerTo(form: Form, types: TypesInto | undefined): object {
  const [field] = Object.keys(form.requestedSchema.properties);
  if (field === undefined || types === undefined) return { action: 'cancel' };
  return { action: 'accept', content: { [field]: types(form) } };
}
