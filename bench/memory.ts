// What the server holds in memory after a thousand calls, against a process that sent the same requests with the bare
// SDK.
import { BareSdk } from './bare-sdk.ts';
import { residentMemory } from './process-memory.ts';
import type { Row } from './row.ts';
import { Server } from './server.ts';
import { median, spread } from './statistics.ts';
import type { Surroundings } from './surroundings.ts';

const CALLS = 1000;
const ROUNDS = 7;
const MOST_TIMES = 1.3;

export async function measureMemory(surroundings: Surroundings): Promise<Row> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await ofServer(surroundings));
    bare.push(await ofBareSdk(surroundings));
  }
  const times = median(ours) / median(bare);
  return {
    what: `resident memory after ${CALLS} calls, MiB (${ROUNDS} rounds)`,
    ours: spread(ours, 1),
    against: `${spread(bare, 1)} bare SDK, bundled`,
    compared: `${times.toFixed(2)} times`,
    bound: `${MOST_TIMES} times`,
    holds: times <= MOST_TIMES,
  };
}

async function ofServer(surroundings: Surroundings): Promise<number> {
  const { server } = await Server.start(surroundings);
  const [{ user_name }] = surroundings.sandbox.keys;
  for (let call = 0; call < CALLS; call += 1) await server.listAccessKeys(user_name);
  const resident = residentMemory(server.pid);
  await server.end();
  return resident;
}

async function ofBareSdk(surroundings: Surroundings): Promise<number> {
  const bare = await BareSdk.start(surroundings);
  const [key] = surroundings.sandbox.keys;
  await bare.carryOut({ do: 'list_access_keys', rows: Array(CALLS).fill(key), atOnce: 1 }, CALLS);
  const resident = residentMemory(bare.pid);
  await bare.end();
  return resident;
}
