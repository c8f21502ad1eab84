// The built server as a host sees it: JSON-RPC over stdio, one request at a time. Without the SDK's client, whose own
// work is no part of the server's.
import path from 'node:path';
import { Child } from './child.ts';
import { SERVER, type Surroundings } from './surroundings.ts';

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
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
  static async start({ environment, folder }: Surroundings): Promise<{ server: Server; toolsLine: string }> {
    const child = new Child([SERVER, '--state-dir', path.join(folder, 'state')], environment);
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
    this.#lastId += 1;
    const params = { name: 'list_access_keys', arguments: { user_name: userName } };
    this.#child.write(JSON.stringify({ jsonrpc: '2.0', id: this.#lastId, method: 'tools/call', params }));
    const line = await this.#child.nextLine();
    const { id, result } = JSON.parse(line);
    if (id !== this.#lastId || result?.structuredContent?.result?.length !== 1) throw new Error(`answered: ${line}`);
  }

  end(): Promise<void> {
    return this.#child.end();
  }

  kill(): void {
    this.#child.kill();
  }
}
