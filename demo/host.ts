// The host's side of the drill: starts the built server as any host would, connects a client of the SDK to it, and has a
// person who answers the forms. It keeps all that the server sent.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Envelope } from '../src/envelope.ts';
import { connect, type Era, type SdkClient } from './sdk-clients.ts';

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
  era: Era,
  args: string[],
  home: string,
  show: { form(message: string): void; does(what: string): void },
): Promise<Host> {
  const received = { messages: '', stderr: '' };
  const watcher = {
    message(json: string) {
      received.messages += `${json}\n`;
    },
    stderr(text: string) {
      received.stderr += text;
    },
  };
  const env = { AWS_IAM_MCP_OPEN: 'never', HOME: home, USERPROFILE: home, APPDATA: home, LOCALAPPDATA: home };
  let person: Intent | undefined;
  let client: SdkClient;
  try {
    client = await connect(era, { command: process.execPath, args, env }, watcher, async ({ message, field }) => {
      if (!person) throw new Error('a form for nobody');
      const intent = person;
      person = undefined;
      show.form(message);
      await sleep(intent === 'declines' ? DECLINING_MS : TYPING_MS);
      if (intent === 'declines') {
        show.does('(presses Decline)');
        return { action: 'decline' };
      }
      show.does(intent.types);
      return { action: 'accept', content: { [field]: intent.types } };
    });
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
