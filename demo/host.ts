// The host's side of the drill: starts the built server as any host would, connects the SDK's own client to it, and
// has a person who answers the forms. It keeps all that the server sent.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Envelope } from '../src/envelope.ts';

/** What the person in front of the host will do when a form comes: type this, or decline. */
export type Intent = { types: string } | 'declines';

export interface Host {
  /** Names of the tools that the server offers. */
  tools: string[];
  /** Calls a tool; `person` is who sits there, for a call that asks one. @throws Error when it asks nobody, or one too many */
  call(tool: string, input: Record<string, unknown>, person?: Intent): Promise<Envelope>;
  /** Every message that came from the server, as JSON, and whatever it wrote to stderr. */
  received: { messages: string; stderr: string };
  close(): Promise<void>;
}

const TYPING_MS = 300;
// The server takes a refusal within a second for the host's own, since nobody reads as fast.
const DECLINING_MS = 1200;

/**
 * @param home the server's home folder, so that no settings of the reader's own change the story
 * @param show what the server asks, and then what the person does
 */
export async function startHost(
  args: string[],
  home: string,
  show: { form(message: string): void; does(what: string): void },
): Promise<Host> {
  const received = { messages: '', stderr: '' };
  const env = { HOME: home, USERPROFILE: home, APPDATA: home, LOCALAPPDATA: home };
  const transport = new StdioClientTransport({ command: process.execPath, args, env, stderr: 'pipe' });
  transport.stderr?.on('data', (chunk) => {
    received.stderr += chunk;
  });
  // The client chains its own behind this one.
  transport.onmessage = (message) => {
    received.messages += `${JSON.stringify(message)}\n`;
  };

  const client = new Client({ name: 'drill', version: '1' }, { capabilities: { elicitation: { form: {} } } });
  let person: Intent | undefined;
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    if (!person || !('requestedSchema' in params)) throw new Error('a form for nobody');
    const intent = person;
    person = undefined;
    show.form(params.message);
    await sleep(intent === 'declines' ? DECLINING_MS : TYPING_MS);
    if (intent === 'declines') {
      show.does('(presses Decline)');
      return { action: 'decline' };
    }
    show.does(intent.types);
    const [field = ''] = Object.keys(params.requestedSchema.properties);
    return { action: 'accept', content: { [field]: intent.types } };
  });
  try {
    await client.connect(transport);
  } catch (error) {
    throw new Error(`the server did not start: ${received.stderr.trim() || error}`);
  }
  const { tools } = await client.listTools();
  return {
    tools: tools.map(({ name }) => name),
    received,
    async call(tool, input, intent) {
      person = intent;
      const { structuredContent } = await client.callTool({ name: tool, arguments: input });
      if (person) throw new Error(`${tool} did not ask the person`);
      return structuredContent as Envelope;
    },
    close: () => client.close(),
  };
}
