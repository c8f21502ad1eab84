// Reads of many: a table of a thousand, and a listing of ten thousand, against the bare SDK, which keeps nothing of what
// it gets. Both sides have sent a request before, and are timed from the request's line to the line of the answer.
import { BareSdk, type Job } from './bare-sdk.ts';
import { peakMemory } from './process-memory.ts';
import type { Row } from './row.ts';
import { checkEntries, Server } from './server.ts';
import { median, spread } from './statistics.ts';
import type { Surroundings } from './surroundings.ts';
import { AT_ONCE, TEMPLATES, UNLIMITED } from './table.ts';

const LAST_USED_ROUNDS = 11;
const LISTING_ROUNDS = 11;
const MOST_TIMES = 1.3;

interface Side {
  ms: number[];
  /** MiB */
  peak: number[];
}

export async function measureLastUsed(surroundings: Surroundings): Promise<Row> {
  const { keys } = surroundings.sandbox;
  const [ours, bare] = await inTurns(surroundings, LAST_USED_ROUNDS, {
    tool: 'get_access_key_last_used',
    given: { access_key_id: TEMPLATES.access_key_id, rows: keys },
    job: { do: 'get_access_key_last_used', rows: keys, atOnce: AT_ONCE },
    expected: keys.length,
  });
  const perSecond = ({ ms }: Side) => ms.map((each) => keys.length / (each / 1000));
  const share = median(perSecond(ours)) / median(perSecond(bare));
  return {
    what: `\`get_access_key_last_used\` over ${keys.length.toLocaleString('en')} rows: rows a second, whole call (${LAST_USED_ROUNDS} rounds)`,
    ours: spread(perSecond(ours), 0),
    against: `${spread(perSecond(bare), 0)} bare SDK`,
    compared: `${share.toFixed(2)} of it`,
    bound: 'none',
  };
}

export async function measureListPolicies(surroundings: Surroundings): Promise<Row[]> {
  const { policies } = surroundings.sandbox;
  const [ours, bare] = await inTurns(surroundings, LISTING_ROUNDS, {
    tool: 'list_policies',
    given: {},
    job: { do: 'list_policies' },
    expected: policies,
  });
  const times = median(ours.ms) / median(bare.ms);
  const what = `\`list_policies\` of ${policies.toLocaleString('en')}`;
  return [
    {
      what: `${what}, ms (${LISTING_ROUNDS} rounds)`,
      ours: spread(ours.ms, 0),
      against: `${spread(bare.ms, 0)} bare paginator`,
      compared: `${times.toFixed(2)} times`,
      bound: `${MOST_TIMES} times`,
      holds: times <= MOST_TIMES,
    },
    ...(ours.peak.length === 0
      ? []
      : [
          {
            what: `${what}: peak memory, MiB`,
            ours: spread(ours.peak, 0),
            against: `${spread(bare.peak, 0)} bare paginator`,
            compared: `${(median(ours.peak) / median(bare.peak)).toFixed(2)} times`,
            bound: 'none',
          },
        ]),
  ];
}

interface Reads {
  tool: string;
  given: object;
  job: Job;
  expected: number;
}

/** New processes for each round, since peaks are of all that a process has done. */
async function inTurns(surroundings: Surroundings, rounds: number, reads: Reads): Promise<[ours: Side, bare: Side]> {
  const ours: Side = { ms: [], peak: [] };
  const bare: Side = { ms: [], peak: [] };
  for (let round = 0; round < rounds; round += 1) {
    await ofServer(surroundings, reads, ours);
    await ofBareSdk(surroundings, reads, bare);
  }
  return [ours, bare];
}

function notePeak(pid: number, side: Side): void {
  const peak = peakMemory(pid);
  if (peak !== undefined) side.peak.push(peak);
}

async function ofServer(surroundings: Surroundings, { tool, given, expected }: Reads, side: Side): Promise<void> {
  const { server } = await Server.start(surroundings, UNLIMITED);
  const [{ user_name }] = surroundings.sandbox.keys;
  await server.listAccessKeys(user_name);
  const startedAt = performance.now();
  const answer = await server.call(tool, given);
  side.ms.push(performance.now() - startedAt);
  notePeak(server.pid, side);
  checkEntries(answer, expected);
  await server.end();
}

async function ofBareSdk(surroundings: Surroundings, { job, expected }: Reads, side: Side): Promise<void> {
  const bare = await BareSdk.start(surroundings);
  await bare.carryOut({ do: 'list_access_keys', rows: surroundings.sandbox.keys.slice(0, 1), atOnce: 1 }, 1);
  const startedAt = performance.now();
  await bare.carryOut(job, expected);
  side.ms.push(performance.now() - startedAt);
  notePeak(bare.pid, side);
  await bare.end();
}
