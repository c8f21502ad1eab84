// The program in this process, put together as serve.ts does it and reached over two pipes in memory: a spawned one
// costs half a second of processor time, and what is tested in this folder (what a call comes to, for a host and a
// person) needs no process. That a process, real pipes and the built file change nothing, test/e2e shows, where the
// interface is the same. What is not seen here: stderr, signals, and whatever is read from the process's environment.
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { StdioServerTransport as V1StdioTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { assembleProgram } from '../../src/calls/program.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { serveMcp } from '../../src/server/serve-mcp.ts';
import { parseCommandLine, readCommandLine } from '../../src/settings/command-line.ts';
import type { Connection } from '../../src/settings/connection.ts';
import { loadConnections } from '../../src/settings/connections.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { type Ending, type RawHost, rawHostOf, type ServerProcess } from '../e2e/raw-host.ts';
import { RecordedStreams } from '../e2e/recorded-streams.ts';
import {
  connectHost,
  type Environment,
  endAll,
  MAIN,
  type Server,
  type StartOptions,
  test as withoutServer,
} from '../e2e/session.ts';

// main.ts does the same: the SDK announces on stderr that it will want a newer Node.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// As in stdio.ts: for answers that are on their way when the host leaves.
const LAST_ANSWERS_MS = 600;

// Templates get a tenth of a second of their process's time, which here is that of the host, of AWS and of other tests
// too: an honest one may be stopped for it. Nothing was done then, and the call is made again.
const STOPPED = /^InvalidArguments: the templates? took more than 100 ms/;
const MOST_CALLS = 10;

export const test = withoutServer
  .extend('start', async ({ aws, env, stateDir }, { onCleanup }) => {
    const servers: Server[] = [];
    onCleanup(() => endAll(servers, aws, stateDir));
    return async ({ args = [], env: more, ...host }: StartOptions = {}): Promise<Server> => {
      const { stdin, stdout, stderr, ended } = serveHere(['--state-dir', stateDir, ...args], { ...env, ...more });
      const running = { streams: new RecordedStreams(stdout, stderr), ended: ended.then(({ code }) => code) };
      // The SDK's transport over a pair of streams: it is the same at either end.
      const connected = connectHost(new V1StdioTransport(stdout, stdin), () => running, host);
      const endedEarly = ended.then(() => Promise.reject(new Error('the server has ended already')));
      const client = await Promise.race([connected, endedEarly]);
      const server: Server = {
        ...client,
        async call(...call) {
          for (let calls = 1; ; calls += 1) {
            const envelope = await client.call(...call);
            if (calls === MOST_CALLS || !STOPPED.test(envelope.error ?? '')) return envelope;
          }
        },
        stop() {
          stdin.end();
          return client.stop();
        },
      };
      servers.push(server);
      return server;
    };
  })
  .extend('startRaw', async ({ aws, env, stateDir }, { onCleanup }) => {
    const hosts: RawHost[] = [];
    onCleanup(() => endAll(hosts, aws, stateDir));
    return (args: string[] = [], more: Environment = {}): RawHost => {
      const host = rawHostOf(serveHere(['--state-dir', stateDir, ...args], { ...env, ...more }));
      hosts.push(host);
      return host;
    };
  });

function serveHere(argv: string[], environment: Environment): ServerProcess {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const ended = serve(argv, environment, { stdin, stdout });
  return { stdin, stdout, stderr, ended };
}

/** As stdio.ts does, until stdin ends. */
async function serve(
  argv: string[],
  environment: Environment,
  { stdin, stdout }: Record<'stdin' | 'stdout', PassThrough>,
): Promise<Ending> {
  const settings = await settingsFrom(argv, environment);
  const sandbox = settings.sandbox ? await startSandbox() : undefined;
  const loaded = await loadConnections(settings, sandbox, environment);
  const connections = [...loaded.connections].map(([label, each]) => [label, withoutChain(each, environment)] as const);
  const leaving = new AbortController();
  const program = assembleProgram(
    settings,
    { ...loaded, connections: new Map(connections) },
    {
      environment,
      approveCommand: (id) => `node ${MAIN} approve ${id} --state-dir ${settings.stateDir}`,
      leaving: leaving.signal,
    },
  );
  const hostLeft = new Promise<void>((resolve) => void stdin.once('end', resolve));
  const wire = new StdioServerTransport(stdin.pipe(new PassThrough(), { end: false }), stdout);
  const server = serveMcp(wire, program, { name: 'aws-iam-mcp', version: '0.0.0' });
  await Promise.race([hostLeft, server.closed]);
  leaving.abort();
  await Promise.race([Promise.allSettled(program.callsUnderWay), sleep(LAST_ANSWERS_MS, undefined, { ref: false })]);
  await Promise.allSettled(program.changesUnderWay);
  await server.close();
  // A process that ends cuts these off; here they must not reach into the next test.
  await Promise.allSettled(program.callsUnderWay);
  await sandbox?.close();
  return { code: 0, signal: null, at: performance.now() };
}

async function settingsFrom(argv: string[], environment: Environment): Promise<Settings> {
  // Without a config file on it, the command line would be followed by the one of whoever runs the tests.
  const read = argv.includes('--config') ? readCommandLine : parseCommandLine;
  const line = await read(argv, environment);
  if (line.command !== 'serve') throw new Error(`${argv.join(' ')} does not serve`);
  return line.settings;
}

/** What the SDK's chain would find in the environment, given outright: the tests of one process share the real one. */
function withoutChain(connection: Connection, environment: Environment): Connection {
  const { credentials } = connection;
  if (credentials.from === 'keys' || credentials.from === 'sandbox') return connection;
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL } = environment;
  if (credentials.from === 'profile' || !AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY || !AWS_ENDPOINT_URL) {
    throw new Error("what AWS's files or an environment without keys lead to is tested by test/e2e");
  }
  return {
    ...connection,
    region: connection.region ?? AWS_REGION,
    endpoint: AWS_ENDPOINT_URL,
    credentials: { from: 'keys', accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  };
}
