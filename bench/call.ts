// What a call through the server costs above the same request with the bare SDK client.
import { IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import type { Row } from './row.ts';
import { Server } from './server.ts';
import { median, percentile, spread } from './statistics.ts';
import { REGION, type Surroundings } from './surroundings.ts';

const WARM_UP = 500;
const ROUNDS = 2000;
const MOST_ABOVE_MS = 1;

export async function measureCall(surroundings: Surroundings): Promise<Row> {
  const { endpoint, accessKeyId, secretAccessKey, keys } = surroundings.sandbox;
  const [{ user_name: userName }] = keys;
  const client = new IAMClient({ endpoint, region: REGION, credentials: { accessKeyId, secretAccessKey } });
  const { server } = await Server.start(surroundings);
  const through: number[] = [];
  const bare: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const ours = await timeOf(() => server.listAccessKeys(userName));
    const theirs = await timeOf(() => client.send(new ListAccessKeysCommand({ UserName: userName })));
    if (round < 0) continue;
    through.push(ours);
    bare.push(theirs);
  }
  await server.end();
  client.destroy();
  const above = median(through) - median(bare);
  const p99 = (times: number[]) => `p99 ${percentile(times, 0.99).toFixed(2)}`;
  return {
    what: `one \`list_access_keys\` call over stdio, ms (${ROUNDS} rounds)`,
    ours: `${spread(through, 2)}, ${p99(through)}`,
    against: `${spread(bare, 2)}, ${p99(bare)} bare SDK`,
    compared: `${above >= 0 ? '+' : ''}${above.toFixed(2)} ms`,
    bound: `+${MOST_ABOVE_MS} ms`,
    holds: above <= MOST_ABOVE_MS,
  };
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
