// The built program as a child process over stdio, with the sandbox as its AWS in this process. What every server
// owes (see recorded-streams.ts, and that it ends by itself) is checked when its test ends.
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport, type StdioServerParameters } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  type CallToolResult,
  type ClientCapabilities,
  ElicitRequestSchema,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';
import type { JsonSchemaType, JsonSchemaValidator, jsonSchemaValidator } from '@modelcontextprotocol/sdk/validation';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { test as plainTest } from 'vitest';
import { type Envelope, isFailure } from '../../src/envelope.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Person } from './person.ts';
import { type RawHost, startRawHost } from './raw-host.ts';
import { RecordedStreams } from './recorded-streams.ts';
import { filesHolding } from './state-files.ts';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
export const MAIN = path.join(REPOSITORY, 'dist', 'main.js');

export interface StartOptions {
  args?: string[];
  /** Beside what every server is given (see `env` below); undefined takes a variable away. */
  env?: Record<string, string | undefined>;
  /** Who answers forms. Without one, the host declares none. */
  person?: Person;
  /** How the host declares forms; `{}` is how hosts did before there were other kinds. */
  forms?: ClientCapabilities['elicitation'];
  /** Another command than `node dist/main.js --state-dir …`; then `args` are all its arguments. */
  command?: string;
  cwd?: string;
}

export interface Server {
  readonly client: Client;
  readonly tools: Tool[];
  /** Every byte so far. */
  readonly streams: RecordedStreams;
  /** @returns the envelope, after checks that hold for each: both forms the same, its schema kept, isError right */
  call(tool: string, args: Record<string, unknown>, options?: RequestOptions): Promise<Envelope>;
  /** Closes stdin and waits for the end. @returns the exit code */
  stop(): Promise<number | null>;
}

export const test = plainTest
  .extend('aws', async ({ task: _ }, { onCleanup }) => {
    const sandbox = await startSandbox();
    onCleanup(() => sandbox.close());
    return sandbox;
  })
  .extend('folder', ({ task: _ }, { onCleanup }) => {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'aws-iam-mcp-e2e-')));
    onCleanup(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  })
  // Not there yet: the server makes it.
  .extend('stateDir', ({ folder }) => path.join(folder, 'state'))
  /** A person's empty home and the sandbox as AWS: what a host would give in its `env`. */
  .extend('env', ({ folder, aws }) => environmentFor(aws, folder))
  .extend('start', async ({ aws, env, stateDir }, { onCleanup }) => {
    const servers: Server[] = [];
    onCleanup(() => endAll(servers, aws, stateDir));
    return async (options: StartOptions = {}): Promise<Server> => {
      const server = await startServer({
        ...options,
        command: options.command ?? process.execPath,
        args: options.command === undefined ? mainWith(stateDir, options.args) : (options.args ?? []),
        env: { ...env, ...options.env },
      });
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

function mainWith(stateDir: string, args: string[] = []): string[] {
  return [MAIN, '--state-dir', stateDir, ...args];
}

function environmentFor(aws: Sandbox, home: string): Record<string, string> {
  return {
    HOME: home,
    PATH: process.env.PATH ?? '',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
    AWS_REGION: 'us-east-1',
  };
}

async function endAll(servers: (Server | RawHost)[], aws: Sandbox, stateDir: string): Promise<void> {
  const broken: string[] = [];
  for (const server of servers) {
    const code = await server.stop();
    if (code !== 0) broken.push(`the server ended with exit code ${code}`);
    broken.push(...server.streams.brokenRules());
    if (server.streams.stdout.includes(aws.credentials.secretAccessKey)) broken.push('stdout has the secret key');
  }
  const files = filesHolding(stateDir, aws.credentials.secretAccessKey);
  if (files.length > 0) broken.push(`the secret key stands in ${files.join(', ')}`);
  if (broken.length > 0) throw new Error(broken.join('\n'));
}

/** The SDK's own transport, of which nothing is changed: it is only looked at. */
class WatchedTransport extends StdioClientTransport {
  child: ChildProcess | undefined;
  streams: RecordedStreams | undefined;

  override async start(): Promise<void> {
    // `_process` is there as soon as `start` was called, before anything can have been written.
    const started = super.start();
    // biome-ignore lint/complexity/useLiteralKeys: the way to a private member
    const child = this['_process'] as unknown as ChildProcess;
    if (!child.stdout || !child.stderr) throw new Error('the transport has no pipes');
    this.child = child;
    this.streams = new RecordedStreams(child.stdout, child.stderr);
    await started;
  }
}

/** Compiles each schema once for all servers, which takes longer than a call. */
class SharedValidators implements jsonSchemaValidator {
  readonly #ajv = new AjvJsonSchemaValidator();
  readonly #compiled = new Map<string, JsonSchemaValidator<unknown>>();

  getValidator<T>(schema: JsonSchemaType): JsonSchemaValidator<T> {
    const key = JSON.stringify(schema);
    const validator = this.#compiled.get(key) ?? this.#ajv.getValidator(schema);
    this.#compiled.set(key, validator);
    return validator as JsonSchemaValidator<T>;
  }
}

const validators = new SharedValidators();

type Command = StartOptions & Pick<StdioServerParameters, 'command'>;

async function startServer(options: Command): Promise<Server> {
  const { command, args = [], cwd, person, forms = { form: {} } } = options;
  const env = Object.fromEntries(
    Object.entries(options.env ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const capabilities = person ? { elicitation: forms } : {};
  const client = new Client({ name: 'e2e', version: '1' }, { capabilities, jsonSchemaValidator: validators });
  if (person) {
    client.setRequestHandler(ElicitRequestSchema, ({ params }, { signal }) => person.answer(params, signal));
  }
  const transport = new WatchedTransport({ command, args, env, cwd, stderr: 'pipe' });
  await client.connect(transport);
  const { child, streams } = transport;
  if (!child || !streams) throw new Error('the server was not started');
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const { tools } = await client.listTools();
  return {
    client,
    tools,
    streams,
    async call(tool, args, options) {
      const result = await client.callTool({ name: tool, arguments: args }, undefined, options);
      return checkedEnvelope(result as CallToolResult);
    },
    async stop() {
      await client.close();
      return ended;
    },
  };
}

function checkedEnvelope({ content, structuredContent, isError }: CallToolResult): Envelope {
  // Against its schema the SDK's client has checked it, if it is there.
  const envelope = structuredContent as Envelope;
  const [first, ...links] = content;
  const text = first?.type === 'text' ? first.text : '';
  const named = links.map((link) => (link.type === 'resource_link' ? link.name : link.type));
  if (
    !isDeepStrictEqual(
      named,
      (envelope.files ?? []).map(({ name }) => name),
    )
  )
    throw new Error(`links to ${named}`);
  if (!isDeepStrictEqual(JSON.parse(text), envelope)) {
    throw new Error(`text and structuredContent differ: ${text} ${JSON.stringify(envelope)}`);
  }
  if (isError !== isFailure(envelope) || (envelope.error !== null) !== envelope.has_error) {
    throw new Error(`isError ${isError}, has_error ${envelope.has_error}, error ${envelope.error}`);
  }
  return envelope;
}
