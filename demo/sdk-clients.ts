// The SDK's two clients, which are alike in all that the drill needs: the one that most hosts are made with, and the one
// that speaks the protocol of 2026-07-28, in which the same call is made again once a person has answered.
import type { Readable } from 'node:stream';
import * as modern from '@modelcontextprotocol/client';
import * as modernStdio from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

export type Era = 'legacy' | 'modern';

/** How a server is started. */
export interface Launch {
  command: string;
  args: string[];
  env: Record<string, string>;
}

export interface Form {
  message: string;
  /** The name of the one field to fill in. */
  field: string;
}

export type Filled = { action: 'decline' } | { action: 'accept'; content: Record<string, string> };

/** What the two have in common. */
export interface SdkClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<{ structuredContent?: unknown }>;
  close(): Promise<void>;
}

/** What the server sends: every message as JSON, and whatever it writes to stderr. */
interface Watcher {
  message(json: string): void;
  stderr(text: string): void;
}

const IDENTITY = { name: 'drill', version: '1' };
const capabilities = { elicitation: { form: {} } };

export async function connect(
  era: Era,
  launch: Launch,
  watcher: Watcher,
  fillIn: (form: Form) => Promise<Filled>,
): Promise<SdkClient> {
  const answer = ({ params }: { params: object }) => fillIn(formIn(params));
  if (era === 'modern') {
    const client = new modern.Client(IDENTITY, { capabilities, versionNegotiation: { mode: { pin: '2026-07-28' } } });
    client.setRequestHandler('elicitation/create', answer);
    await client.connect(watched(new modernStdio.StdioClientTransport({ ...launch, stderr: 'pipe' }), watcher));
    return client;
  }
  const client = new Client(IDENTITY, { capabilities });
  client.setRequestHandler(ElicitRequestSchema, answer);
  await client.connect(watched(new StdioClientTransport({ ...launch, stderr: 'pipe' }), watcher));
  return client as SdkClient;
}

/** The client chains its own listener behind this one. */
function watched<T extends { onmessage?: (message: never) => void; stderr: unknown }>(
  transport: T,
  watcher: Watcher,
): T {
  (transport.stderr as Readable | null)?.on('data', (chunk) => watcher.stderr(String(chunk)));
  transport.onmessage = (message: unknown) => watcher.message(JSON.stringify(message));
  return transport;
}

function formIn(params: { message?: unknown; requestedSchema?: { properties: object } }): Form {
  if (!params.requestedSchema) throw new Error('this is no form');
  const [field = ''] = Object.keys(params.requestedSchema.properties);
  return { message: String(params.message), field };
}
