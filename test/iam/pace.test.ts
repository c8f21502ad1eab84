// How many requests are on their way at once, and what becomes of those that AWS throttles.
import { setImmediate } from 'node:timers/promises';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Accounts } from '../../src/iam/account.ts';
import { AwsError } from '../../src/iam/errors.ts';
import { Redactor } from '../../src/redact.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { connectionTo } from '../actions/program.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';
import { useVirtualTime } from '../virtual-time.ts';
import { changeBy, openSandboxed } from './sandboxed.ts';

const forever = Number.POSITIVE_INFINITY;
const throttle = { kind: 'throttle' } as const;
// By whatever time the test goes.
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function open(requestsPerSecond?: number, concurrency = 8) {
  const sandbox = await aSandbox({ requestsPerSecond });
  const accounts = new Accounts({
    timeouts: { connect: 10_000, answer: 20_000 },
    concurrency,
    allowUnknownRegion: false,
    redactor: new Redactor(),
    recordRole: () => () => {},
  });
  const { signal } = new AbortController();
  const connection = connectionTo({ sandbox });
  const account = await accounts.open(connection, { signal });
  return { sandbox, accounts, connection, account, signal };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** As many rows of a table, all asked for at once. */
function askFor(rows: number, { account, sandbox }: Pick<Opened, 'account' | 'sandbox'>, signal: AbortSignal) {
  const AccessKeyId = sandbox.company.leakedKeyId;
  return Array.from({ length: rows }, () => account.send('GetAccessKeyLastUsed', { AccessKeyId }, signal));
}

function throttledIn(sandbox: Sandbox): number {
  return sandbox.log.filter(({ code }) => code === 'Throttling').length;
}

/** The most requests that were on their way to a sandbox at once, from now on. */
function watchRequests() {
  const now = new Map<string, number>();
  const most = new Map<string, number>();
  const { handle } = NodeHttpHandler.prototype;
  const spy = vi.spyOn(NodeHttpHandler.prototype, 'handle').mockImplementation(async function (
    this: NodeHttpHandler,
    ...given
  ) {
    const to = String(given[0].port);
    now.set(to, (now.get(to) ?? 0) + 1);
    most.set(to, Math.max(most.get(to) ?? 0, now.get(to) ?? 0));
    try {
      return await handle.apply(this, given);
    } finally {
      now.set(to, (now.get(to) ?? 0) - 1);
    }
  });
  onTestFinished(() => spy.mockRestore());
  return { mostTo: ({ endpoint }: Sandbox) => most.get(new URL(endpoint).port) };
}

describe('a connection', () => {
  it('has no more requests on their way than it may, over all calls and identities, and takes none from another', async () => {
    const { sandbox, accounts, connection, account, signal } = await open(undefined, 3);
    const roleArn = sandbox.company.responderRoleArn;
    const asRole = await accounts.open(connection, { roleArn, signal });
    const other = await aSandbox();
    const ofOther = await accounts.open(connectionTo({ sandbox: other }), { signal });
    for (const each of [sandbox, other]) each.order({ fault: { kind: 'latency', ms: 30 }, times: forever });
    const { mostTo } = watchRequests();
    await Promise.all([
      ...askFor(8, { account, sandbox }, signal),
      ...askFor(8, { account: asRole, sandbox }, signal),
      account.identity(signal),
      ...askFor(3, { account: ofOther, sandbox: other }, signal),
    ]);
    expect(mostTo(sandbox)).toBe(3);
    expect(mostTo(other)).toBe(3);
  });

  it('keeps its pace when its files change', async () => {
    const { sandbox, accounts, connection, signal } = await open(undefined, 2);
    sandbox.order({ fault: { kind: 'latency', ms: 50 }, times: forever });
    const first = await accounts.open(connection, { signal });
    // What `forget` does after a refusal of the credentials: all is made anew, but for the pace.
    sandbox.order({ fault: { kind: 'error', status: 403, code: 'ExpiredToken', message: 'The token is expired.' } });
    await expect(first.identity(signal)).rejects.toMatchObject({ code: 'ExpiredToken' });
    const second = await accounts.open(connection, { signal });
    const { mostTo } = watchRequests();
    await Promise.all([first, second].flatMap((account) => askFor(4, { account, sandbox }, signal)));
    expect(mostTo(sandbox)).toBe(2);
  });

  it('lets all waiting requests go at once when their time is over, and sends none of them', async () => {
    const { sandbox, account, signal } = await open(undefined, 1);
    sandbox.order({ fault: { kind: 'latency', ms: 400 } });
    const [first] = askFor(1, { account, sandbox }, signal);
    let isFirstAnswered = false;
    void first?.then(() => {
      isFirstAnswered = true;
    });
    const late = new AbortController();
    const waiting = askFor(3, { account, sandbox }, late.signal);
    setTimeout(() => late.abort(), 100);
    for (const each of waiting) {
      const error = await each.catch((thrown) => thrown);
      expect(error).toBeInstanceOf(AwsError);
      expect(error).toMatchObject({ code: 'Timeout', notDone: true, message: expect.stringMatching(/--call-timeout/) });
    }
    expect(isFirstAnswered).toBe(false);
    await first;
    await askFor(1, { account, sandbox }, signal)[0];
    expect(sandbox.log).toHaveLength(2);
  });
});

describe('throttling', () => {
  it.each([
    { rows: 100, perSecond: 40, within: 8 },
    // Seven tenths of what is allowed; the half second's worth that may pass at once helps.
    { rows: 500, perSecond: 20, within: 35 },
  ])('slows all down, and of $rows rows none fails at $perSecond a second', async (given) => {
    useVirtualTime();
    const opened = await open(given.perSecond);
    const startedAt = performance.now();
    const answers = await Promise.all(askFor(given.rows, opened, opened.signal));
    const seconds = (performance.now() - startedAt) / 1000;
    expect(new Set(answers.map(({ UserName }) => UserName))).toEqual(new Set([opened.sandbox.company.leakedUser]));
    expect(seconds).toBeLessThan(given.within);
    expect(throttledIn(opened.sandbox)).toBeLessThan(given.rows / 4);
    const resent = answers.reduce((sum, { $metadata }) => sum + ($metadata.attempts ?? 0) - 1, 0);
    expect(resent).toBe(throttledIn(opened.sandbox));
  });

  it('is forgotten as fast by rows that AWS refuses as by those that it carries out', async () => {
    useVirtualTime();
    const { sandbox, account, signal } = await open(40);
    const startedAt = performance.now();
    const rows = Array.from({ length: 70 }, () => account.send('GetUser', { UserName: 'nobody' }, signal));
    const codes = (await Promise.allSettled(rows)).map((row) => row.status === 'rejected' && row.reason.code);
    expect(new Set(codes)).toEqual(new Set(['NoSuchEntity']));
    expect(throttledIn(sandbox)).toBeGreaterThan(0);
    // Ten seconds, if it stayed as slow as after the first throttling.
    expect(performance.now() - startedAt).toBeLessThan(7000);
  });

  it('of one connection does not slow another', async () => {
    useVirtualTime();
    const slow = await open(2);
    const other = await aSandbox();
    const account = await slow.accounts.open(connectionTo({ sandbox: other }), { signal: slow.signal });
    const late = new AbortController();
    const waiting = Promise.allSettled(askFor(50, slow, late.signal));
    await sleep(300);
    const startedAt = performance.now();
    await Promise.all(askFor(50, { account, sandbox: other }, slow.signal));
    expect(performance.now() - startedAt).toBeLessThan(1000);
    late.abort();
    await waiting;
  });

  it.each(['Throttling', 'ThrottlingException', 'RequestLimitExceeded', 'TooManyRequests', 'TooManyRequestsException'])(
    'is told by %s, and by a status of 429',
    async (code) => {
      useVirtualTime();
      const { sandbox, account, signal } = await open();
      for (const [status, told] of [
        [400, code],
        [429, 'Whatever'],
      ] as const) {
        sandbox.order({ fault: { kind: 'error', status, code: told, message: 'Rate exceeded' } });
      }
      const [answer] = await Promise.all(askFor(1, { account, sandbox }, signal));
      expect(answer?.$metadata.attempts).toBe(3);
    },
  );

  it('lasts as long as the caller waits, who is told at once and for certain that nothing was done', async () => {
    useVirtualTime();
    const { sandbox, account } = await open();
    sandbox.order({ fault: throttle, times: forever });
    const late = new AbortController();
    const creating = account.send('CreateAccessKey', { UserName: 'ci-deploy' }, late.signal, 'once');
    await sleep(1700);
    const arrived = sandbox.log.length;
    expect(arrived).toBeGreaterThan(3);
    const abortedAt = performance.now();
    late.abort();
    const error = await creating.catch((thrown) => thrown);
    expect(performance.now() - abortedAt).toBeLessThan(50);
    expect(error).toMatchObject({
      code: 'Throttling',
      notDone: true,
      answerLost: false,
      exchange: { attempts: arrived },
      message: expect.stringMatching(/^Rate exceeded: .*--call-timeout.*--table-timeout.*fewer rows$/),
    });
    vi.advanceTimersByTime(700);
    await setImmediate();
    expect(sandbox.log).toHaveLength(arrived);
  });

  it('leaves no timer behind that holds the process', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const opened = await open();
    const before = timers();
    opened.sandbox.order({ fault: throttle, times: forever });
    const late = new AbortController();
    const waiting = Promise.allSettled(askFor(30, opened, late.signal));
    await sleep(200);
    late.abort();
    await waiting;
    await vi.waitFor(() => expect(timers()).toBeLessThanOrEqual(before), { timeout: 10_000 });
  });

  it('of the request for a role is waited out', async () => {
    useVirtualTime();
    const { sandbox, call, arrived } = await openSandboxed();
    sandbox.order({ operation: 'AssumeRole', fault: throttle, times: 2 });
    const role_arn = sandbox.company.responderRoleArn;
    expect((await call('list_access_keys', { user_name: 'ci-deploy', role_arn })).error).toBeNull();
    expect(arrived('AssumeRole')).toBe(3);
  });

  it('of the request for a role ends with the time for the call, and names itself', async () => {
    useVirtualTime();
    const { sandbox, call } = await openSandboxed({ settings: { callTimeout: 1 } });
    sandbox.order({ operation: 'AssumeRole', fault: throttle, times: forever });
    const role_arn = sandbox.company.responderRoleArn;
    const { error } = await call('list_access_keys', { user_name: 'ci-deploy', role_arn });
    expect(error).toMatch(/^Timeout: .*\(--call-timeout\), while AWS throttled this connection$/);
  });
});

describe('create_access_key', () => {
  const given = { user_name: 'tom.okafor' };
  const operation = 'CreateAccessKey';

  it('is sent again after throttling, and makes exactly one key', async () => {
    useVirtualTime();
    const { sandbox, call, arrived } = await openSandboxed();
    sandbox.order({ operation, fault: throttle, times: 3 });
    const { error, result } = await call('create_access_key', given);
    expect(error).toBeNull();
    expect(result).toMatchObject({ ResponseMetadata: { RetryAttempts: 3 } });
    expect(arrived(operation)).toBe(4);
    expect(sandbox.keysOf(given.user_name)).toHaveLength(1);
  });

  it.each([
    [{ kind: 'status', status: 503 } as const, 0],
    [{ kind: 'reset' } as const, 0],
    [{ kind: 'lost-answer' } as const, 1],
    // A proxy's, perhaps: not an answer of IAM.
    [{ kind: 'error', status: 503, code: 'Throttling', message: 'Busy' } as const, 0],
  ])('is not sent again when %j follows throttling', async (fault, keys) => {
    useVirtualTime();
    const { sandbox, call, arrived } = await openSandboxed();
    sandbox.order({ operation, fault: throttle });
    sandbox.order({ operation, fault });
    const { error } = await call('create_access_key', given);
    expect(error).toMatch(/not known: look at list_access_keys of tom\.okafor/);
    expect(arrived(operation)).toBe(2);
    expect(sandbox.keysOf(given.user_name)).toHaveLength(keys);
  });
});

describe('delete_access_key', () => {
  const { tool, operation, given, isDone } = changeBy('delete_access_key');

  it('remembers an answer that was lost before it was throttled', async () => {
    useVirtualTime();
    // The SDK waits a random share of a second before it tries again: none here.
    const random = vi.spyOn(Math, 'random').mockReturnValue(0);
    onTestFinished(() => random.mockRestore());
    const opened = await openSandboxed();
    opened.sandbox.order({ operation, fault: { kind: 'lost-answer' } });
    opened.sandbox.order({ operation, fault: throttle, times: 2 });
    const { error, result, warnings } = await opened.call(tool, given(opened));
    expect(error).toBeNull();
    expect(warnings).toEqual(['What came of the first attempt was not told; the key is gone now: taken for deleted.']);
    expect(result).toMatchObject({ ResponseMetadata: { RetryAttempts: 3 } });
    expect(isDone(opened)).toBe(true);
  });
});
