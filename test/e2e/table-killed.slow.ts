// A process that is killed in the middle of a table, again and again: what it leaves on the disk must be enough to do
// every row once and none twice. TEST_SEED makes the random choices of an earlier run again, which prints its own.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import type { Envelope } from '../../src/envelope.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { NOW } from '../now.ts';
import { changesIn } from './aws-account.ts';
import { rowStates } from './journals.ts';
import { agree } from './pending-call.ts';
import { type RawHost, startRawHost } from './raw-host.ts';
import { MAIN } from './session.ts';
import { test } from './start-server.ts';
import { keysOfNewUsers } from './tables.ts';

const ROWS = 200;
const KILLS = 10;
const CONCURRENCY = 4;
const LATENCY_MS = 8;
// How many are deleted after the moment was chosen, with the latency above.
const MOST_MORE = 3 * CONCURRENCY;

const SEED = Number(process.env.TEST_SEED ?? Date.now() % 2 ** 32);

const deletionsIn = (aws: Sandbox) => changesIn(aws).filter(({ operation }) => operation === 'DeleteAccessKey');
const keyOf = ({ parameters }: { parameters: Record<string, string> }) => parameters.AccessKeyId ?? '';
const deletedIn = (aws: Sandbox) =>
  deletionsIn(aws)
    .filter(({ outcome }) => outcome === 'done')
    .map(keyOf);

async function untilDeleted(aws: Sandbox, count: number): Promise<void> {
  while (deletedIn(aws).length < count) await sleep(1);
}

/** When all that was on its way to the sandbox has arrived. */
async function untilQuiet(aws: Sandbox): Promise<void> {
  for (let seen = -1; seen !== aws.log.length; ) {
    seen = aws.log.length;
    await sleep(50);
  }
}

/** Numbers from 0 to 1, always the same ones for a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('a process that is killed in the middle of 200 deletions, ten times at random moments,', () => {
  test('and taken up with resume, deletes every key once, and sends none again that is known to be gone', {
    timeout: 600_000,
  }, async ({ aws, env, stateDir }) => {
    const rows = keysOfNewUsers(aws, ROWS);
    aws.order({
      operation: 'DeleteAccessKey',
      times: Number.POSITIVE_INFINITY,
      fault: { kind: 'latency', ms: LATENCY_MS },
    });
    const table = {
      rows,
      user_name: '{{ user }}',
      access_key_id: '{{ key }}',
      output_file: 'gone.jsonl',
      detail: 'full',
    };
    process.stdout.write(`TEST_SEED=${SEED}\n`);
    const random = randomFrom(SEED);
    const moments: string[] = [`TEST_SEED=${SEED}`];
    /** How many deletions had been sent when the journal first knew of a key that it was gone. */
    const knownAt = new Map<string, number>();

    // Every row is grave, since a user's only key goes: so many fit into no form.
    const callAndAgree = async (resume: boolean): Promise<{ host: RawHost; id: number; count: number }> => {
      const host = startRawHost([MAIN, '--state-dir', stateDir, '--concurrency', String(CONCURRENCY)], env);
      await host.initialize();
      const call = () => host.callTool('delete_access_key', { ...table, resume });
      const pending = (await host.answerTo(call())).result?.structuredContent as Envelope | undefined;
      const [, request = ''] = /^ApprovalPending: .* request (\w{6}) waits/.exec(pending?.error ?? '') ?? [];
      const count = new ApprovalRequests(stateDir).find(request)?.plan.rows.length ?? 0;
      agree(stateDir, request, String(count));
      return { host, id: call(), count };
    };

    /** Journal and sandbox agree on every row. */
    const compare = () => {
      const states = rowStates(stateDir);
      const deleted = new Set(deletedIn(aws));
      for (const [index, { key }] of rows.entries()) {
        const state = states.get(index + 1) ?? 'not attempted';
        const told = `row ${index + 1} is '${state}' in the journal; killed ${moments.join('; ')}`;
        // Sent and no more, or sent before a kill and not again since: nobody knows.
        if (state !== 'sent' && state !== 'unknown') expect(deleted.has(key), told).toBe(state === 'done');
        if (state === 'done' && !knownAt.has(key)) knownAt.set(key, deletionsIn(aws).length);
      }
    };

    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = deletedIn(aws).length;
      const { host, count } = await callAndAgree(kill > 0);
      expect(count, moments.join('; ')).toBe(ROWS - before);
      // So that some are left for each of the kills to come.
      const spare = ROWS - before - (KILLS - kill) * MOST_MORE;
      const more = 1 + Math.floor(random() * ((2 * spare) / (KILLS - kill + 1)));
      const wait = random() * LATENCY_MS;
      moments.push(`${more} after ${before} and ${wait.toFixed(1)} ms later`);
      await untilDeleted(aws, before + more);
      await sleep(wait);
      process.kill(host.pid, 'SIGKILL');
      expect((await host.ended).signal).toBe('SIGKILL');
      await untilQuiet(aws);
      compare();
    }

    const { host, id } = await callAndAgree(true);
    const envelope = (await host.answerTo(id)).result?.structuredContent as Envelope;
    expect(await host.stop()).toBe(0);
    expect(host.streams.brokenRules()).toEqual([]);
    compare();

    expect(envelope).toMatchObject({ error: null, has_error: false });
    expect(envelope.summary).toEqual({
      rows: ROWS,
      succeeded: ROWS,
      failed: 0,
      not_attempted: 0,
      done_earlier: expect.any(Number),
      done_now: expect.any(Number),
      now: NOW,
    });
    expect(rowStates(stateDir)).toEqual(new Map(rows.map((_, index) => [index + 1, 'done'])));
    expect((envelope.result as { input: unknown }[]).map(({ input }) => input)).toEqual(
      rows.slice(0, (envelope.result as unknown[]).length).map(({ user, key }) => ({ user, key })),
    );
    expect(deletedIn(aws).sort()).toEqual(rows.map(({ key }) => key).sort());
    const sentAgain = deletionsIn(aws).filter((entry, index) => index >= (knownAt.get(keyOf(entry)) ?? Infinity));
    expect(sentAgain, moments.join('; ')).toEqual([]);
  });
});
