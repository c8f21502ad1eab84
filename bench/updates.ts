// A table of changes against the bare SDK with as many requests on their way at once. A change reads facts of each row
// before and after a person agrees to it, which the bare SDK does not: what is compared is the time in which the changes
// themselves are sent, as the sandbox sees it on both sides.
import { BareSdk } from './bare-sdk.ts';
import type { Row } from './row.ts';
import type { Sandbox, Seen } from './sandbox.ts';
import { checkEntries, Server } from './server.ts';
import { median, spread } from './statistics.ts';
import type { Surroundings } from './surroundings.ts';
import { AT_ONCE, TEMPLATES, UNLIMITED } from './table.ts';

const WARM_UP = 1;
// As the reading of facts does for the server: code that has run more often runs faster.
const BARE_WARM_UP = 5;

export function measureUpdates(surroundings: Surroundings): Promise<Row[]> {
  return measured(surroundings, { latencyMs: 0, rounds: 11, leastShare: 0.9 });
}

export function measureSlowUpdates(surroundings: Surroundings): Promise<Row[]> {
  return measured(surroundings, { latencyMs: 30, rounds: 5, leastShare: 0.95 });
}

interface Conditions {
  latencyMs: number;
  rounds: number;
  /** Of the bare SDK's throughput. */
  leastShare: number;
}

async function measured(surroundings: Surroundings, conditions: Conditions): Promise<Row[]> {
  const { latencyMs, rounds, leastShare } = conditions;
  const { sandbox } = surroundings;
  const { server } = await Server.start(surroundings, UNLIMITED);
  const bare = await BareSdk.start(surroundings);
  const ours: number[] = [];
  const theirs: number[] = [];
  const wholeSeconds: number[] = [];
  for (let table = 0; table < BARE_WARM_UP; table += 1) await throughBareSdk(bare, sandbox);
  await sandbox.tell('UpdateAccessKey');
  await sandbox.beSlow(latencyMs);
  for (let round = -WARM_UP; round < rounds; round += 1) {
    const startedAt = performance.now();
    await throughServer(server, sandbox);
    const wholeMs = performance.now() - startedAt;
    const through = await throughput(sandbox);
    await throughBareSdk(bare, sandbox);
    const direct = await throughput(sandbox);
    if (round < 0) continue;
    ours.push(through);
    theirs.push(direct);
    wholeSeconds.push(wholeMs / 1000);
  }
  await sandbox.beSlow(0);
  await server.end();
  await bare.end();
  const share = median(ours) / median(theirs);
  const what = `\`update_access_key\` over ${sandbox.keys.length.toLocaleString('en')} rows${latencyMs > 0 ? `, each answer ${latencyMs} ms later` : ''}`;
  return [
    {
      what: `${what}: changes a second while they are sent (${rounds} rounds)`,
      ours: spread(ours, 0),
      against: `${spread(theirs, 0)} bare SDK`,
      compared: `${share.toFixed(2)} of it`,
      bound: `${leastShare} of it`,
      holds: share >= leastShare,
    },
    {
      what: `${what}: the whole call, s`,
      ours: spread(wholeSeconds, 2),
      bound: 'none',
    },
  ];
}

async function throughServer(server: Server, { keys }: Sandbox): Promise<void> {
  const answer = await server.call(
    'update_access_key',
    { ...TEMPLATES, status: 'Inactive', rows: keys },
    String(keys.length),
  );
  checkEntries(answer, keys.length);
}

async function throughBareSdk(bare: BareSdk, { keys }: Sandbox): Promise<void> {
  await bare.carryOut({ do: 'update_access_key', rows: keys, status: 'Active', atOnce: AT_ONCE }, keys.length);
}

async function throughput(sandbox: Sandbox): Promise<number> {
  const { count, ms }: Seen = await sandbox.tell('UpdateAccessKey');
  if (count !== sandbox.keys.length) throw new Error(`the sandbox saw ${count} changes and not ${sandbox.keys.length}`);
  return (count - 1) / (ms / 1000);
}
