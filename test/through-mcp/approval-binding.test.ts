// What an agreement given at the terminal is bound to: this call, these facts, used once; and that nothing else passes
// for one. Answers are written as files here, in the way in which `approve` does it, or does not.
import { mkdirSync, symlinkSync } from 'node:fs';
import { UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { describe, expect } from 'vitest';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { planDigest } from '../../src/plan/plan.ts';
import { changesIn, colleagueIn, lastFour, turningOff, turnOff } from '../e2e/aws-account.ts';
import { eventually } from '../e2e/eventually.ts';
import {
  AT_ONCE,
  agree,
  joinWaiting,
  PATIENT,
  pendingId,
  startPatientAws,
  TWICE_PENDING,
  waitingCall,
} from '../e2e/pending-call.ts';
import { auditOf, forgeAnswer, tamperWithRequest, waitingRequests } from '../e2e/state-files.ts';
import { test } from './start-server.ts';

const TOOL = 'update_access_key';

describe.concurrent('facts that changed after the person agreed', () => {
  test('refuse the call, naming the key that was turned off meanwhile', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const key = { user_name: 'ci-deploy', access_key_id: aws.company.leakedKeyId };
    agree(stateDir, await pendingId(server, 'delete_access_key', key), lastFour(aws));
    await turnOff(aws, aws.company.leakedKeyId);
    const { error } = await server.call('delete_access_key', key);
    expect(error).toMatch(
      /^FactsChanged: .*Access key was 'AKIA\w+: Active;.*', is 'AKIA\w+: Inactive;.*Nothing was changed\.$/,
    );
    // It is asked anew, about how things are now.
    await pendingId(server, 'delete_access_key', key);
    expect(JSON.stringify(waitingRequests(stateDir))).toContain(': Inactive;');
    expect(changesIn(aws)).toEqual([]);
  });

  test('refuse the call, naming another key that was made meanwhile', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    agree(stateDir, await pendingId(server, TOOL, turningOff(aws)), lastFour(aws));
    const { accessKeyId } = aws.createKey('ci-deploy');
    const { error } = await server.call(TOOL, turningOff(aws));
    expect(error).toMatch(/^FactsChanged: /);
    expect(error).toContain(`Other key 1 was 'not there', is '${accessKeyId}: Active;`);
    expect(changesIn(aws)).toEqual([]);
  });

  test('refuse the call while it still waits', async ({ start, aws, stateDir }) => {
    const server = await start({ args: PATIENT });
    const key = { user_name: 'ci-deploy', access_key_id: aws.company.leakedKeyId };
    const { id, call } = await waitingCall(server, 'delete_access_key', key);
    await turnOff(aws, aws.company.leakedKeyId);
    agree(stateDir, id, lastFour(aws));
    expect((await call).error ?? 'changed all the same').toMatch(/^FactsChanged: .*Nothing was changed\.$/);
    expect(changesIn(aws)).toEqual([]);
  });

  test('do not include one more use of a key in use, or nobody could ever turn it off', async ({
    start,
    aws,
    stateDir,
  }) => {
    const server = await start({ args: AT_ONCE });
    agree(stateDir, await pendingId(server, TOOL, turningOff(aws)), lastFour(aws));
    aws.useKey(aws.company.leakedKeyId, { date: new Date(), serviceName: 's3', region: 'eu-north-1' });
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
  });

  test('are shown anew under another id, which says what has changed', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const key = { user_name: 'ci-deploy', access_key_id: aws.company.leakedKeyId };
    const id = await pendingId(server, 'delete_access_key', key);
    await turnOff(aws, aws.company.leakedKeyId);
    // Nobody reads the facts again as long as nobody has agreed to them.
    expect(await pendingId(server, 'delete_access_key', key)).toBe(id);
    agree(stateDir, id, lastFour(aws));
    const { error } = await server.call('delete_access_key', key);
    const [waiting, ...others] = waitingRequests(stateDir);
    expect(others).toEqual([]);
    expect(waiting?.id).not.toBe(id);
    expect(error).toMatch(new RegExp(`^FactsChanged: .*request ${waiting?.id} waits for a person, who runs: `));
    expect(await pendingId(server, 'delete_access_key', key)).toBe(waiting?.id);
    expect(waiting?.earlier).toMatchObject({ id, is: 'changed', what: expect.stringContaining(': Inactive;') });
    agree(stateDir, waiting?.id ?? '', lastFour(aws));
    expect((await server.call('delete_access_key', key)).error).toBeNull();
  });
});

describe.concurrent('an agreement', () => {
  test('is no agreement to other arguments, another tool or another role', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const off = turningOff(aws);
    const id = await pendingId(server, TOOL, off);
    agree(stateDir, id, lastFour(aws));
    const { status: _, ...key } = off;
    await pendingId(server, TOOL, { ...off, status: 'Active' });
    await pendingId(server, 'delete_access_key', key);
    await pendingId(server, TOOL, { ...off, role_arn: aws.company.responderRoleArn });
    expect(changesIn(aws)).toEqual([]);
    // It was not used up by any of these.
    expect((await server.call(TOOL, off)).error).toBeNull();
  });

  test('is no agreement to the same call of somebody else', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    agree(stateDir, await pendingId(server, TOOL, turningOff(aws)), lastFour(aws));
    aws.createUser('intern');
    const { accessKeyId, secretAccessKey } = aws.createKey('intern');
    const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    await pendingId(await start({ args: AT_ONCE, env }), TOOL, turningOff(aws));
    expect(changesIn(aws)).toEqual([]);
  });

  test('is used once by two identical calls of one server', async ({ start, aws, stateDir, onTestFinished }) => {
    const { env, letGo } = await startPatientAws(aws, onTestFinished);
    const server = await start({ args: PATIENT, env });
    const { id, call } = await waitingCall(server, TOOL, turningOff(aws));
    const { call: another } = await joinWaiting(server, TOOL, turningOff(aws));
    agree(stateDir, id, lastFour(aws));
    await Promise.race([call, another]);
    letGo();
    expect((await Promise.all([call, another])).map(({ error }) => error?.split(':')[0]).sort()).toEqual([
      'ApprovalPending',
      undefined,
    ]);
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('of ten minutes ago is none any more', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const id = await pendingId(server, TOOL, turningOff(aws));
    agree(stateDir, id, lastFour(aws));
    tamperWithRequest(stateDir, id, (request) => {
      request.createdAt -= 10 * 60 * 1000;
    });
    const { error } = await server.call(TOOL, turningOff(aws));
    expect(error).toMatch(
      new RegExp(
        `^ApprovalPending: [\\s\\S]* Before that, request ${id} expired at .* UTC, and its command works no more\\.$`,
      ),
    );
    const [anew, ...more] = waitingRequests(stateDir);
    expect([anew?.id === id, more]).toEqual([false, []]);
    expect(changesIn(aws)).toEqual([]);
  });

  test('to turn a key off is used up, though someone else did it first', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    agree(stateDir, await pendingId(server, TOOL, turningOff(aws)), lastFour(aws));
    const colleague = colleagueIn(aws);
    const set = (Status: 'Active' | 'Inactive') =>
      colleague.send(
        new UpdateAccessKeyCommand({ UserName: 'ci-deploy', AccessKeyId: aws.company.leakedKeyId, Status }),
      );
    await set('Inactive');
    expect((await server.call(TOOL, turningOff(aws))).error).toMatch(/^FactsChanged/);
    await set('Active');
    // The facts are again what the person agreed to; the agreement is gone all the same.
    await pendingId(server, TOOL, turningOff(aws));
    expect(changesIn(aws)).toEqual([]);
  });
});

describe.concurrent('is not an agreement:', () => {
  test('a request whose effect somebody rewrote before the person read it', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const id = await pendingId(server, TOOL, turningOff(aws));
    tamperWithRequest(stateDir, id, ({ plan }) => {
      for (const row of plan.rows) row.effect = 'Nothing of importance.';
    });
    agree(stateDir, id, lastFour(aws));
    expect((await server.call(TOOL, turningOff(aws))).error).toMatch(/^FactsChanged: .*Nothing was changed\.$/);
    expect(changesIn(aws)).toEqual([]);
  });

  test('a request in which a fact looks other than it is', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const id = await pendingId(server, TOOL, turningOff(aws));
    tamperWithRequest(stateDir, id, ({ plan }) => {
      for (const fact of plan.rows.flatMap(({ facts }) => facts))
        if (fact.label === 'Access key') fact.shown = 'a key that nobody uses';
    });
    agree(stateDir, id, lastFour(aws));
    expect((await server.call(TOOL, turningOff(aws))).error ?? 'changed all the same').toMatch(/^FactsChanged: /);
    expect(changesIn(aws)).toEqual([]);
  });

  test('a request for another change, made to look like this one', async ({ start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const id = await pendingId(server, 'create_access_key', { user_name: 'tom.okafor' });
    tamperWithRequest(stateDir, id, (request) => {
      request.plan.rows = request.plan.rows.map((row) => ({ ...row, arguments: { user_name: 'ci-deploy' } }));
    });
    agree(stateDir, id, 'tom.okafor');
    // It is not even found, since the call that it belongs to was not rewritten with it.
    expect(await pendingId(server, 'create_access_key', { user_name: 'ci-deploy' })).not.toBe(id);
    // And that call is refused what the person did not read.
    expect((await server.call('create_access_key', { user_name: 'tom.okafor' })).error).toMatch(/^FactsChanged/);
    expect(changesIn(aws)).toEqual([]);
  });

  test.for([
    ['of another plan', { planDigest: 'f'.repeat(64) }, 'FactsChanged'],
    ['with something else typed', { typed: 'yes' }, 'ApprovalDeclined'],
    ['with nothing typed', { typed: '' }, 'ApprovalDeclined'],
    ['by a way of its own making', { way: 'sure' }, 'ApprovalDismissed'],
    ['by a way that this change may not be agreed to', { way: 'host' }, 'ApprovalDeclined'],
    ['that lacks what was typed', { typed: undefined }, 'ApprovalDismissed'],
    ['with something added', { approved: true }, 'ApprovalDismissed'],
  ] as const)('an answer %s', async ([, forged, code], { start, aws, stateDir }) => {
    const server = await start({ args: AT_ONCE });
    const id = await pendingId(server, TOOL, turningOff(aws));
    const real = { typed: lastFour(aws), way: 'terminal', at: Date.now(), by: 'me' };
    forgeAnswer(stateDir, id, { ...real, planDigest: digestOf(stateDir, id), ...forged });
    const { error } = await server.call(TOOL, turningOff(aws));
    expect(error).toMatch(new RegExp(`^${code}: .*Nothing was changed\\.$`));
    expect(changesIn(aws)).toEqual([]);
    // And it is gone: the next call asks anew.
    expect(await pendingId(server, TOOL, turningOff(aws))).not.toBe(id);
  });

  test('a folder of requests that is not the own one', async ({ start, aws, stateDir, folder }) => {
    mkdirSync(stateDir, { mode: 0o700 });
    mkdirSync(`${folder}/elsewhere`);
    symlinkSync(`${folder}/elsewhere`, `${stateDir}/requests`);
    const server = await start({ args: AT_ONCE });
    const { error } = await server.call(TOOL, turningOff(aws));
    expect(error).toMatch(/^ApprovalUnavailable: .*symbolic link.*Nothing was changed\.$/);
    expect(changesIn(aws)).toEqual([]);
  });
});

describe.concurrent('a cancelled call', () => {
  test('leaves its request, which is answered as ever', async ({ start, aws, stateDir }) => {
    const server = await start({ args: PATIENT });
    const cancel = new AbortController();
    const { id, call } = await waitingCall(server, TOOL, turningOff(aws), { signal: cancel.signal });
    cancel.abort();
    await expect(call).rejects.toThrow();
    await eventually(() => expect(auditOf(stateDir).map(({ event }) => event)).toEqual(TWICE_PENDING));
    expect(waitingRequests(stateDir).map((request) => request.id)).toEqual([id]);
    agree(stateDir, id, lastFour(aws));
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('leaves a yes that it has found and not used', async ({ start, aws, stateDir }) => {
    const server = await start({ args: PATIENT });
    const cancel = new AbortController();
    const { id, call } = await waitingCall(server, TOOL, turningOff(aws), { signal: cancel.signal });
    // While the facts are read once more, after the yes was found.
    aws.order({ operation: 'ListAccessKeys', fault: { kind: 'latency', ms: 1000 } });
    const before = aws.log.length;
    agree(stateDir, id, lastFour(aws));
    await eventually(() => expect(aws.log.length).toBeGreaterThan(before));
    cancel.abort();
    await expect(call).rejects.toThrow();
    await eventually(() => expect(auditOf(stateDir).at(-1)).toMatchObject({ event: 'refused' }));
    expect(changesIn(aws)).toEqual([]);
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(changesIn(aws)).toHaveLength(1);
  });
});

describe.concurrent('a change in a host without forms', () => {
  test('is pending at once, by the default options', async ({ start, aws, stateDir }) => {
    const server = await start();
    // Of the 45 seconds of --approval-wait it uses none: the test's own limit is 20.
    const id = await pendingId(server, TOOL, turningOff(aws));
    // By a client that waits for a second at most, as often as it likes.
    for (let calls = 0; calls < 2; calls += 1) {
      await expect(server.call(TOOL, turningOff(aws), { timeout: 1000 })).rejects.toThrow('timed out');
    }
    agree(stateDir, id, lastFour(aws));
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('over a table is, too', async ({ start, aws, stateDir }) => {
    const server = await start();
    const table = { rows: [turningOff(aws)], user_name: '{{ user_name }}', access_key_id: '{{ access_key_id }}' };
    const id = await pendingId(server, TOOL, { ...table, status: 'Inactive' });
    agree(stateDir, id, lastFour(aws));
    expect((await server.call(TOOL, { ...table, status: 'Inactive' })).error).toBeNull();
    expect(changesIn(aws)).toHaveLength(1);
  });
});

/** The digest that a real answer would have. */
function digestOf(stateDir: string, id: string): string {
  const request = new ApprovalRequests(stateDir).find(id);
  if (!request) throw new Error(`request ${id} does not wait`);
  return planDigest(request.plan);
}
