// How often the facts of a change are read, and which calls find the answer to it: N requests for the plan, and N before
// it is sent, however often its call is made in between.
import { describe, expect } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { changesIn, lastFour, turningOff } from '../e2e/aws-account.ts';
import { AT_ONCE, agree, PATIENT, pendingId, waitingCall } from '../e2e/pending-call.ts';
import { personWho } from '../e2e/person.ts';
import type { Server } from '../e2e/session.ts';
import { waitingRequests } from '../e2e/state-files.ts';
import { entriesOf, keysOfNewUsers, TURN_OFF } from '../e2e/tables.ts';
import { NOW } from '../now.ts';
import { test } from './start-server.ts';

const TOOL = 'update_access_key';

const SHAPES = [
  ['a single change', turningOff, lastFour, 1],
  ['a table of five', (aws: Sandbox) => ({ rows: keysOfNewUsers(aws, 5), ...TURN_OFF }), () => '5', 5],
] as const;

/** @returns what was sent since the last time: reads of facts, changes, and questions who the credentials are */
function newsOf(aws: Sandbox) {
  let known = 0;
  return () => {
    const operations = aws.log.slice(known).map(({ operation }) => operation);
    known = aws.log.length;
    const count = (name: string) => operations.filter((operation) => operation === name).length;
    return {
      facts: operations.filter((name) => !['GetCallerIdentity', 'UpdateAccessKey'].includes(name)).sort(),
      changes: count('UpdateAccessKey'),
      identities: count('GetCallerIdentity'),
    };
  };
}

/** The facts that one plan takes. */
async function factsOf(
  server: Server,
  args: Record<string, unknown>,
  news: ReturnType<typeof newsOf>,
): Promise<string[]> {
  expect((await server.call(TOOL, { ...args, dry_run: true })).error).toBeNull();
  const { facts, identities } = news();
  expect(facts.length).toBeGreaterThan(0);
  expect(identities).toBe(1);
  return facts;
}

describe.concurrent('facts are read once for the plan and once before the change', () => {
  test.for(SHAPES)('of %s that is agreed to in a form', async ([, argsFor, typed, changes], { start, aws }) => {
    const args = argsFor(aws);
    const server = await start({ person: personWho.types(typed(aws)) });
    const news = newsOf(aws);
    const facts = await factsOf(server, args, news);
    expect((await server.call(TOOL, args)).error).toBeNull();
    // Of each: the user, what they have by name, their keys, and the key's last use.
    expect(facts).toHaveLength(6 * changes);
    expect(news()).toEqual({ facts: [...facts, ...facts].sort(), changes, identities: 0 });
  });

  test.for(SHAPES)(
    'of %s that is agreed to at the terminal, between two calls',
    async ([, argsFor, typed], { start, aws, stateDir }) => {
      const args = argsFor(aws);
      const server = await start({ args: AT_ONCE });
      const news = newsOf(aws);
      const facts = await factsOf(server, args, news);
      const id = await pendingId(server, TOOL, args);
      expect(news()).toEqual({ facts, changes: 0, identities: 0 });
      // Nobody has answered: there is nothing to compare.
      await pendingId(server, TOOL, args);
      expect(news()).toEqual({ facts: [], changes: 0, identities: 0 });
      agree(stateDir, id, typed(aws));
      expect((await server.call(TOOL, args)).error).toBeNull();
      expect(news()).toMatchObject({ facts, identities: 0 });
    },
  );

  test.for(SHAPES)(
    'of %s that is agreed to while the second call waits',
    async ([, argsFor, typed], { start, aws, stateDir }) => {
      const args = argsFor(aws);
      const server = await start({ args: PATIENT });
      const news = newsOf(aws);
      const facts = await factsOf(server, args, news);
      const { id, call } = await waitingCall(server, TOOL, args);
      expect(news()).toEqual({ facts, changes: 0, identities: 0 });
      agree(stateDir, id, typed(aws));
      expect((await call).error).toBeNull();
      expect(news()).toMatchObject({ facts, identities: 0 });
    },
  );

  test('by another server, which asks who it is once', async ({ start, aws, stateDir }) => {
    const first = await start({ args: AT_ONCE });
    const news = newsOf(aws);
    const facts = await factsOf(first, turningOff(aws), news);
    agree(stateDir, await pendingId(first, TOOL, turningOff(aws)), lastFour(aws));
    news();
    expect((await (await start({ args: AT_ONCE })).call(TOOL, turningOff(aws))).error).toBeNull();
    expect(news()).toEqual({ facts, changes: 1, identities: 1 });
  });
});

describe.concurrent('facts that cannot be read for a moment', () => {
  const unreadable = { kind: 'error', status: 404, code: 'NoSuchEntity', message: 'not now' } as const;

  test('of a row leave it out, and the answer to the others is found', async ({ start, aws, stateDir }) => {
    const table = { rows: keysOfNewUsers(aws, 3), ...TURN_OFF };
    const server = await start({ args: AT_ONCE });
    aws.order({ operation: 'ListAccessKeys', fault: unreadable });
    const id = await pendingId(server, TOOL, table);
    const [request] = waitingRequests(stateDir);
    expect(request?.plan.rows).toHaveLength(2);
    expect(await pendingId(server, TOOL, table)).toBe(id);
    agree(stateDir, id, '2');
    const envelope = await server.call(TOOL, table);
    expect(envelope.summary).toEqual({ rows: 3, succeeded: 2, failed: 1, not_attempted: 0, now: NOW });
    // Nobody has seen that row.
    expect(entriesOf(envelope).flatMap(({ error }) => error ?? [])).toEqual([
      expect.stringMatching(/^FactsChanged: .*it was not in the plan.*Nothing was changed\.$/),
    ]);
    expect(changesIn(aws)).toHaveLength(2);
  });

  test('of a row after the yes make the others go on without it', async ({ start, aws, stateDir }) => {
    const table = { rows: keysOfNewUsers(aws, 3), ...TURN_OFF };
    const server = await start({ args: AT_ONCE });
    agree(stateDir, await pendingId(server, TOOL, table), '3');
    aws.order({ operation: 'ListAccessKeys', fault: unreadable });
    const envelope = await server.call(TOOL, table);
    expect(envelope.summary).toEqual({ rows: 3, succeeded: 2, failed: 1, not_attempted: 0, now: NOW });
    expect(changesIn(aws)).toHaveLength(2);
  });

  test.for(SHAPES)(
    'of %s after the yes leave the yes to the next call',
    async ([, argsFor, typed], { start, aws, stateDir }) => {
      const args = argsFor(aws);
      const server = await start({ args: AT_ONCE });
      const id = await pendingId(server, TOOL, args);
      agree(stateDir, id, typed(aws));
      aws.order({ operation: 'ListAccessKeys', times: Number.POSITIVE_INFINITY, fault: unreadable });
      const { error } = await server.call(TOOL, args);
      expect(error).toMatch(/^NoSuchEntity: .*Nothing was changed\.$/);
      aws.clearOrders();
      expect((await server.call(TOOL, args)).error).toBeNull();
    },
  );

  test('by who the credentials are refuse the call, and the answer is found afterwards', async ({
    start,
    aws,
    stateDir,
  }) => {
    const first = await start({ args: AT_ONCE });
    agree(stateDir, await pendingId(first, TOOL, turningOff(aws)), lastFour(aws));
    const second = await start({ args: AT_ONCE });
    aws.order({ operation: 'GetCallerIdentity', fault: { ...unreadable, status: 403, code: 'AccessDenied' } });
    expect((await second.call(TOOL, turningOff(aws))).error).toMatch(/^AccessDenied: .*Nothing was changed\.$/);
    expect((await second.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(changesIn(aws)).toHaveLength(1);
  });
});
