// How long a host waits from starting the server until it knows the tools, held against Node's own start; and how many
// bytes that answer has.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Row } from './row.ts';
import { Server } from './server.ts';
import { median, spread } from './statistics.ts';
import type { Surroundings } from './surroundings.ts';

const WARM_UP = 3;
const ROUNDS = 40;
const MOST_TIMES = 2.5;
const MOST_BYTES = 14_000;

export async function measureStart(surroundings: Surroundings): Promise<Row> {
  const server: number[] = [];
  const node: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const ours = await timeServer(surroundings);
    const bare = await timeNode(surroundings);
    if (round < 0) continue;
    server.push(ours);
    node.push(bare);
  }
  const times = median(server) / median(node);
  return {
    what: `spawn to \`tools/list\` answered, ms (${ROUNDS} rounds)`,
    ours: spread(server, 0),
    against: `${spread(node, 0)} \`node -e 0\``,
    compared: `${times.toFixed(2)} times`,
    bound: `${MOST_TIMES} times`,
    holds: times <= MOST_TIMES,
  };
}

export async function measureToolsList(surroundings: Surroundings): Promise<Row> {
  const { server, toolsLine } = await Server.start(surroundings);
  await server.end();
  // The line break is on the wire, too.
  const bytes = Buffer.byteLength(`${toolsLine}\n`);
  return {
    what: '`tools/list` answer on the wire, bytes',
    ours: bytes.toLocaleString('en'),
    bound: MOST_BYTES.toLocaleString('en'),
    holds: bytes <= MOST_BYTES,
  };
}

async function timeServer(surroundings: Surroundings): Promise<number> {
  const startedAt = performance.now();
  const { server } = await Server.start(surroundings);
  const took = performance.now() - startedAt;
  await server.end();
  return took;
}

async function timeNode({ environment }: Surroundings): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['-e', '0'], { env: environment, stdio: 'pipe' });
  await once(child, 'exit');
  return performance.now() - startedAt;
}
