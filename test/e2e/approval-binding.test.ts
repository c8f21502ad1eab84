// What an agreement given at the terminal is bound to, where more than one process asks for it; all else is tested in
// through-mcp/approval-binding.test.ts.
import { describe, expect } from 'vitest';
import { changesIn, lastFour, turningOff } from './aws-account.ts';
import { AT_ONCE, agree, joinWaiting, PATIENT, pendingId, startPatientAws, waitingCall } from './pending-call.ts';
import { personWho } from './person.ts';
import { test } from './start-server.ts';
import { auditOf } from './state-files.ts';

const TOOL = 'update_access_key';

describe.concurrent('an agreement', () => {
  test('outlives the server that asked for it, and goes before a form', async ({ start, aws, stateDir }) => {
    const first = await start({ args: AT_ONCE });
    agree(stateDir, await pendingId(first, TOOL, turningOff(aws)), lastFour(aws));
    await first.stop();
    const person = personWho.declines();
    const second = await start({ args: AT_ONCE, person });
    expect((await second.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(person.read).toEqual([]);
  });

  test('is used once by two servers that share a state dir', async ({ start, aws, stateDir, onTestFinished }) => {
    const { env, letGo } = await startPatientAws(aws, onTestFinished);
    const [first, second] = [await start({ args: PATIENT, env }), await start({ args: PATIENT, env })];
    const { id, call } = await waitingCall(first, TOOL, turningOff(aws));
    const { call: another } = await joinWaiting(second, TOOL, turningOff(aws));
    agree(stateDir, id, lastFour(aws));
    await Promise.race([call, another]);
    letGo();
    const errors = (await Promise.all([call, another])).map(({ error }) => error?.split(':')[0]);
    // The older one is overtaken, or finds the yes used: that depends on which of the two looks first.
    const [refused, made] = errors.sort();
    expect(refused).toMatch(/^Approval(Pending|Dismissed)$/);
    expect(made).toBeUndefined();
    expect(changesIn(aws)).toHaveLength(1);
    const audit = auditOf(stateDir);
    const end = refused === 'ApprovalPending' ? 'pending' : 'refused';
    expect(audit.map(({ event }) => event).sort()).toEqual(['asked', 'done', end, 'pending', 'sent'].sort());
    expect(new Set(audit.map((entry) => entry.call))).toEqual(new Set([id]));
  });
});
