// When a request is sent again, counted in the sandbox's log.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { isChange, isRepeatable } from '../../src/actions/action.ts';
import { ACTIONS } from '../../src/actions/index.ts';
import { IamRetryStrategy } from '../../src/iam/retry.ts';
import type { SandboxFault } from '../../src/sandbox/sandbox.ts';
import { useVirtualTime } from '../virtual-time.ts';
import { CHANGES, changeBy, openSandboxed, patienceWith } from './sandboxed.ts';

beforeEach(() => {
  // The SDK waits a random share of a second or two before it tries again: none here.
  vi.spyOn(Math, 'random').mockReturnValue(0);
  return () => vi.restoreAllMocks();
});

const forever = Number.POSITIVE_INFINITY;

describe('a read', () => {
  const lastUsed = async (fault: SandboxFault, times: number) => {
    if (fault.kind === 'throttle') useVirtualTime();
    const opened = await openSandboxed({ settings: patienceWith(fault) });
    opened.sandbox.order({ operation: 'GetAccessKeyLastUsed', fault, times });
    const envelope = await opened.call('get_access_key_last_used', {
      access_key_id: opened.sandbox.company.leakedKeyId,
    });
    return { envelope, arrived: opened.arrived('GetAccessKeyLastUsed') };
  };

  it.each<[SandboxFault]>([
    [{ kind: 'throttle' }],
    [{ kind: 'status', status: 500 }],
    [{ kind: 'status', status: 503 }],
    [{ kind: 'reset' }],
    [{ kind: 'lost-answer' }],
    [{ kind: 'lost-body' }],
    [{ kind: 'html', status: 502 }],
  ])('is sent again after %j, and counts its attempts', async (fault) => {
    const { envelope, arrived } = await lastUsed(fault, 2);
    expect(envelope).toMatchObject({
      error: null,
      result: { UserName: 'ci-deploy', ResponseMetadata: { HTTPStatusCode: 200, RetryAttempts: 2 } },
    });
    expect(arrived).toBe(3);
  });

  it.each<[SandboxFault, RegExp]>([
    [{ kind: 'status', status: 500 }, /^ServiceFailure: /],
    [{ kind: 'status', status: 503 }, /^ServiceUnavailable: /],
    [{ kind: 'reset' }, /^NetworkError: the connection broke during GetAccessKeyLastUsed/],
  ])('is given up after three attempts that end in %j', async (fault, error) => {
    const { envelope, arrived } = await lastUsed(fault, forever);
    expect(envelope.error).toMatch(error);
    expect(arrived).toBe(3);
  });

  it('is sent again for as long as the call may take when it is throttled', async () => {
    useVirtualTime();
    const opened = await openSandboxed({ settings: { callTimeout: 2 } });
    opened.sandbox.order({ fault: { kind: 'throttle' }, times: forever });
    const { error } = await opened.call('list_access_keys', { user_name: 'ci-deploy' });
    expect(error).toMatch(/^Throttling: Rate exceeded: AWS throttled this request until/);
    expect(opened.arrived('ListAccessKeys')).toBeGreaterThan(5);
  });

  it('is not sent again after a refusal', async () => {
    const { call, arrived } = await openSandboxed();
    expect((await call('list_access_keys', { user_name: 'nobody' })).error).toMatch(/^NoSuchEntity: /);
    expect(arrived('ListAccessKeys')).toBe(1);
  });
});

describe('the quota for retries', () => {
  it('is not used up by earlier requests, so that the last row of a table is sent again as the first one is', async () => {
    const strategy = new IamRetryStrategy(3);
    const error = { errorType: 'TRANSIENT' } as const;
    const sendThreeTimes = async () => {
      const first = await strategy.acquireInitialRetryToken('');
      const second = await strategy.refreshRetryTokenForRetry(first, error);
      const third = await strategy.refreshRetryTokenForRetry(second, error);
      await expect(strategy.refreshRetryTokenForRetry(third, error)).rejects.toThrow('No retry token available');
    };
    // Each waits for timers: all of them together.
    await Promise.all(Array.from({ length: 500 }, sendThreeTimes));
  });
});

describe('CreateAccessKey is sent exactly once, unless it was throttled', () => {
  it.each<[SandboxFault, RegExp, number]>([
    [{ kind: 'status', status: 500 }, /^ServiceFailure: .*not known: look at list_access_keys of tom\.okafor/, 0],
    [{ kind: 'status', status: 503 }, /^ServiceUnavailable: .*not known: look at list_access_keys of tom\.okafor/, 0],
    [{ kind: 'reset' }, /^OutcomeUnknown: .*look at list_access_keys of tom\.okafor/, 0],
    [{ kind: 'lost-answer' }, /^OutcomeUnknown: .*look at list_access_keys of tom\.okafor/, 1],
    [{ kind: 'lost-body' }, /^OutcomeUnknown: .*look at list_access_keys of tom\.okafor/, 1],
    [{ kind: 'malformed-xml' }, /^OutcomeUnknown: .*look at list_access_keys of tom\.okafor/, 1],
    [{ kind: 'html', status: 502 }, /^OutcomeUnknown: .*look at list_access_keys of tom\.okafor/, 0],
    [{ kind: 'html', status: 200 }, /^OutcomeUnknown: .*look at list_access_keys of tom\.okafor/, 0],
    [{ kind: 'empty' }, /^OutcomeUnknown: .*look at list_access_keys of tom\.okafor/, 0],
    [{ kind: 'silence' }, /^OutcomeUnknown: .*look at list_access_keys of tom\.okafor/, 0],
  ])('with %j', async (fault, error, keys) => {
    const { sandbox, program, call, arrived } = await openSandboxed({ settings: patienceWith(fault) });
    sandbox.order({ operation: 'CreateAccessKey', fault, times: forever });
    const envelope = await call('create_access_key', { user_name: sandbox.company.keylessUser });
    expect(envelope).toMatchObject({ result: null, has_error: true });
    expect(envelope.error).toMatch(error);
    expect(arrived('CreateAccessKey')).toBe(1);
    expect(sandbox.keysOf(sandbox.company.keylessUser)).toHaveLength(keys);
    // The file that was made ready for the secret is gone.
    expect(readdirSync(path.join(program.settings.stateDir, 'keys'))).toEqual([]);
  });

  it('when all is well', async () => {
    const { sandbox, call, arrived } = await openSandboxed();
    const { result } = await call('create_access_key', { user_name: sandbox.company.keylessUser });
    expect(result).toMatchObject({ ResponseMetadata: { RetryAttempts: 0 } });
    expect(arrived('CreateAccessKey')).toBe(1);
  });

  it('over the quota, which waiting does not raise', async () => {
    const { sandbox, call, arrived } = await openSandboxed();
    // Or the plan would have seen the two keys, and nothing would have been sent.
    sandbox.deny('iam:ListAccessKeys');
    const { error } = await call('create_access_key', { user_name: sandbox.company.twoKeyUser });
    expect(error).toBe('LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2. Nothing was changed.');
    expect(arrived('CreateAccessKey')).toBe(1);
  });
});

it('is tested for every change that may be sent again', () => {
  const changes = ACTIONS.filter((action) => isChange(action) && isRepeatable(action));
  expect(CHANGES.map(({ tool }) => tool).sort()).toEqual(changes.map(({ name }) => name).sort());
});

describe.each(CHANGES)('$tool', ({ tool, operation, given, isDone, where }) => {
  it.each<[SandboxFault]>([[{ kind: 'throttle' }], [{ kind: 'status', status: 503 }], [{ kind: 'reset' }]])(
    'is sent again after %j',
    async (fault) => {
      if (fault.kind === 'throttle') useVirtualTime();
      const opened = await openSandboxed();
      opened.sandbox.order({ operation, fault });
      const envelope = await opened.call(tool, given(opened));
      expect(envelope).toMatchObject({ error: null, result: { ResponseMetadata: { RetryAttempts: 1 } } });
      expect(envelope).not.toHaveProperty('warnings');
      expect(opened.arrived(operation)).toBe(2);
      expect(isDone(opened)).toBe(true);
    },
  );

  it.each<[SandboxFault]>([[{ kind: 'lost-answer' }], [{ kind: 'lost-body' }]])(
    'is sent again after %j, and succeeds',
    async (fault) => {
      const opened = await openSandboxed();
      opened.sandbox.order({ operation, fault });
      const envelope = await opened.call(tool, given(opened));
      expect(envelope).toMatchObject({
        error: null,
        has_error: false,
        result: { ResponseMetadata: { RequestId: opened.sandbox.log.at(-1)?.requestId, RetryAttempts: 1 } },
      });
      expect(opened.arrived(operation)).toBe(2);
      expect(isDone(opened)).toBe(true);
    },
  );

  it('does not retry LimitExceeded', async () => {
    const opened = await openSandboxed();
    const fault = { kind: 'error', status: 409, code: 'LimitExceeded', message: 'Cannot exceed quota' } as const;
    opened.sandbox.order({ operation, fault, times: forever });
    const { error } = await opened.call(tool, given(opened));
    expect(error).toBe('LimitExceeded: Cannot exceed quota. Nothing was changed.');
    expect(opened.arrived(operation)).toBe(1);
  });

  it('says that nothing was changed when every attempt was throttled', async () => {
    useVirtualTime();
    const opened = await openSandboxed({ settings: { callTimeout: 1.5 } });
    opened.sandbox.order({ operation, fault: { kind: 'throttle' }, times: forever });
    const { error } = await opened.call(tool, given(opened));
    expect(error).toMatch(/^Throttling: .*Nothing was changed\.$/);
    expect(isDone(opened)).toBe(false);
  });

  it('does not know the outcome when every answer is lost', async () => {
    const opened = await openSandboxed();
    opened.sandbox.order({ operation, fault: { kind: 'lost-answer' }, times: forever });
    const { error } = await opened.call(tool, given(opened));
    expect(error).toMatch(/^OutcomeUnknown: /);
    expect(error).toMatch(where);
    expect(isDone(opened)).toBe(true);
  });

  it.each<[string, SandboxFault]>([
    ['throttling', { kind: 'throttle' }],
    ['AccessDenied', { kind: 'error', status: 403, code: 'AccessDenied', message: 'No longer.' }],
    ['ExpiredToken', { kind: 'error', status: 403, code: 'ExpiredToken', message: 'The token is expired.' }],
  ])('never says that nothing was changed after a lost answer, though %s came last', async (_, last) => {
    useVirtualTime();
    const opened = await openSandboxed({ settings: { callTimeout: 1.5 } });
    opened.sandbox.order({ operation, fault: { kind: 'lost-answer' } });
    opened.sandbox.order({ operation, fault: last, times: forever });
    const { error } = await opened.call(tool, given(opened));
    expect(isDone(opened)).toBe(true);
    expect(error).not.toContain('Nothing was changed');
    expect(error).toMatch(where);
    const audit = readFileSync(path.join(opened.program.settings.stateDir, 'audit.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(audit.at(-1) ?? '')).toMatchObject({ event: 'outcome-unknown' });
  });
});

describe('delete_access_key', () => {
  const { tool, operation, given } = changeBy('delete_access_key');
  const GONE = { kind: 'error', status: 404, code: 'NoSuchEntity', message: 'It cannot be found.' } as const;

  it('warns that the first answer was lost when the second attempt finds the key gone', async () => {
    const opened = await openSandboxed();
    opened.sandbox.order({ operation, fault: { kind: 'lost-answer' } });
    const { warnings } = await opened.call(tool, given(opened));
    expect(warnings).toEqual(['What came of the first attempt was not told; the key is gone now: taken for deleted.']);
    expect(opened.sandbox.log.at(-1)).toMatchObject({ operation, outcome: 'refused', code: 'NoSuchEntity' });
  });

  it('fails when the key was gone before the first attempt', async () => {
    const opened = await openSandboxed();
    opened.sandbox.order({ operation, fault: GONE });
    const { error } = await opened.call(tool, given(opened));
    expect(error).toBe('NoSuchEntity: It cannot be found. Nothing was changed.');
  });

  it('does not say that nothing was changed when the key is gone after a 500, which may have been carried out', async () => {
    const opened = await openSandboxed();
    opened.sandbox.order({ operation, fault: { kind: 'status', status: 500 } });
    opened.sandbox.order({ operation, fault: GONE });
    const { error } = await opened.call(tool, given(opened));
    expect(String(error)).not.toContain('Nothing was changed');
  });
});
