// Servers on a free port of this machine that end with the test, and with them every connection they have.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** @returns the port */
export async function listening(server: Server, address = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>();
  // A TLS server announces a connection a second time when it is secure.
  for (const event of ['connection', 'secureConnection']) {
    server.on(event, (socket: Socket) => {
      sockets.add(socket);
      // A client that goes away is what a test is about, or the end of one.
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    });
  }
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** A port at which nothing listens: it was free a moment ago. */
export async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
