// AWS with another time: passes requests on to the sandbox and moves the Date of its answers.
import { createServer, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export async function startShiftedClock(target: string, seconds: number): Promise<{ endpoint: string }> {
  const server = createServer((incoming, outgoing) => {
    // The host header stays as it came, since it is signed.
    const forwarded = sendRequest(target, { method: incoming.method, headers: incoming.headers }, (answer) => {
      const date = new Date(Date.now() + seconds * 1000).toUTCString();
      outgoing.writeHead(answer.statusCode ?? 500, { ...answer.headers, date });
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
