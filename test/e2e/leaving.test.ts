// How the program ends: soon after its host has gone or told it to, asking nobody any further, and finishing what it
// has sent. Not concurrent, since it is about time.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { changesIn, lastFour, turningOff } from './aws-account.ts';
import { eventually } from './eventually.ts';
import { AT_ONCE, agree, PATIENT, pendingId, TWICE_PENDING } from './pending-call.ts';
import type { RawHost } from './raw-host.ts';
import { startRewritingProxy } from './rewriting-proxy.ts';
import { test } from './start-server.ts';
import { auditOf, filesBelow, waitingRequests } from './state-files.ts';

const TOOL = 'update_access_key';
const AGREED = ['--approval', 'host'];

// The program waits so long for answers that are on their way when its host leaves.
const LAST_ANSWERS_MS = 600;
// What ends within a second where nothing else is to do may take as many of a host's starts longer where a machine is busy.
const STARTS_LONGER = 5;

const startMs = new WeakMap<RawHost, number>();

/** Shakes hands with a host that was started just now, and measures how long that takes on this machine as it is. */
async function initialize(host: RawHost, forms = false): Promise<void> {
  const begun = performance.now();
  await host.initialize(forms);
  startMs.set(host, performance.now() - begun);
}

async function endedWithin(host: RawHost, mostMs: number, act: () => void): Promise<void> {
  const begun = performance.now();
  act();
  const { code, signal, at } = await host.ended;
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  expect(at - begun).toBeLessThan(mostMs + STARTS_LONGER * (startMs.get(host) ?? 0));
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

describe('requests that are piped in, with stdin closed at once,', () => {
  test.for([
    ['still get their answers', 0],
    ['still get them from an AWS that is a sea away', 200],
  ] as const)('%s', async ([, latencyMs], { startRaw, aws, skip }) => {
    if (latencyMs > 0) aws.order({ fault: { kind: 'latency', ms: latencyMs } });
    const host = startRaw();
    const begun = performance.now();
    pipeIn(host, 'list_access_keys', { user_name: 'ci-deploy' });
    await host.answerTo(1);
    const start = performance.now() - begun;
    expect((await host.ended).code).toBe(0);
    // The first call loads what the start did not, which takes as long, in the time that there is for last answers.
    const isOwed = 2 * start + latencyMs < LAST_ANSWERS_MS;
    skip(!answerIn(host, 3) && !isOwed, `the machine is busy: a start took ${Math.round(start)} ms`);
    expect(answerIn(host, 2)?.tools).toHaveLength(7);
    expect(answerIn(host, 3)?.structuredContent).toMatchObject({
      result: [{ AccessKeyId: aws.company.leakedKeyId }],
      error: null,
    });
  });

  test('get their answers from a program that has answered before', async ({ startRaw, aws }) => {
    const host = startRaw();
    await initialize(host);
    await host.answerTo(host.callTool('list_access_keys', { user_name: 'tom.okafor' }));
    const id = host.callTool('list_access_keys', { user_name: 'ci-deploy' });
    host.closeStdin();
    expect((await host.ended).code).toBe(0);
    expect(answerIn(host, id)?.structuredContent).toMatchObject({
      result: [{ AccessKeyId: aws.company.leakedKeyId }],
      error: null,
    });
  });
});

/** An AWS that keeps the answer to a request back, the nth of its operation, until it is let go. */
async function holdingAws(aws: Sandbox, operation: string, nth: number) {
  let count = 0;
  let letGo = () => {};
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let isHeld = () => {};
  const held = new Promise<void>((resolve) => {
    isHeld = resolve;
  });
  const proxy = await startRewritingProxy(aws.endpoint, async (each, xml) => {
    if (each === operation) count += 1;
    if (each === operation && count === nth) {
      isHeld();
      await released;
    }
    return xml;
  });
  onTestFinished(() => proxy.close());
  return { env: { AWS_ENDPOINT_URL: proxy.endpoint }, held, letGo };
}

const INFO = ['--log-level', 'info'];

/** When the program says so in its log. */
async function untilLogged(stateDir: string, what: string): Promise<void> {
  const file = path.join(stateDir, 'server.log');
  // Often, since it does not wait for long then.
  while (!existsSync(file) || !readFileSync(file, 'utf8').includes(what)) await sleep(2);
}

// Before a change is sent, its facts are read once more. What a person agreed to is made although the host leaves
// meanwhile: only a host that cancels calls it off. It has the time that there is for last answers; then it is not made.
describe('a change that a person agreed to before, whose host leaves while its facts are read once more,', () => {
  test('is made, and answered', async ({ start, startRaw, aws, stateDir }) => {
    // After the plan of the first call.
    const { env, held, letGo } = await holdingAws(aws, 'ListAccessKeys', 2);
    const server = await start({ args: AT_ONCE, env });
    agree(stateDir, await pendingId(server, TOOL, turningOff(aws)), lastFour(aws));
    const host = startRaw([...AT_ONCE, ...INFO], env);
    await initialize(host);
    const id = host.callTool(TOOL, turningOff(aws));
    await held;
    host.closeStdin();
    await untilLogged(stateDir, '"host left"');
    expect(changesIn(aws)).toEqual([]);
    letGo();
    expect((await host.ended).code).toBe(0);
    expect(answerIn(host, id)?.structuredContent).toMatchObject({ error: null });
    expect(aws.key(aws.company.leakedKeyId)?.status).toBe('Inactive');
    expect(changesIn(aws)).toHaveLength(1);
    expect(auditOf(stateDir).map(({ event }) => event)).toEqual(['asked', 'pending', 'sent', 'done']);
    expect(waitingRequests(stateDir)).toEqual([]);
  });

  test('is not made, and the agreement is left for the next call, if reading takes too long', async ({
    start,
    startRaw,
    aws,
    stateDir,
  }) => {
    const { env, held, letGo } = await holdingAws(aws, 'ListAccessKeys', 2);
    const server = await start({ args: AT_ONCE, env });
    agree(stateDir, await pendingId(server, TOOL, turningOff(aws)), lastFour(aws));
    const host = startRaw(AT_ONCE, env);
    await initialize(host);
    host.callTool(TOOL, turningOff(aws));
    await held;
    host.closeStdin();
    expect((await host.ended).code).toBe(0);
    letGo();
    expect(auditOf(stateDir).map(({ event }) => event)).toEqual(['asked', 'pending', 'refused']);
    expect(changesIn(aws)).toEqual([]);
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(aws.key(aws.company.leakedKeyId)?.status).toBe('Inactive');
    expect(changesIn(aws)).toHaveLength(1);
  });
});

describe('a change that a person agreed to before, piped in with stdin closed at once,', () => {
  test('leaves the agreement for the next call, if AWS does not answer in time', async ({
    start,
    startRaw,
    aws,
    stateDir,
  }) => {
    const { env, letGo } = await holdingAws(aws, 'ListAccessKeys', 2);
    const server = await start({ args: AT_ONCE, env });
    agree(stateDir, await pendingId(server, TOOL, turningOff(aws)), lastFour(aws));
    const host = startRaw(AT_ONCE, env);
    pipeIn(host, TOOL, turningOff(aws));
    expect((await host.ended).code).toBe(0);
    letGo();
    expect(changesIn(aws)).toEqual([]);
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(aws.key(aws.company.leakedKeyId)?.status).toBe('Inactive');
    expect(changesIn(aws)).toHaveLength(1);
  });
});

describe('an answer of a megabyte', () => {
  test('arrives whole, although stdin closes as it begins to arrive', async ({ startRaw, aws }) => {
    aws.load({ policies: 1500 });
    const host = startRaw();
    await initialize(host);
    const before = host.streams.stdout.length;
    const id = host.callTool('list_policies', {});
    await host.streams.until(() => (host.streams.stdout.length > before ? true : undefined));
    host.closeStdin();
    await host.ended;
    expect(answerIn(host, id)?.structuredContent).toMatchObject({ error: null });
  });

  test('arrives whole, although stdin closes and the host reads slowly', async ({ startRaw, aws, stateDir }) => {
    aws.load({ policies: 1500 });
    const host = startRaw(INFO);
    await initialize(host);
    host.stopReading();
    const id = host.callTool('list_policies', {});
    await untilLogged(stateDir, '"call"');
    host.closeStdin();
    await untilLogged(stateDir, '"host left"');
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

describe.for(WAYS)('%s', ([, leave]) => {
  test('ends within a second while idle', async ({ startRaw }) => {
    const host = startRaw();
    await initialize(host);
    await endedWithin(host, 1000, () => leave(host));
  });

  test('ends within a second, although a person is being asked by a form', async ({ startRaw, aws, stateDir }) => {
    const host = startRaw();
    await initialize(host, true);
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
    await initialize(host);
    await host.answerTo(host.callTool(TOOL, turningOff(aws)));
    host.callTool(TOOL, turningOff(aws));
    await eventually(() => expect(filesBelow(stateDir).some((file) => file.endsWith('.waiter'))).toBe(true));
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
    await initialize(host);
    host.callTool('list_policies', {});
    await eventually(() => expect(aws.log).toHaveLength(1));
    await endedWithin(host, 1000, () => host.closeStdin());
  });
});

describe.for(WAYS.slice(0, 2))('%s', ([, leave]) => {
  test('finishes a change that was sent', async ({ startRaw, aws, stateDir }) => {
    aws.order({ operation: 'UpdateAccessKey', fault: { kind: 'latency', ms: 1500 } });
    const host = startRaw(AGREED);
    await initialize(host);
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
    await initialize(host);
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
    await initialize(host);
    host.stopReading();
    host.callTool('list_policies', {});
    await eventually(() => expect(aws.log.length).toBeGreaterThan(1));
    await sleep(300);
    await endedWithin(host, 1000, () => host.hangUp());
  });
});

describe('a change that a person agreed to in a form as the host was leaving', () => {
  test('is made with its outcome on record', async ({ startRaw, aws, stateDir }) => {
    const host = startRaw();
    await initialize(host, true);
    host.callTool(TOOL, turningOff(aws));
    const form = await host.messageOf('elicitation/create');
    host.send({ id: form.id, result: { action: 'accept', content: { confirmation: lastFour(aws) } } });
    await endedWithin(host, 3000, () => host.closeStdin());
    expect(auditOf(stateDir).map(({ event }) => event)).toEqual(['asked', 'sent', 'done']);
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('is not made if AWS does not answer in time', async ({ startRaw, aws, stateDir }) => {
    const { env, held, letGo } = await holdingAws(aws, 'ListAccessKeys', 2);
    const host = startRaw([], env);
    await initialize(host, true);
    host.callTool(TOOL, turningOff(aws));
    const form = await host.messageOf('elicitation/create');
    host.send({ id: form.id, result: { action: 'accept', content: { confirmation: lastFour(aws) } } });
    await held;
    await endedWithin(host, 3000, () => host.closeStdin());
    letGo();
    expect(auditOf(stateDir).map(({ event }) => event)).toEqual(['asked', 'refused']);
    expect(changesIn(aws)).toEqual([]);
  });
});
