// A host without the SDK: writes to the server's stdin what it is told, byte by byte, and reads what comes back.
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { whatIsAskedFor } from './person.ts';
import { RecordedStreams } from './recorded-streams.ts';

export interface Message {
  id?: string | number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { code: number; message: string };
}

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** performance.now() */
  at: number;
}

export interface RawHost {
  readonly streams: RecordedStreams;
  readonly pid: number;
  readonly ended: Promise<Ending>;
  /** As it stands, without a line break after it. */
  write(text: string | Buffer): void;
  send(message: object): void;
  /** Shakes hands as hosts do. @param forms whether the host says that it can show some */
  initialize(forms?: boolean): Promise<void>;
  /** Sends a tool call. @returns its request id */
  callTool(name: string, args: Record<string, unknown>, meta?: { progressToken: string }): number;
  /** The answer to a request, when it comes. */
  answerTo(id: number): Promise<Message>;
  /** The first message with this method that the server sends, or has sent. */
  messageOf(method: string): Promise<Message>;
  messages(): Message[];
  closeStdin(): void;
  /** Lets what the server writes pile up in the pipe. */
  stopReading(): void;
  readOn(): void;
  /** Closes all pipes, as the end of a host's process does. */
  hangUp(): void;
  stop(): Promise<number | null>;
}

/** A server as a host has it: its pipes, and its end. */
export interface ServerProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly pid?: number;
  readonly ended: Promise<Ending>;
}

export function startRawHost(args: string[], env: Record<string, string>): RawHost {
  const child = spawn(process.execPath, args, { env, stdio: 'pipe' });
  const ended = new Promise<Ending>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, at: performance.now() }));
  });
  const { stdin, stdout, stderr, pid } = child;
  return rawHostOf({ stdin, stdout, stderr, pid, ended });
}

export function rawHostOf(server: ServerProcess): RawHost {
  const { stdin, stdout, stderr, ended } = server;
  const streams = new RecordedStreams(stdout, stderr);
  // A server that has ended early is told by what it did not answer.
  stdin.on('error', () => {});
  const messages = () => streams.lines.map((line) => JSON.parse(line) as Message);
  let lastId = 0;
  const host: RawHost = {
    streams,
    get pid() {
      // Not 0, to which a signal would go to the group of whoever runs the tests.
      if (server.pid === undefined) throw new Error('this server is no process of its own');
      return server.pid;
    },
    ended,
    messages,
    write: (text) => void stdin.write(text),
    send: (message) => host.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`),
    async initialize(forms = false) {
      lastId += 1;
      const capabilities = forms ? { elicitation: { form: {} } } : {};
      const clientInfo = { name: 'raw', version: '1' };
      const params = { protocolVersion: '2025-06-18', capabilities, clientInfo };
      const id = lastId;
      host.send({ id, method: 'initialize', params });
      await host.answerTo(id);
      host.send({ method: 'notifications/initialized' });
    },
    callTool(name, args, meta) {
      lastId += 1;
      host.send({
        id: lastId,
        method: 'tools/call',
        params: { name, arguments: args, ...(meta && { _meta: meta }) },
      });
      return lastId;
    },
    answerTo: (id) => streams.until(() => messages().find((message) => message.id === id && !message.method)),
    messageOf: (method) => streams.until(() => messages().find((message) => message.method === method)),
    closeStdin: () => void stdin.end(),
    stopReading: () => void stdout.pause(),
    readOn: () => void stdout.resume(),
    hangUp() {
      for (const pipe of [stdin, stdout, stderr]) pipe.destroy();
    },
    async stop() {
      stdin.end();
      return (await ended).code;
    },
  };
  return host;
}

/** The person in front of a raw host types what the form asks for. @returns what they read */
export async function agreeInForm(host: RawHost): Promise<string> {
  const form = await host.messageOf('elicitation/create');
  const text = String(form.params?.message);
  host.send({ id: form.id, result: { action: 'accept', content: { confirmation: whatIsAskedFor(text) } } });
  return text;
}
