// The built server as a host sees it: JSON-RPC over stdio, one request at a time, and a person who agrees to all.
// Without the SDK's client, whose own work is no part of the server's.
import path from 'node:path';
import { Child } from './child.ts';
import { SERVER, type Surroundings } from './surroundings.ts';

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: '2025-06-18',
    capabilities: { elicitation: { form: {} } },
    clientInfo: { name: 'bench', version: '1' },
  },
});
const INITIALIZED = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });
const LIST_TOOLS = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });

export class Server {
  readonly #child: Child;
  #lastId = 1;

  private constructor(child: Child) {
    this.#child = child;
  }

  /** Starts it and sends all that comes before the first call at once. @returns it, and the line that lists the tools */
  static async start(
    { environment, folder }: Surroundings,
    options: string[] = [],
  ): Promise<{ server: Server; toolsLine: string }> {
    const child = new Child([SERVER, '--state-dir', path.join(folder, 'state'), ...options], environment);
    child.write(INITIALIZE, INITIALIZED, LIST_TOOLS);
    await child.nextLine();
    const toolsLine = await child.nextLine();
    return { server: new Server(child), toolsLine };
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** @throws Error for anything but a success */
  async listAccessKeys(userName: string): Promise<void> {
    const answer = await this.call('list_access_keys', { user_name: userName });
    checkEntries(answer, 1);
  }

  /**
   * Calls a tool, and has a person agree to it where one is asked.
   * @param typed what the person types
   * @returns the line of the answer: to parse it is the host's work
   */
  async call(name: string, given: object, typed = ''): Promise<string> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.#send({ id, method: 'tools/call', params: { name, arguments: given } });
    for (;;) {
      const line = await this.#child.nextLine();
      // Only what the server asks is short enough to be parsed while time runs.
      if (!line.includes('"method":')) return line;
      const { id: asked, method } = JSON.parse(line);
      if (asked === undefined) continue;
      const result = method === 'ping' ? {} : { action: 'accept', content: { confirmation: typed } };
      this.#send({ id: asked, result });
    }
  }

  end(): Promise<void> {
    return this.#child.end();
  }

  kill(): void {
    this.#child.kill();
  }

  #send(message: object): void {
    this.#child.write(JSON.stringify({ jsonrpc: '2.0', ...message }));
  }
}

/** @throws Error when a tool's answer is not a success with so many entries */
export function checkEntries(line: string, expected: number): void {
  const { result } = JSON.parse(line);
  const found = result?.structuredContent?.result?.length;
  if (found !== expected || result.isError || result.structuredContent.has_error)
    throw new Error(`answered: ${line.slice(0, 2000)}`);
}
