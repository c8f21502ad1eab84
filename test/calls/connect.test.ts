// Who a call works as: the accounts of its rows, the MFA codes that these take, and who AWS says that they are.
import { describe, expect, it, vi } from 'vitest';
import { updateAccessKey } from '../../src/actions/update-access-key.ts';
import { type Connected, connect } from '../../src/calls/connect.ts';
import type { MfaAsk } from '../../src/calls/context.ts';
import { CallError } from '../../src/errors.ts';
import { AwsError } from '../../src/iam/errors.ts';
import { MfaCodeNeeded } from '../../src/iam/mfa.ts';
import { placeOf } from '../../src/table/journal.ts';
import { aHost, openProgram } from '../actions/program.ts';
import { aCall } from './a-call.ts';

type Open = ReturnType<typeof openProgram>['accounts']['open'];

const action = updateAccessKey;
const host = aHost({ mfaCode: () => undefined });

/** A program whose accounts are opened by a fake. */
function programWith(
  open: (label: string, options: Parameters<Open>[1]) => Promise<object>,
  settings: Parameters<typeof openProgram>[1] = {},
) {
  const program = openProgram({}, settings);
  program.accounts.open = (async ({ label }, options) => open(label, options)) as Open;
  return program;
}

/** The fake's own account, by its label. */
const labelled = (label: string) => ({ label, endpoint: `https://${label}`, identity: async () => identityOf(label) });
const identityOf = (label: string) => ({ account: '111122223333', arn: `arn:aws:iam::111122223333:user/${label}` });

const callsTo = (...labels: string[]) =>
  labels.map((label, index) => aCall({ number: index + 1, connection: { label } }));

function connected(outcome: Connected | MfaAsk): Connected['accountOf'] {
  if ('ask' in outcome) throw new Error(`codes of ${outcome.devices.join(', ')} are needed`);
  return outcome.accountOf;
}

describe('the accounts of many calls', () => {
  it('are opened once for each connection and role', async () => {
    const opened: unknown[] = [];
    const program = programWith(async (label, { roleArn }) => {
      opened.push([label, roleArn]);
      return { label, roleArn };
    });
    const calls = ['a', 'b', 'a', 'a'].flatMap((label) =>
      [undefined, 'arn:1', 'arn:2'].map((roleArn) => aCall({ connection: { label }, roleArn })),
    );
    const accountOf = connected(await connect(calls, { action, program, host }));
    expect(opened).toHaveLength(6);
    for (const call of calls) expect(accountOf(call)).toEqual({ label: call.connection.label, roleArn: call.roleArn });
  });

  it('that cannot be opened fail their own calls alone, with what was thrown', async () => {
    const refusal = new Error('no such role');
    const program = programWith(async (label) => {
      if (label === 'b') throw refusal;
      return { label };
    });
    const calls = callsTo('a', 'b', 'b');
    const accountOf = connected(await connect(calls, { action, program, host }));
    const [a, ...others] = calls;
    expect(a && accountOf(a)).toEqual({ label: 'a' });
    for (const call of others) expect(() => accountOf(call)).toThrow(refusal);
  });

  it('are opened some at once, and not a hundred', async () => {
    let now = 0;
    let most = 0;
    const program = programWith(async (label) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
      return { label };
    });
    const labels = Array.from({ length: 20 }, (_, index) => `c${index}`);
    connected(await connect(callsTo(...labels), { action, program, host }));
    expect(most).toBe(8);
  });

  const never: Parameters<typeof programWith>[0] = (_label, { signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))));

  it('take their time from all calls together, of which none has less then', async () => {
    const program = programWith(never, { callTimeout: 0.1 });
    const slow = aCall({ limitMs: 10, connection: { label: 'slow' } });
    const calls = [slow, ...callsTo('other')];
    const startedAt = performance.now();
    const accountOf = connected(await connect(calls, { action, program, host }));
    expect(performance.now() - startedAt).toBeGreaterThan(90);
    for (const call of calls) expect(() => accountOf(call)).toThrow('ended');
    expect(slow.limit.signal.aborted).toBe(false);
  });

  it('take the time of the call where it is a single one', async () => {
    const call = aCall({ limitMs: 20 });
    const accountOf = connected(await connect([call], { action, program: programWith(never), host }));
    expect(() => accountOf(call)).toThrow('ended');
    expect(call.limit.signal.aborted).toBe(true);
  });

  it('end with the host', async () => {
    const cancelled = new AbortController();
    setTimeout(() => cancelled.abort(), 20);
    const calls = callsTo('a', 'b');
    const outcome = await connect(calls, {
      action,
      program: programWith(never),
      host: { ...host, signal: cancelled.signal },
    });
    for (const call of calls) expect(() => connected(outcome)(call)).toThrow('ended');
  });
});

describe('MFA codes', () => {
  const DEVICES: Record<string, string[]> = { ana: ['mfa/ana'], both: ['mfa/ana', 'mfa/ben'], ben: ['mfa/ben'] };

  /** A program whose connections take the codes of these devices. */
  function guarded(signIn: (label: string) => object = labelled) {
    return programWith(async (label, { mfaCode }) => {
      const devices = DEVICES[label] ?? [];
      if (devices.some((device) => mfaCode?.(device) === undefined)) throw new MfaCodeNeeded(devices);
      return signIn(label);
    });
  }

  it('are asked for when there is a single call', async () => {
    expect(await connect(callsTo('ana'), { action, program: guarded(), host })).toEqual({
      ask: 'mfa',
      devices: ['mfa/ana'],
    });
  });

  it('are asked for all at once, of each device once, and nobody is identified before', async () => {
    const identity = vi.fn();
    const program = guarded((label) => ({ ...labelled(label), identity }));
    const outcome = await connect(
      callsTo('free', 'ana', 'both', 'ben', 'ana'),
      { action, program, host },
      { identify: true },
    );
    expect(outcome).toEqual({ ask: 'mfa', devices: ['mfa/ana', 'mfa/ben'] });
    expect(identity).not.toHaveBeenCalled();
  });

  it('that were typed open the accounts', async () => {
    const [call] = callsTo('both');
    const outcome = await connect(callsTo('both'), {
      action,
      program: guarded(),
      host: { ...host, mfaCode: () => '123456' },
    });
    expect(call && connected(outcome)(call)).toMatchObject({ label: 'both' });
  });

  it('are not asked for once more after AWS refused one: what it said is the answer', async () => {
    const refusal = new AwsError('AccessDenied', 'invalid MFA one time pass code', { notDone: true });
    const program = guarded(() => {
      throw refusal;
    });
    const mfaCode = (device: string) => (device === 'mfa/ana' ? '000000' : undefined);
    const calls = callsTo('ana', 'ben');
    const accountOf = connected(await connect(calls, { action, program, host: { ...host, mfaCode } }));
    const [ana, ben] = calls;
    expect(() => ana && accountOf(ana)).toThrow(refusal);
    expect(() => ben && accountOf(ben)).toThrow(
      expect.objectContaining({
        code: 'NoCredentials',
        message: expect.stringMatching(/^an MFA code is needed .*mfa\/ben; call again/),
      }),
    );
  });
});

describe('the identities of calls', () => {
  it('are asked for once for each account, and each call has what AWS says and where it goes', async () => {
    const identity = vi.fn(async () => identityOf('a'));
    const program = programWith(async (label) => ({ ...labelled(label), identity }));
    const calls = callsTo('a', 'a', 'a');
    connected(await connect(calls, { action, program, host }, { identify: true }));
    expect(identity).toHaveBeenCalledTimes(1);
    for (const call of calls) {
      const { account, arn: caller } = identityOf('a');
      expect(call).toMatchObject({ account, caller, endpoint: 'https://a' });
      expect(call.unreachable).toBeUndefined();
    }
  });

  it("have no port of the sandbox's in them, which is another one in each process", async () => {
    const program = programWith(async (label) => labelled(label));
    const [call] = callsTo('a');
    if (!call) throw new Error('no call');
    call.connection.credentials = { from: 'sandbox', accessKeyId: 'AKIA', secretAccessKey: 'made-up' };
    connected(await connect([call], { action, program, host }, { identify: true }));
    expect(call.endpoint).toBe('sandbox://AKIA');
    // Nor has a journal.
    expect(placeOf(call).endpoint).toBe('sandbox://AKIA');
  });

  it('stay unknown where AWS cannot be reached, and the calls know why', async () => {
    const problem = new Error('nothing answers');
    const program = programWith(async (label) => {
      if (label === 'closed') throw problem;
      return { ...labelled(label), identity: () => Promise.reject(problem) };
    });
    const calls = callsTo('closed', 'mute');
    connected(await connect(calls, { action, program, host }, { identify: true }));
    expect(calls.map(({ account, endpoint, unreachable }) => [account, endpoint, unreachable])).toEqual([
      [undefined, undefined, problem],
      [undefined, 'https://mute', problem],
    ]);
  });

  it('are not asked for where the action cannot be done there, and the calls know why', async () => {
    const refusal = new CallError('InvalidArguments', 'not in this partition');
    const identity = vi.fn(async () => identityOf('a'));
    const program = programWith(async (label) => ({ ...labelled(label), identity, partition: label }));
    const checked = {
      ...action,
      check: (_: unknown, { partition }: { partition: string }) => {
        if (partition === 'aws-cn') throw refusal;
      },
    };
    const calls = callsTo('aws', 'aws-cn');
    connected(await connect(calls, { action: checked, program, host }, { identify: true }));
    expect(identity).toHaveBeenCalledTimes(1);
    expect(calls.map(({ account, endpoint, unreachable }) => [account, endpoint, unreachable])).toEqual([
      ['111122223333', 'https://aws', undefined],
      [undefined, undefined, refusal],
    ]);
  });

  it('are not asked for where nobody wants to know', async () => {
    const identity = vi.fn();
    const [call] = callsTo('a');
    if (!call) throw new Error('no call');
    const program = programWith(async (label) => ({ ...labelled(label), identity }));
    connected(await connect([call], { action, program, host }));
    expect(identity).not.toHaveBeenCalled();
    expect(call.account).toBeUndefined();
  });
});

describe("the connection's own account", () => {
  const role = 'arn:aws:iam::111122223333:role/responder';

  it('is asked for with who the caller is, where a call names a role, and else not at all', async () => {
    const ownAccount = vi.fn(async () => '444455556666');
    const program = programWith(async (label, { roleArn }) => ({
      ...labelled(label),
      ownAccount: roleArn === undefined ? undefined : ownAccount,
    }));
    const calls = [aCall({ roleArn: role }), aCall({ roleArn: role }), aCall()];
    await connect(calls, { action, program, host }, { identify: true });
    expect(calls.map((call) => call.ownAccount)).toEqual(['444455556666', '444455556666', undefined]);
    expect(ownAccount).toHaveBeenCalledTimes(1);
  });

  it('that cannot be told leaves nothing known of the call, which fails with that', async () => {
    const refusal = new AwsError('AccessDenied', 'no', { notDone: true });
    const program = programWith(async (label) => ({ ...labelled(label), ownAccount: () => Promise.reject(refusal) }));
    const call = aCall({ roleArn: role });
    await connect([call], { action, program, host }, { identify: true });
    expect(call).toMatchObject({ unreachable: refusal });
    expect(call.account).toBeUndefined();
  });

  it('is not asked for by a call that changes nothing', async () => {
    const ownAccount = vi.fn(async () => '444455556666');
    const program = programWith(async (label) => ({ ...labelled(label), ownAccount }));
    await connect([aCall({ roleArn: role })], { action, program, host });
    expect(ownAccount).not.toHaveBeenCalled();
  });
});
