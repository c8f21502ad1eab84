// The built program as a child process over stdio, with the sandbox as its AWS in this process.
import type { ChildProcess } from 'node:child_process';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type RawHost, startRawHost } from './raw-host.ts';
import { RecordedStreams } from './recorded-streams.ts';
import {
  connectHost,
  endAll,
  MAIN,
  type Running,
  type Server,
  type StartOptions,
  test as withoutServer,
} from './session.ts';

interface SpawnOptions extends StartOptions {
  /** Another command than `node dist/main.js --state-dir …`; then `args` are all its arguments. */
  command?: string;
  cwd?: string;
}

export const test = withoutServer
  .extend('start', async ({ aws, env, stateDir }, { onCleanup }) => {
    const servers: Server[] = [];
    onCleanup(() => endAll(servers, aws, stateDir));
    return async ({ command, args = [], cwd, env: more, ...host }: SpawnOptions = {}): Promise<Server> => {
      const transport = new WatchedTransport({
        command: command ?? process.execPath,
        args: command === undefined ? mainWith(stateDir, args) : args,
        env: Object.fromEntries(
          Object.entries({ ...env, ...more }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
        ),
        cwd,
        stderr: 'pipe',
      });
      const server = await connectHost(transport, runningOn, host);
      servers.push(server);
      return server;
    };
  })
  .extend('startRaw', async ({ aws, env, stateDir }, { onCleanup }) => {
    const hosts: RawHost[] = [];
    onCleanup(() => endAll(hosts, aws, stateDir));
    return (args: string[] = [], more: Record<string, string> = {}): RawHost => {
      const host = startRawHost(mainWith(stateDir, args), { ...env, ...more });
      hosts.push(host);
      return host;
    };
  });

function mainWith(stateDir: string, args: string[]): string[] {
  return [MAIN, '--state-dir', stateDir, ...args];
}

/** The SDK's own transport, of which nothing is changed: it is only looked at. */
class WatchedTransport extends StdioClientTransport {
  running: Running | undefined;

  override async start(): Promise<void> {
    // `_process` is there as soon as `start` was called, before anything can have been written.
    const started = super.start();
    // biome-ignore lint/complexity/useLiteralKeys: the way to a private member
    const child = this['_process'] as unknown as ChildProcess;
    if (!child.stdout || !child.stderr) throw new Error('the transport has no pipes');
    this.running = {
      streams: new RecordedStreams(child.stdout, child.stderr),
      ended: new Promise<number | null>((resolve) => child.once('close', resolve)),
    };
    await started;
  }
}

function runningOn({ running }: WatchedTransport): Running {
  if (!running) throw new Error('the server was not started');
  return running;
}
