// A real chat server of one's own: prosody, with rooms that show real addresses and rooms that hide them.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const PASSWORD = 'only for tests';
export const NO_SERVER =
  spawnSync('prosodyctl', ['about'], { stdio: 'ignore' }).error &&
  '(skipped: the chat server prosody is not installed, which npm run test:chat does as root on Debian)';

export interface ChatServer {
  service: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

export async function startChatServer(users: readonly string[]): Promise<ChatServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'aws-iam-mcp-chat-'));
  const port = await freePort();
  const config = path.join(folder, 'prosody.cfg.lua');
  writeFileSync(config, configOf(folder, port));
  for (const user of users) {
    execFileSync('prosodyctl', ['--config', config, 'register', user, 'localhost', PASSWORD], { stdio: 'ignore' });
  }
  let child: ChildProcess | undefined;
  const server: ChatServer = {
    service: `xmpp://127.0.0.1:${port}`,
    async start() {
      child = spawn('prosody', ['-F', '--config', config], { stdio: 'ignore' });
      await listening(port);
    },
    async stop() {
      const ended = new Promise((resolve) => child?.once('close', resolve));
      child?.kill('SIGKILL');
      await ended;
    },
    async remove() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

function configOf(folder: string, port: number): string {
  return `
    run_as_root = true
    pidfile = "${folder}/prosody.pid"
    data_path = "${folder}"
    log = { error = "${folder}/prosody.log" }
    modules_enabled = { "saslauth", "roster", "disco", "ping" }
    modules_disabled = { "s2s", "tls" }
    interfaces = { "127.0.0.1" }
    c2s_ports = { ${port} }
    s2s_ports = {}
    http_ports = {}
    https_ports = {}
    c2s_require_encryption = false
    authentication = "internal_plain"
    VirtualHost "localhost"
    Component "rooms.localhost" "muc"
      restrict_room_creation = false
      muc_room_locking = false
      muc_room_default_public_jids = true
    Component "hidden.localhost" "muc"
      restrict_room_creation = false
      muc_room_locking = false
  `;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.end());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
