// --approval host: the host has asked before each call. Only what it has not heard is kept, for the next identical call.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/actions/index.ts';
import { ByHost } from '../../src/approval/by-host.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import type { Host } from '../../src/calls/context.ts';
import { aHost, openProgram } from '../actions/program.ts';
import { auditOf } from '../e2e/state-files.ts';
import { aPlan } from '../plan/a-plan.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { aDraft } from './a-request.ts';

const DIGEST = aDraft().callDigest;
let stateDir: string;

beforeEach(() => {
  stateDir = path.join(temporaryFolder(), 'state');
});

function aCall(tool: string, host: Partial<Host> = {}): ByHost {
  const action = ACTIONS.find(({ name }) => name === tool);
  if (!action) throw new Error(`there is no action ${tool}`);
  return new ByHost(DIGEST, { action, program: openProgram({}, { stateDir }), host: aHost(host) });
}

/** Makes the call, up to its outcome. @returns the name by which the audit knows it */
async function makeCall(tool: string, { isCancelled = false } = {}): Promise<string> {
  const cancelled = new AbortController();
  const call = aCall(tool, { signal: cancelled.signal });
  (await call.agree(aPlan({ tool }))).claim(60_000);
  if (isCancelled) cancelled.abort();
  call.finished('Create an access key: done');
  return auditOf(stateDir).at(-1)?.call ?? '';
}

describe('a change', () => {
  it('is agreed to at once, to the plan as it is, and on record', async () => {
    const plan = aPlan();
    const call = aCall('update_access_key');
    expect(call.hasRequest).toBe(false);
    expect(await call.agree(plan)).toEqual({ plan, by: 'host', claim: expect.any(Function) });
    expect(auditOf(stateDir)).toMatchObject([{ event: 'asked' }]);
  });

  it('is not made when its call is cancelled before', async () => {
    const cancelled = new AbortController();
    const agreed = await aCall('update_access_key', { signal: cancelled.signal }).agree(aPlan());
    cancelled.abort();
    expect(() => agreed.claim(60_000)).toThrow(expect.objectContaining({ code: 'ApprovalDismissed' }));
  });

  it('is not made where it cannot be put on record', async () => {
    mkdirSync(path.join(stateDir, 'audit.jsonl'), { recursive: true, mode: 0o700 });
    await expect(aCall('update_access_key').agree(aPlan())).rejects.toMatchObject({ code: 'Refused' });
  });

  it('is not made where it cannot be known what the host has not heard', () => {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(stateDir, 'requests'), '');
    expect(() => aCall('create_access_key')).toThrow(
      expect.objectContaining({
        code: 'ApprovalUnavailable',
        message: expect.stringMatching(/^requests cannot be kept \(.*requests.*\)$/),
      }),
    );
  });
});

describe('a call whose host has heard what it came to', () => {
  it('leaves nothing behind, where it may be made twice', async () => {
    await makeCall('update_access_key');
    expect(new ApprovalRequests(stateDir).of(DIGEST)).toBeUndefined();
  });

  it('has nothing to say to the next one', async () => {
    await makeCall('create_access_key');
    expect(aCall('create_access_key').warnings).toEqual([]);
  });
});

describe('a creation whose program was killed once it was sent', () => {
  it('has an identical one refused once: nobody knows what came of it', async () => {
    const killed = aCall('create_access_key');
    (await killed.agree(aPlan({ tool: 'create_access_key' }))).claim(60_000);
    expect(() => aCall('create_access_key')).toThrow(
      expect.objectContaining({
        code: 'Refused',
        message: expect.stringContaining('what came of it is not known yet'),
      }),
    );
    expect(aCall('create_access_key').warnings).toEqual([]);
  });
});

describe('a change for which too little time is left', () => {
  it.each([
    ['update_access_key', 4999, 5001],
    ['create_access_key', 9999, 10_001],
  ])('is not sent: %s', async (tool, tooLittle, enough) => {
    const agreed = await aCall(tool).agree(aPlan({ tool }));
    expect(() => agreed.claim(tooLittle)).toThrow(expect.objectContaining({ code: 'Timeout' }));
    expect(() => agreed.claim(enough)).not.toThrow();
  });
});

describe('a call that was cancelled once its change was sent', () => {
  const sent = (id: string) =>
    `an identical call was agreed to and sent at \\d\\d:\\d\\d:\\d\\d UTC by request ${id}: Create an access key: done`;

  it('has an identical creation refused once, with what was done, when and by which call of the audit', async () => {
    const id = await makeCall('create_access_key', { isCancelled: true });
    expect(id).toMatch(/^\w{6}$/);
    expect(() => aCall('create_access_key')).toThrow(
      expect.objectContaining({
        code: 'Refused',
        message: expect.stringMatching(new RegExp(`^${sent(id)}; .*call once more if another is wanted$`)),
      }),
    );
    expect(aCall('create_access_key').warnings).toEqual([]);
  });

  it.each(['update_access_key', 'delete_access_key', 'attach_user_policy'])(
    'has an identical %s warn once, and go on',
    async (tool) => {
      const id = await makeCall(tool, { isCancelled: true });
      expect(aCall(tool).warnings).toEqual([expect.stringMatching(new RegExp(`^${sent(id)}\\.$`))]);
      expect(aCall(tool).warnings).toEqual([]);
    },
  );

  it('waits for nobody: there is nothing to answer', async () => {
    await makeCall('create_access_key', { isCancelled: true });
    const requests = new ApprovalRequests(stateDir);
    expect(requests.unanswered('terminal')).toEqual([]);
    expect(requests.unanswered('host')).toEqual([]);
  });

  it('leaves its word again when the next one is cancelled, too', async () => {
    await makeCall('update_access_key', { isCancelled: true });
    const second = await makeCall('update_access_key', { isCancelled: true });
    expect(aCall('update_access_key').warnings).toEqual([expect.stringContaining(`request ${second}`)]);
  });
});
