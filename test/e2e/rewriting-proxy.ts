// An AWS that says what it should not: passes requests on to the sandbox and rewrites its answers.
import { createServer, type IncomingMessage, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RewritingProxy {
  endpoint: string;
  close(): Promise<void>;
}

/**
 * @param rewrite gets the operation's name and the answer's XML; an answer that it never gives is never sent on
 * @param before is waited for before a request is passed on
 */
export async function startRewritingProxy(
  target: string,
  rewrite: (operation: string, xml: string) => string | Promise<string>,
  before: (operation: string) => Promise<void> | void = () => {},
): Promise<RewritingProxy> {
  const server = createServer(async (incoming, outgoing) => {
    const body = await textOf(incoming);
    const operation = new URLSearchParams(body).get('Action') ?? '';
    await before(operation);
    // The host header stays as it came, since it is signed.
    const forwarded = sendRequest(target, { method: 'POST', headers: incoming.headers }, async (answer) => {
      const xml = Buffer.from(await rewrite(operation, await textOf(answer)));
      outgoing.writeHead(answer.statusCode ?? 500, { ...answer.headers, 'content-length': xml.length }).end(xml);
    });
    forwarded.on('error', () => outgoing.destroy());
    forwarded.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
