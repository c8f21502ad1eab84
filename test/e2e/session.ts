// What a test of the whole program has, however the server is reached: an AWS, a person's empty home, a state dir, and a
// host made with the SDK. start-server.ts spawns the built program; through-mcp/start-server.ts serves in this process.
// What every server owes (see recorded-streams.ts, and that it ends by itself) is checked when its test ends.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
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
import type { RawHost } from './raw-host.ts';
import type { RecordedStreams } from './recorded-streams.ts';
import { filesHolding } from './state-files.ts';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
export const MAIN = path.join(REPOSITORY, 'dist', 'main.js');

export type Environment = Record<string, string | undefined>;

export interface StartOptions {
  args?: string[];
  /** Beside what every server is given (see `env` below); undefined takes a variable away. */
  env?: Environment;
  /** Who answers forms. Without one, the host declares none. */
  person?: Person;
  /** How the host declares forms; `{}` is how hosts did before there were other kinds. */
  forms?: ClientCapabilities['elicitation'];
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
  .extend('env', ({ folder, aws }) => environmentFor(aws, folder));

export function environmentFor(aws: Sandbox, home: string): Record<string, string> {
  return {
    HOME: home,
    PATH: process.env.PATH ?? '',
    // Whoever runs the tests has a browser, perhaps, which is to stay as it is.
    AWS_IAM_MCP_OPEN: 'never',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
    AWS_REGION: 'us-east-1',
  };
}

/** A server that is running: what it writes, and its exit code when the host has left. */
export interface Running {
  streams: RecordedStreams;
  ended: Promise<number | null>;
}

/** @param running tells of the server, once the client is connected to it */
export async function connectHost<T extends Transport>(
  transport: T,
  running: (transport: T) => Running,
  { person, forms = { form: {} } }: Pick<StartOptions, 'person' | 'forms'>,
): Promise<Server> {
  const capabilities = person ? { elicitation: forms } : {};
  const client = new Client({ name: 'e2e', version: '1' }, { capabilities, jsonSchemaValidator: validators });
  if (person) {
    client.setRequestHandler(ElicitRequestSchema, ({ params }, { signal }) => person.answer(params, signal));
  }
  await client.connect(transport);
  const { streams, ended } = running(transport);
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

/** Stops every server, and fails the test for whatever one of them should not have done. */
export async function endAll(servers: (Server | RawHost)[], aws: Sandbox, stateDir: string): Promise<void> {
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
  const missing = ['result', 'error', 'has_error'].filter((name) => !Object.hasOwn(envelope, name));
  if (missing.length > 0) throw new Error(`the envelope has no ${missing}`);
  if (isError !== isFailure(envelope) || (envelope.error !== null) !== envelope.has_error) {
    throw new Error(`isError ${isError}, has_error ${envelope.has_error}, error ${envelope.error}`);
  }
  return envelope;
}
