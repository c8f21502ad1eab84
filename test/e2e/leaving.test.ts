// How the program ends: soon after its host has gone or told it to, asking nobody any further, and finishing what it
// has sent. Not concurrent, since it is about time.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { changesIn, lastFour, turningOff } from './aws-account.ts';
import { eventually } from './eventually.ts';
import { AT_ONCE, agree, PATIENT, pendingId, TWICE_PENDING } from './pending-call.ts';
import type { RawHost } from './raw-host.ts';
import { test } from './start-server.ts';
import { auditOf, filesBelow, waitingRequests } from './state-files.ts';

const TOOL = 'update_access_key';
const AGREED = ['--approval', 'host'];

async function endedWithin(host: RawHost, mostMs: number, act: () => void): Promise<void> {
  const begun = performance.now();
  act();
  const { code, signal, at } = await host.ended;
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  expect(at - begun).toBeLessThan(mostMs);
}

/** As a script does: everything at once, and no more. */
function pipeIn(host: RawHost, tool: string, args: Record<string, unknown>): void {
  const clientInfo = { name: 'script', version: '1' };
  host.send({ id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo } });
  host.send({ method: 'notifications/initialized' });
  host.send({ id: 2, method: 'tools/list' });
  host.send({ id: 3, method: 'tools/call', params: { name: tool, arguments: args } });
  host.closeStdin();
}

function answerIn(host: RawHost, id: number): Record<string, unknown> | undefined {
  return host.messages().find((message) => message.id === id)?.result;
}

// The time is limited by design, so that a machine busy with something else may fail these once.
const BUSY = { retry: 2 };

describe('requests that are piped in, with stdin closed at once,', BUSY, () => {
  test('still get their answers', async ({ startRaw, aws }) => {
    const host = startRaw();
    pipeIn(host, 'list_access_keys', { user_name: 'ci-deploy' });
    expect((await host.ended).code).toBe(0);
    expect(answerIn(host, 2)?.tools).toHaveLength(7);
    expect(answerIn(host, 3)?.structuredContent).toMatchObject({
      result: [{ AccessKeyId: aws.company.leakedKeyId }],
      error: null,
    });
  });

  test('still get them from an AWS that is a sea away', async ({ startRaw, aws }) => {
    aws.order({ fault: { kind: 'latency', ms: 200 } });
    const host = startRaw();
    pipeIn(host, 'list_access_keys', { user_name: 'ci-deploy' });
    await host.ended;
    expect(answerIn(host, 3)?.structuredContent).toMatchObject({ error: null });
  });
});

describe('a change that a person agreed to before, piped in with stdin closed at once,', () => {
  test('is made, or leaves the agreement for the next call', async ({ start, startRaw, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    agree(stateDir, await pendingId(server, TOOL, turningOff(aws)), lastFour(aws));
    const host = startRaw(AT_ONCE);
    pipeIn(host, TOOL, turningOff(aws));
    await host.ended;
    expect(answerIn(host, 3)?.structuredContent).toHaveProperty('has_error');
    if (changesIn(aws).length === 0) await server.call(TOOL, turningOff(aws));
    expect(aws.key(aws.company.leakedKeyId)?.status).toBe('Inactive');
    expect(changesIn(aws)).toHaveLength(1);
  });
});

describe('an answer of a megabyte', () => {
  test('arrives whole, although stdin closes as it begins to arrive', async ({ startRaw, aws }) => {
    aws.load({ policies: 1500 });
    const host = startRaw();
    await host.initialize();
    const before = host.streams.stdout.length;
    const id = host.callTool('list_policies', {});
    await host.streams.until(() => (host.streams.stdout.length > before ? true : undefined));
    host.closeStdin();
    await host.ended;
    expect(answerIn(host, id)?.structuredContent).toMatchObject({ error: null });
  });

  test('arrives whole, although stdin closes and the host reads slowly', async ({ startRaw, aws }) => {
    aws.load({ policies: 1500 });
    const host = startRaw();
    await host.initialize();
    host.stopReading();
    const id = host.callTool('list_policies', {});
    await eventually(() => expect(aws.log.length).toBeGreaterThan(1));
    await sleep(300);
    host.closeStdin();
    await sleep(200);
    host.readOn();
    await host.ended;
    expect(answerIn(host, id)?.structuredContent).toMatchObject({ error: null });
  });
});

const WAYS = [
  ['when stdin closes', (host: RawHost) => host.closeStdin()],
  ['on SIGTERM', (host: RawHost) => process.kill(host.pid, 'SIGTERM')],
  ['on SIGINT', (host: RawHost) => process.kill(host.pid, 'SIGINT')],
] as const;

describe.for(WAYS)('%s', BUSY, ([, leave]) => {
  test('ends within a second while idle', async ({ startRaw }) => {
    const host = startRaw();
    await host.initialize();
    await endedWithin(host, 1000, () => leave(host));
  });

  test('ends within a second, although a person is being asked by a form', async ({ startRaw, aws, stateDir }) => {
    const host = startRaw();
    await host.initialize(true);
    host.callTool(TOOL, turningOff(aws));
    await host.messageOf('elicitation/create');
    await endedWithin(host, 1000, () => leave(host));
    expect(auditOf(stateDir).map(({ event }) => event)).toEqual(['asked', 'refused']);
    expect(changesIn(aws)).toEqual([]);
  });

  test('ends within a second, although a call waits for the terminal, and leaves its request', async ({
    startRaw,
    aws,
    stateDir,
  }) => {
    const host = startRaw(PATIENT);
    await host.initialize();
    await host.answerTo(host.callTool(TOOL, turningOff(aws)));
    host.callTool(TOOL, turningOff(aws));
    await eventually(() => expect(auditOf(stateDir)).toHaveLength(3));
    await endedWithin(host, 1000, () => leave(host));
    expect(auditOf(stateDir).map(({ event }) => event)).toEqual(TWICE_PENDING);
    expect(waitingRequests(stateDir)).toHaveLength(1);
    expect(changesIn(aws)).toEqual([]);
  });
});

describe('when stdin closes', () => {
  test('ends within a second, although AWS does not answer what was only read', async ({ startRaw, aws }) => {
    aws.order({ operation: 'ListPolicies', fault: { kind: 'silence' } });
    const host = startRaw();
    await host.initialize();
    host.callTool('list_policies', {});
    await eventually(() => expect(aws.log).toHaveLength(1));
    await endedWithin(host, 1000, () => host.closeStdin());
  });
});

describe.for(WAYS.slice(0, 2))('%s', ([, leave]) => {
  test('finishes a change that was sent', async ({ startRaw, aws, stateDir }) => {
    aws.order({ operation: 'UpdateAccessKey', fault: { kind: 'latency', ms: 1500 } });
    const host = startRaw(AGREED);
    await host.initialize();
    host.callTool(TOOL, turningOff(aws));
    await eventually(() => expect(auditOf(stateDir).at(-1)?.event).toBe('sent'));
    // So that it is on its way, and not carried out yet.
    await sleep(200);
    await endedWithin(host, 3000, () => leave(host));
    expect(aws.key(aws.company.leakedKeyId)?.status).toBe('Inactive');
    expect(auditOf(stateDir).map(({ event }) => event)).toEqual(['asked', 'sent', 'done']);
  });
});

describe('when stdin closes and a signal follows, as hosts do that do not wait', () => {
  test('a change that was sent is finished, and a new secret kept', async ({ startRaw, aws, stateDir }) => {
    aws.order({ operation: 'CreateAccessKey', fault: { kind: 'latency', ms: 1000 } });
    const host = startRaw(AGREED);
    await host.initialize();
    host.callTool('create_access_key', { user_name: 'tom.okafor' });
    await eventually(() => expect(auditOf(stateDir).at(-1)?.event).toBe('sent'));
    await sleep(100);
    host.closeStdin();
    await sleep(100);
    process.kill(host.pid, 'SIGTERM');
    expect((await host.ended).code).toBe(0);
    const [key] = aws.keysOf('tom.okafor');
    expect(filesBelow(stateDir)).toContain(`keys/${key?.accessKeyId}.csv`);
    expect(auditOf(stateDir).at(-1)?.event).toBe('done');
  });
});

describe('a host that stops reading before it leaves', () => {
  test('does not keep the server alive', async ({ startRaw, aws }) => {
    aws.load({ policies: 1500 });
    const host = startRaw();
    await host.initialize();
    host.stopReading();
    host.callTool('list_policies', {});
    await eventually(() => expect(aws.log.length).toBeGreaterThan(1));
    await sleep(300);
    await endedWithin(host, 1000, () => host.hangUp());
  });
});

describe('a change that a person agreed to as the host was leaving', () => {
  test('is made with its outcome on record, or not made at all', async ({ startRaw, aws, stateDir }) => {
    const host = startRaw();
    await host.initialize(true);
    host.callTool(TOOL, turningOff(aws));
    const form = await host.messageOf('elicitation/create');
    host.send({ id: form.id, result: { action: 'accept', content: { confirmation: lastFour(aws) } } });
    await endedWithin(host, 3000, () => host.closeStdin());
    const outcome = auditOf(stateDir).at(-1)?.event;
    expect(['done', 'refused']).toContain(outcome);
    expect(changesIn(aws)).toHaveLength(outcome === 'done' ? 1 : 0);
  });
});
