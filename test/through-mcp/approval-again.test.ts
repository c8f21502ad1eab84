// A change that is called for more than once: a form that is answered late or by nobody, identical calls at once, and
// calls that their clients have given up. What is asked is one request all the time, and it is used once.
import { renameSync, symlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { describeRequest } from '../../src/approval/describe-request.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import type { Envelope } from '../../src/envelope.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { changesIn, lastFour, turningOff, turnOff } from '../e2e/aws-account.ts';
import { eventually } from '../e2e/eventually.ts';
import {
  AT_ONCE,
  agree,
  joinWaiting,
  PATIENT,
  pendingId,
  seenOf,
  untilAnswered,
  waitingCall,
} from '../e2e/pending-call.ts';
import { personWho } from '../e2e/person.ts';
import type { RawHost } from '../e2e/raw-host.ts';
import { auditOf, waitingRequests } from '../e2e/state-files.ts';
import { test } from './start-server.ts';

const TOOL = 'update_access_key';
const FORM = ['--approval', 'form'];
const TERMINAL = ['--approval', 'terminal'];

/** The only request that waits, in whatever way it may be answered. */
const onlyId = (stateDir: string) => auditOf(stateDir)[0]?.call ?? '';
const codeOf = ({ error }: Envelope) => error?.split(':')[0];

describe.concurrent('a form that is answered after its call has ended', () => {
  test.for([
    ['', AT_ONCE, 'ApprovalPending'],
    [' with --approval form', [...AT_ONCE, ...FORM], 'ApprovalTimedOut'],
  ] as const)('counts at the next identical call%s', async ([, args, code], { start, aws, stateDir }) => {
    const person = personWho.typesWhenTold(lastFour(aws));
    const server = await start({ person, args: [...args] });
    expect(codeOf(await server.call(TOOL, turningOff(aws)))).toBe(code);
    expect(person.takenBack).toBe(0);
    person.decides();
    await untilAnswered(stateDir, onlyId(stateDir));
    expect(changesIn(aws)).toEqual([]);
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(person.read).toHaveLength(1);
    expect(changesIn(aws)).toHaveLength(1);
    expect(auditOf(stateDir).at(-1)).toMatchObject({ event: 'done', agreedBy: 'form' });
  });

  test('counts while the next identical call waits, which shows no second form', async ({ start, aws, stateDir }) => {
    const person = personWho.typesWhenTold(lastFour(aws));
    const first = await start({ person, args: AT_ONCE });
    const id = await pendingId(first, TOOL, turningOff(aws));
    const { call } = await joinWaiting(await start({ args: PATIENT }), TOOL, turningOff(aws));
    person.decides();
    expect((await call).error).toBeNull();
    expect(onlyId(stateDir)).toBe(id);
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('is heard by the next identical call when it was declined', async ({ start, aws, stateDir }) => {
    const person = personWho.declinesWhenTold();
    const server = await start({ person, args: AT_ONCE });
    const id = await pendingId(server, TOOL, turningOff(aws));
    // Faster than that, it would be no person's no.
    await sleep(1000);
    person.decides();
    await untilAnswered(stateDir, id);
    expect(codeOf(await server.call(TOOL, turningOff(aws)))).toBe('ApprovalDeclined');
    expect(changesIn(aws)).toEqual([]);
  });
});

describe.concurrent('a host that shows its forms to nobody', () => {
  const ONE_SECOND = ['--approval-wait', '1'];
  const deleting = (aws: Sandbox) => ({ user_name: aws.company.leakedUser, access_key_id: aws.company.leakedKeyId });

  test('is known by the first: the next change is pending at once, in any process', async ({ start, aws }) => {
    const person = personWho.staysSilent();
    const server = await start({ person, args: ONE_SECOND });
    await pendingId(server, TOOL, turningOff(aws));
    const another = personWho.staysSilent();
    await pendingId(server, 'delete_access_key', deleting(aws));
    await pendingId(await start({ person: another, args: ONE_SECOND }), 'create_access_key', {
      user_name: 'tom.okafor',
    });
    expect([person.read.length, another.read.length]).toEqual([1, 0]);
  });

  test('learns of the command all the same when it gives each call up before the wait is over', async ({
    start,
    aws,
    stateDir,
  }) => {
    const person = personWho.staysSilent();
    const server = await start({ person, args: PATIENT });
    for (let calls = 1; calls <= 2; calls += 1) {
      const patience = new AbortController();
      const call = server.call(TOOL, turningOff(aws), { signal: patience.signal });
      await Promise.race([call, eventually(() => expect(person.read).toHaveLength(calls))]);
      patience.abort();
      await expect(call).rejects.toThrow();
      await eventually(() => expect(person.takenBack).toBe(calls));
    }
    const id = await pendingId(server, TOOL, turningOff(aws));
    agree(stateDir, id, lastFour(aws));
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(person.read).toHaveLength(2);
  });

  test('is asked all the same where there is no other way', async ({ start, aws }) => {
    const server = await start({ person: personWho.staysSilent(), args: ONE_SECOND });
    await pendingId(server, TOOL, turningOff(aws));
    const person = personWho.agrees();
    const byForm = await start({ person, args: [...ONE_SECOND, ...FORM] });
    expect((await byForm.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(person.read).toHaveLength(1);
  });

  test('is not one where somebody answers late, or has ever answered', async ({ start, aws, stateDir }) => {
    const person = personWho.typesWhenTold(lastFour(aws));
    const server = await start({ person, args: ONE_SECOND });
    await pendingId(server, TOOL, turningOff(aws));
    person.decides();
    await untilAnswered(stateDir, onlyId(stateDir));
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    const silent = personWho.staysSilent();
    const again = await start({ person: silent, args: ONE_SECOND });
    await pendingId(again, 'delete_access_key', deleting(aws));
    await pendingId(again, TOOL, { ...turningOff(aws), status: 'Active' });
    expect(silent.read).toHaveLength(2);
  });

  test('is not one when somebody answers in another way meanwhile', async ({ start, aws, stateDir }) => {
    const person = personWho.staysSilent();
    const server = await start({ person, args: PATIENT });
    const call = server.call(TOOL, turningOff(aws));
    await person.seesForm;
    agree(stateDir, onlyId(stateDir), lastFour(aws));
    expect((await call).error).toBeNull();
    const next = server.call('delete_access_key', deleting(aws));
    await eventually(() => expect(person.read).toHaveLength(2));
    agree(stateDir, auditOf(stateDir).at(-1)?.call ?? '', lastFour(aws));
    expect((await next).error).toBeNull();
  });
});

describe.concurrent('a form that nobody answers', () => {
  test('stays for the second call, and for the third there is the terminal alone', async ({ start, aws, stateDir }) => {
    const person = personWho.staysSilent();
    const server = await start({ person, args: AT_ONCE });
    const id = await pendingId(server, TOOL, turningOff(aws));
    expect(await pendingId(server, TOOL, turningOff(aws))).toBe(id);
    expect(person.read).toHaveLength(1);
    expect(person.takenBack).toBe(0);

    const another = personWho.staysSilent();
    const { call } = await joinWaiting(await start({ person: another, args: PATIENT }), TOOL, turningOff(aws));
    expect(another.read).toEqual([]);
    agree(stateDir, id, lastFour(aws));
    expect((await call).error).toBeNull();
    await eventually(() => expect(person.takenBack).toBe(1));
  });

  test('is shown once more by the same call, and taken back when somebody agrees at the terminal', async ({
    start,
    aws,
    stateDir,
  }) => {
    const [first, second] = [personWho.staysSilent(), personWho.staysSilent()];
    const id = await pendingId(await start({ person: first, args: AT_ONCE }), TOOL, turningOff(aws));
    const call = (await start({ person: second, args: PATIENT })).call(TOOL, turningOff(aws));
    await second.seesForm;
    // Its ages go on in between.
    const [shown, again] = [first, second].map(({ read }) => read.map((text) => text.replaceAll(/\d+ \w+ ago/g, '')));
    expect(again).toEqual(shown);
    agree(stateDir, id, lastFour(aws));
    expect((await call).error).toBeNull();
    await eventually(() => expect([first.takenBack, second.takenBack]).toEqual([1, 1]));
    expect(changesIn(aws)).toHaveLength(1);
    expect(auditOf(stateDir).at(-1)?.agreedBy).toMatch(/^terminal /);
  });

  test('is shown again by a server that was started anew: the end of the first says nothing of its host', async ({
    start,
    aws,
    stateDir,
  }) => {
    const first = await start({ person: personWho.staysSilent(), args: AT_ONCE });
    const id = await pendingId(first, TOOL, turningOff(aws));
    await first.stop();
    expect(seenOf(stateDir, id).map(({ event }) => event)).toEqual(['shown', 'vanished', 'pending']);
    const second = personWho.agrees();
    expect((await (await start({ person: second, args: PATIENT })).call(TOOL, turningOff(aws))).error).toBeNull();
    expect(second.read).toHaveLength(1);
  });
});

describe.concurrent('a form that is closed before anybody can have read it', () => {
  test.for([
    ['dismissed', personWho.dismissesAtOnce],
    ['declined', personWho.declinesAtOnce],
  ] as const)(
    '%s, is not shown again: the same call waits at the terminal',
    async ([, personWhoCloses], { start, aws, stateDir }) => {
      const person = personWhoCloses();
      const server = await start({ person, args: PATIENT });
      const { id, call } = await waitingCall(server, TOOL, turningOff(aws));
      expect(person.read).toHaveLength(1);
      agree(stateDir, id, lastFour(aws));
      expect((await call).error).toBeNull();
      expect(person.read).toHaveLength(1);
      expect(changesIn(aws)).toHaveLength(1);
    },
  );
});

describe.concurrent('two identical calls at once', () => {
  /** One change, asked once, under one name. */
  const expectOneChange = (stateDir: string, id: string) => {
    const audit = auditOf(stateDir);
    expect(audit.map(({ event }) => event)).toEqual(['asked', 'pending', 'sent', 'done']);
    expect(new Set(audit.map(({ call }) => call))).toEqual(new Set([id]));
  };

  test('share one form: the older ends as pending, and the newer makes the change', async ({
    start,
    aws,
    stateDir,
  }) => {
    const person = personWho.typesWhenTold(lastFour(aws));
    const server = await start({ person, args: PATIENT });
    const older = server.call(TOOL, turningOff(aws));
    await person.seesForm;
    const newer = server.call(TOOL, turningOff(aws));
    expect(codeOf(await older)).toBe('ApprovalPending');
    person.decides();
    expect((await newer).error).toBeNull();
    expect(person.read).toHaveLength(1);
    expect(changesIn(aws)).toHaveLength(1);
    expectOneChange(stateDir, onlyId(stateDir));
  });

  test('that begin in the same moment are one request, too', async ({ start, aws, stateDir }) => {
    const person = personWho.typesWhenTold(lastFour(aws));
    const server = await start({ person, args: PATIENT });
    const calls = [server.call(TOOL, turningOff(aws)), server.call(TOOL, turningOff(aws))];
    expect(codeOf(await Promise.race(calls))).toBe('ApprovalPending');
    person.decides();
    expect((await Promise.all(calls)).map(codeOf).sort()).toEqual(['ApprovalPending', undefined]);
    expect(person.read).toHaveLength(1);
    expectOneChange(stateDir, onlyId(stateDir));
  });

  test('keep their form when the older one is cancelled', async ({ start, aws, stateDir }) => {
    const person = personWho.typesWhenTold(lastFour(aws));
    const server = await start({ person, args: PATIENT });
    const cancel = new AbortController();
    const older = server.call(TOOL, turningOff(aws), { signal: cancel.signal }).catch(() => {});
    await person.seesForm;
    const newer = server.call(TOOL, turningOff(aws));
    const shown = () => seenOf(stateDir, onlyId(stateDir)).filter(({ event }) => event === 'shown');
    await eventually(() => expect(shown()).toHaveLength(2));
    cancel.abort();
    await older;
    person.decides();
    expect((await newer).error).toBeNull();
    expect([person.read.length, person.takenBack]).toEqual([1, 0]);
  });

  test('of two servers show a form each, of which the other is taken back', async ({ start, aws, stateDir }) => {
    const people = [personWho.typesWhenTold(lastFour(aws)), personWho.typesWhenTold(lastFour(aws))] as const;
    const [first, second] = [
      await start({ person: people[0], args: PATIENT }),
      await start({ person: people[1], args: PATIENT }),
    ];
    const older = first.call(TOOL, turningOff(aws));
    await people[0].seesForm;
    const newer = second.call(TOOL, turningOff(aws));
    expect(codeOf(await older)).toBe('ApprovalPending');
    await people[1].seesForm;
    people[1].decides();
    expect((await newer).error).toBeNull();
    await eventually(() => expect(people.map(({ takenBack }) => takenBack)).toEqual([1, 0]));
    expectOneChange(stateDir, onlyId(stateDir));
  });

  test.for([1, 2])('that wait at the terminal, of %i servers', async (count, { start, aws, stateDir }) => {
    const servers = [await start({ args: PATIENT })];
    if (count === 2) servers.push(await start({ args: PATIENT }));
    const [first, last] = [servers[0], servers.at(-1)];
    if (!first || !last) throw new Error('they were started');
    const { id, call: older } = await waitingCall(first, TOOL, turningOff(aws));
    const { call: newer } = await joinWaiting(last, TOOL, turningOff(aws));
    expect(codeOf(await older)).toBe('ApprovalPending');
    agree(stateDir, id, lastFour(aws));
    expect((await newer).error).toBeNull();
    expect(changesIn(aws)).toHaveLength(1);
    const audit = auditOf(stateDir);
    expect(audit.map(({ event }) => event)).toEqual(['asked', 'pending', 'pending', 'sent', 'done']);
    expect(new Set(audit.map(({ call }) => call))).toEqual(new Set([id]));
  });
});

describe.concurrent('a call that its client has given up without a word', () => {
  const errorOf = async (host: RawHost, call: number) => {
    const { result } = await host.answerTo(call);
    return (result?.structuredContent as Envelope | undefined)?.error;
  };

  test.for([
    ['at the terminal', false],
    ['by a form', true],
  ] as const)('%s leaves the yes to the newest identical one', async ([, forms], { startRaw, aws, stateDir }) => {
    const host = startRaw(PATIENT);
    await host.initialize(forms);
    if (!forms) expect(await errorOf(host, host.callTool(TOOL, turningOff(aws)))).toMatch(/^ApprovalPending/);
    const givenUp = host.callTool(TOOL, turningOff(aws));
    if (forms) await host.messageOf('elicitation/create');
    const newest = host.callTool(TOOL, turningOff(aws));
    expect(await errorOf(host, givenUp)).toMatch(/^ApprovalPending/);
    agree(stateDir, onlyId(stateDir), lastFour(aws));
    expect(await errorOf(host, newest)).toBeNull();
    expect(changesIn(aws)).toHaveLength(1);
  });
});

describe.concurrent('a no', () => {
  test('ends the call that waits, and the next one plans anew and says when that was', async ({
    start,
    aws,
    stateDir,
  }) => {
    const server = await start({ args: PATIENT });
    const { id, call } = await waitingCall(server, TOOL, turningOff(aws));
    const facts = aws.log.length;
    const requests = new ApprovalRequests(stateDir);
    requests.close({ id }, { is: 'declined', by: 'terminal ana' });
    expect(await call).toMatchObject({ error: 'ApprovalDeclined: the person declined. Nothing was changed.' });
    expect(aws.log).toHaveLength(facts);
    const { error } = await server.call(TOOL, turningOff(aws));
    expect(error).toMatch(
      new RegExp(` Before that, the same was declined at \\d\\d:\\d\\d:\\d\\d UTC \\(request ${id}\\)`),
    );
    expect(aws.log.length).toBeGreaterThan(facts);
    const [anew] = requests.unanswered('terminal');
    if (!anew) throw new Error('nothing waits');
    expect(describeRequest(anew, stateDir)).toMatch(/^WARNING: the same was declined at \d\d:\d\d:\d\d UTC/);
  });
});

describe.concurrent('facts that changed after a yes by a form', () => {
  test('are shown in the form of the next call, which says what has changed', async ({ start, aws, stateDir }) => {
    const { leakedKeyId, leakedUser } = aws.company;
    let isOff = false;
    const person = personWho.typesAfter(async () => {
      if (!isOff) await turnOff(aws, leakedKeyId);
      isOff = true;
    }, lastFour(aws));
    const server = await start({ person });
    const key = { user_name: leakedUser, access_key_id: leakedKeyId };
    expect(codeOf(await server.call('delete_access_key', key))).toBe('FactsChanged');
    const id = onlyId(stateDir);
    expect((await server.call('delete_access_key', key)).error).toBeNull();
    expect(person.read[1]).toMatch(
      new RegExp(
        `^WARNING: request ${id} was agreed to, and since then this has changed: Access key was '.*Active.*', is '.*Inactive`,
      ),
    );
    expect(person.read).toHaveLength(2);
  });
});

describe.concurrent('a server that was started with another --approval', () => {
  test('asks anew what was asked by forms alone, which nobody can answer at a terminal', async ({
    start,
    aws,
    stateDir,
  }) => {
    const first = await start({ person: personWho.staysSilent(), args: [...AT_ONCE, ...FORM] });
    expect(codeOf(await first.call(TOOL, turningOff(aws)))).toBe('ApprovalTimedOut');
    const id = onlyId(stateDir);
    expect(waitingRequests(stateDir)).toEqual([]);
    expect(() => agree(stateDir, id, lastFour(aws))).toThrow(`request ${id} cannot be answered by terminal`);
    const anew = await pendingId(await start({ args: [...AT_ONCE, ...TERMINAL] }), TOOL, turningOff(aws));
    expect(anew).not.toBe(id);
    expect(changesIn(aws)).toEqual([]);
  });

  test('does not count a yes by a way that is no longer allowed', async ({ start, aws, stateDir }) => {
    const person = personWho.typesWhenTold(lastFour(aws));
    const id = await pendingId(await start({ person, args: AT_ONCE }), TOOL, turningOff(aws));
    person.decides();
    await untilAnswered(stateDir, id);
    const other = await start({ args: [...AT_ONCE, ...TERMINAL] });
    expect(await pendingId(other, TOOL, turningOff(aws))).not.toBe(id);
    expect(changesIn(aws)).toEqual([]);
    // Nor is it lost to whoever asked for it.
    expect(codeOf(await (await start({ args: AT_ONCE })).call(TOOL, turningOff(aws)))).toBeUndefined();
  });
});

describe.concurrent('a host that asks for more and more', () => {
  test('has its own oldest request given up for the 21st, and that of another host waits on', async ({
    start,
    startRaw,
    aws,
    stateDir,
  }) => {
    const another = startRaw(AT_ONCE);
    await another.initialize();
    await another.answerTo(another.callTool(TOOL, turningOff(aws)));
    const ofAnother = onlyId(stateDir);
    const server = await start({ args: AT_ONCE });
    const own: string[] = [];
    for (let n = 0; n < 21; n += 1) {
      aws.createUser(`new-${n}`);
      own.push(await pendingId(server, 'create_access_key', { user_name: `new-${n}` }));
    }
    const waiting = waitingRequests(stateDir).map(({ id }) => id);
    expect(waiting.sort()).toEqual([ofAnother, ...own.slice(1)].sort());
    // It can be asked for again.
    expect(await pendingId(server, 'create_access_key', { user_name: 'new-0' })).not.toBe(own[0]);
  });
});

describe.concurrent('a form that is open while the folder of requests is spoilt', () => {
  test('is taken back, and the server goes on', async ({ start, aws, stateDir }) => {
    const person = personWho.staysSilent();
    const server = await start({ person, args: PATIENT });
    const call = server.call(TOOL, turningOff(aws));
    await person.seesForm;
    renameSync(`${stateDir}/requests`, `${stateDir}/elsewhere`);
    symlinkSync('requests', `${stateDir}/requests`);
    expect(codeOf(await call)).toBe('ApprovalUnavailable');
    expect((await server.call('list_access_keys', { user_name: 'ci-deploy' })).error).toBeNull();
    await eventually(() => expect(person.takenBack).toBe(1));
    expect(changesIn(aws)).toEqual([]);
  });
});
