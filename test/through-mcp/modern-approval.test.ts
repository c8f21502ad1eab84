// Approval in the era of 2026-07-28: the call ends with a form for the host to show, and the host makes it again with what
// a person typed. Each test asks for the leaked key to be turned off, and whatever a host does, that happens once at most.
import { renameSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { changesIn, lastFour, turningOff, turnOff } from '../e2e/aws-account.ts';
import { agreedTo, type ModernHost, modernHost, typed } from '../e2e/modern-host.ts';
import { agree, PATIENT, seenOf } from '../e2e/pending-call.ts';
import { auditOf, filesBelow, filesHolding, waitingRequests } from '../e2e/state-files.ts';
import { test } from './start-server.ts';

const TOOL = 'update_access_key';
const AUTO = ['--approval-wait', '1'];
const FORM = [...AUTO, '--approval', 'form'];
const answer = (action: string) => ({ responses: { approval: { action } } });

describe.concurrent('a person in a host that shows forms', () => {
  test.for([
    ['declares them as hosts did at first', {}],
    ['names their kind', { form: {} }],
    ['knows other kinds, too', { form: {}, url: {} }],
  ] as const)(
    'agrees in a form where it %s, and the change is made once',
    async ([, elicitation], { startRaw, aws, stateDir }) => {
      const host = modernHost(startRaw(AUTO), { elicitation });
      const asked = await host.call(TOOL, turningOff(aws));
      expect(asked.forms?.approval).toMatch(/^Turn off an access key\n[\s\S]*To agree, type the last four characters/);
      expect(changesIn(aws)).toEqual([]);
      expect(await host.call(TOOL, turningOff(aws), agreedTo(asked))).toMatchObject({ error: null });
      expect(changesIn(aws)).toHaveLength(1);
      expect(auditOf(stateDir).map(({ event, agreedBy }) => [event, agreedBy])).toEqual([
        ['asked', undefined],
        ['sent', 'form'],
        ['done', 'form'],
      ]);
    },
  );

  test('agrees to a table by the number of its rows', async ({ startRaw, aws }) => {
    const host = modernHost(startRaw(AUTO));
    const table = {
      access_key_id: '{{ key }}',
      user_name: '{{ user }}',
      status: 'Inactive',
      rows: [
        { user: aws.company.leakedUser, key: aws.company.leakedKeyId },
        { user: aws.company.neverUsedUser, key: aws.company.neverUsedKeyId },
      ],
    };
    const asked = await host.call(TOOL, table);
    expect(await host.call(TOOL, table, agreedTo(asked))).toMatchObject({ error: null });
    expect(changesIn(aws)).toHaveLength(2);
  });

  test('may mistype twice, is told so each time, and is not asked a fourth time', async ({
    startRaw,
    aws,
    stateDir,
  }) => {
    const host = modernHost(startRaw(AUTO));
    let asked = await host.call(TOOL, turningOff(aws));
    for (const text of ['yes', 'AKIA']) {
      asked = await host.call(TOOL, turningOff(aws), { ...typed(text), state: asked.state });
      expect(asked.forms?.approval).toMatch(/^That was not the last four characters of the access key\./);
    }
    const { error } = await host.call(TOOL, turningOff(aws), { ...typed('no'), state: asked.state });
    expect(error).toMatch(/^ApprovalPending: [\s\S]*3 times in the form, which is closed now\.$/);
    expect(changesIn(aws)).toEqual([]);
    // At the terminal they may still agree.
    agree(stateDir, waitingRequests(stateDir)[0]?.id ?? '', lastFour(aws));
    expect(await host.call(TOOL, turningOff(aws))).toMatchObject({ error: null });
  });

  test('cannot be guessed for: after three wrong texts the form counts no more, however many were on their way', async ({
    startRaw,
    aws,
  }) => {
    const host = modernHost(startRaw(AUTO));
    const { state } = await host.call(TOOL, turningOff(aws));
    const guesses = ['a', 'b', 'c', 'd', lastFour(aws), lastFour(aws)];
    const ids = guesses.map((text) => host.send(TOOL, turningOff(aws), { ...typed(text), state }));
    await Promise.all(ids.map((id) => host.answerTo(id)));
    expect(changesIn(aws)).toEqual([]);
  });

  test('declines: ApprovalDeclined', async ({ startRaw, aws }) => {
    const host = modernHost(startRaw(AUTO));
    const { state } = await host.call(TOOL, turningOff(aws));
    await sleep(1100);
    const { error } = await host.call(TOOL, turningOff(aws), { ...answer('decline'), state });
    expect(error).toBe('ApprovalDeclined: the person declined. Nothing was changed.');
    expect(changesIn(aws)).toEqual([]);
  });

  test('closes the form after reading it: ApprovalDismissed', async ({ startRaw, aws }) => {
    const host = modernHost(startRaw(AUTO));
    const { state } = await host.call(TOOL, turningOff(aws));
    await sleep(1100);
    const { error } = await host.call(TOOL, turningOff(aws), { ...answer('cancel'), state });
    expect(error).toMatch(/^ApprovalDismissed: .*Nothing was changed\.$/);
  });

  test('takes back in the form what somebody agreed to at the terminal', async ({ startRaw, aws, stateDir }) => {
    const host = modernHost(startRaw(AUTO));
    const { state } = await host.call(TOOL, turningOff(aws));
    agree(stateDir, waitingRequests(stateDir)[0]?.id ?? '', lastFour(aws));
    await sleep(1100);
    const { error } = await host.call(TOOL, turningOff(aws), { ...answer('decline'), state });
    expect(error).toMatch(/^ApprovalDeclined/);
    expect(changesIn(aws)).toEqual([]);
  });

  test.for([
    ['closed', answer('cancel')],
    ['filled in with something else', typed('what?')],
    ['filled in with the same', typed('')],
  ])(
    'need not answer it any more when somebody agreed at the terminal: it may be %s',
    async ([what, brought], { startRaw, aws, stateDir }) => {
      const host = modernHost(startRaw(AUTO));
      const { state } = await host.call(TOOL, turningOff(aws));
      agree(stateDir, waitingRequests(stateDir)[0]?.id ?? '', lastFour(aws));
      await sleep(1100);
      const retry = what === 'filled in with the same' ? typed(lastFour(aws)) : (brought as object);
      expect(await host.call(TOOL, turningOff(aws), { ...retry, state })).toMatchObject({ error: null });
      expect(changesIn(aws)).toHaveLength(1);
    },
  );

  test('is asked anew when the facts have changed since they read them', async ({ startRaw, aws }) => {
    const host = modernHost(startRaw(AUTO));
    const asked = await host.call(TOOL, turningOff(aws));
    await turnOff(aws, aws.company.leakedKeyId);
    const { error } = await host.call(TOOL, turningOff(aws), agreedTo(asked));
    expect(error).toMatch(/^FactsChanged: .*Nothing was changed\.$/);
    expect((await host.call(TOOL, turningOff(aws))).forms?.approval).toMatch(
      /was agreed to, and since then this has changed/,
    );
    expect(changesIn(aws)).toEqual([]);
  });
});

describe.concurrent('a host that answers in a person’s place', () => {
  test.for([
    ['accepts without content', answer('accept')],
    ['accepts with nothing in it', { responses: { approval: { action: 'accept', content: {} } } }],
    ['accepts with another field', { responses: { approval: { action: 'accept', content: { confirm: 'yes' } } } }],
    [
      'accepts with something that is no text',
      { responses: { approval: { action: 'accept', content: { confirmation: 4 } } } },
    ],
    ['declines at once', answer('decline')],
    ['closes it at once', answer('cancel')],
  ] as const)('is told what a person can do instead when it %s', async ([, brought], { startRaw, aws }) => {
    const host = modernHost(startRaw(AUTO));
    const { state } = await host.call(TOOL, turningOff(aws));
    const { error } = await host.call(TOOL, turningOff(aws), { ...brought, state });
    expect(error).toMatch(
      /^ApprovalPending: nothing was changed yet; request \w{6} waits for a person, who runs:\n`node .* approve/,
    );
    expect(error).not.toMatch(/declined/);
    expect(changesIn(aws)).toEqual([]);
  });

  test.for([
    ['declares no forms', null],
    ['declares pages in a browser alone', { url: {} }],
  ] as const)('is pending at once where it %s', async ([, elicitation], { startRaw, aws }) => {
    const host = modernHost(startRaw(AUTO), { elicitation });
    const startedAt = performance.now();
    const { error } = await host.call(TOOL, turningOff(aws));
    expect(error).toMatch(/^ApprovalPending: /);
    // Against hanging: by the form's wait, it would be a second later.
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });
});

describe.concurrent('a form that nobody answers', () => {
  const isPending = /^ApprovalPending: [\s\S]*An answer in the form, if it is still open, counts as well/;

  test('is waited for by the same call, which then is pending, and by no later one', async ({
    startRaw,
    aws,
    stateDir,
  }) => {
    const host = modernHost(startRaw(AUTO));
    await host.call(TOOL, turningOff(aws));
    expect((await host.call(TOOL, turningOff(aws))).error).toMatch(isPending);
    const id = waitingRequests(stateDir)[0]?.id ?? '';
    expect(seenOf(stateDir, id).map(({ event }) => event)).toEqual(['shown', 'vanished', 'pending']);
    // Now the terminal is waited for.
    const again = host.send(TOOL, turningOff(aws));
    agree(stateDir, id, lastFour(aws));
    expect(await host.answerTo(again)).toMatchObject({ error: null });
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('is pending at once when it is older than the wait', async ({ startRaw, aws }) => {
    const host = modernHost(startRaw(AUTO));
    await host.call(TOOL, turningOff(aws));
    await sleep(1000);
    expect((await host.call(TOOL, turningOff(aws))).error).toMatch(isPending);
  });

  test('counts all the same when it is answered after the wait, by whichever call brings it', async ({
    startRaw,
    aws,
  }) => {
    const host = modernHost(startRaw(AUTO));
    const asked = await host.call(TOOL, turningOff(aws));
    expect((await host.call(TOOL, turningOff(aws))).error).toMatch(isPending);
    expect(await host.call(TOOL, turningOff(aws), agreedTo(asked))).toMatchObject({ error: null });
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('has the next change of this host pending at once, in any process, and no other host’s', async ({
    startRaw,
    aws,
  }) => {
    const host = modernHost(startRaw(AUTO));
    await host.call(TOOL, turningOff(aws));
    await host.call(TOOL, turningOff(aws));
    const other = {
      ...turningOff(aws),
      user_name: aws.company.neverUsedUser,
      access_key_id: aws.company.neverUsedKeyId,
    };
    for (const same of [host, modernHost(startRaw(AUTO))]) {
      expect((await same.call(TOOL, other)).error).toMatch(/^ApprovalPending/);
    }
    const another = modernHost(startRaw(AUTO), { name: 'another' });
    expect(
      await another.call('delete_access_key', { access_key_id: other.access_key_id, user_name: other.user_name }),
    ).toHaveProperty('forms');
  });

  test('in one host says nothing of another, nor of the same one when it was started anew', async ({
    startRaw,
    aws,
    stateDir,
  }) => {
    const silent = modernHost(startRaw(AUTO), { name: 'silent' });
    await silent.call(TOOL, turningOff(aws));
    const good = modernHost(startRaw(AUTO), { name: 'good' });
    expect(await good.call(TOOL, turningOff(aws))).toHaveProperty('forms');
    await good.raw.stop();
    const anew = modernHost(startRaw(PATIENT), { name: 'good' });
    expect(await anew.call(TOOL, turningOff(aws))).toHaveProperty('forms');
    await anew.raw.stop();
    await sleep(1000);
    // By then it would have been answered.
    const late = modernHost(startRaw(AUTO), { name: 'good' });
    expect((await late.call(TOOL, turningOff(aws))).error).toMatch(isPending);
    expect(filesBelow(stateDir).filter((file) => file.startsWith('hosts/'))).toEqual([]);
  });

  test('says nothing of a host in which somebody has answered one', async ({ startRaw, aws }) => {
    const host = modernHost(startRaw(AUTO));
    await host.call(TOOL, turningOff(aws), agreedTo(await host.call(TOOL, turningOff(aws))));
    const back = { ...turningOff(aws), status: 'Active' };
    await host.call(TOOL, back);
    expect((await host.call(TOOL, back)).error).toMatch(isPending);
    expect(
      await host.call('delete_access_key', { user_name: back.user_name, access_key_id: back.access_key_id }),
    ).toHaveProperty('forms');
  });

  test('is timed out with --approval form', async ({ startRaw, aws }) => {
    const host = modernHost(startRaw(FORM));
    await host.call(TOOL, turningOff(aws));
    expect((await host.call(TOOL, turningOff(aws))).error).toMatch(
      /^ApprovalTimedOut: nobody answered the form in time/,
    );
  });
});

describe.concurrent('what a host gives back', () => {
  /** Whoever gets this has to read the plan, and to answer it anew. */
  const asksAnew = async (host: ModernHost, call: Parameters<ModernHost['call']>) => {
    const outcome = await host.call(...call);
    expect(outcome.forms?.approval).toMatch(/^(WARNING|Turn|Delete)/);
  };

  test('altered, left out or made up, is the answer to nothing', async ({ startRaw, aws }) => {
    const host = modernHost(startRaw(AUTO));
    const asked = await host.call(TOOL, turningOff(aws));
    const right = agreedTo(asked);
    const states = [`${asked.state}0`, (asked.state ?? '').toUpperCase(), '', '{}', '../..', '0'.repeat(32), undefined];
    for (const state of states) await asksAnew(host, [TOOL, turningOff(aws), { ...right, state }]);
    expect(changesIn(aws)).toEqual([]);
  });

  test('used once, is used up', async ({ startRaw, aws }) => {
    const host = modernHost(startRaw(AUTO));
    const right = agreedTo(await host.call(TOOL, turningOff(aws)));
    expect(await host.call(TOOL, turningOff(aws), right)).toMatchObject({ error: null });
    await asksAnew(host, [TOOL, turningOff(aws), right]);
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('of one call is no answer to another', async ({ startRaw, aws }) => {
    const host = modernHost(startRaw(AUTO));
    const right = agreedTo(await host.call(TOOL, turningOff(aws)));
    const { status: _, ...key } = turningOff(aws);
    await asksAnew(host, ['delete_access_key', key, right]);
    await asksAnew(host, [TOOL, { ...key, status: 'Active' }, right]);
    expect(changesIn(aws)).toEqual([]);
    // Neither has used it up.
    expect(await host.call(TOOL, turningOff(aws), right)).toMatchObject({ error: null });
  });

  test('is nothing in another state dir', async ({ startRaw, aws, stateDir }) => {
    const first = modernHost(startRaw(AUTO));
    const right = agreedTo(await first.call(TOOL, turningOff(aws)));
    await first.raw.stop();
    renameSync(stateDir, `${stateDir}-of-another`);
    await asksAnew(modernHost(startRaw(AUTO)), [TOOL, turningOff(aws), right]);
    expect(changesIn(aws)).toEqual([]);
  });

  test('is found by another process on the state dir, and by two at once only once', async ({ startRaw, aws }) => {
    const first = modernHost(startRaw(AUTO));
    const right = agreedTo(await first.call(TOOL, turningOff(aws)));
    await first.raw.stop();
    const others = [modernHost(startRaw(AUTO)), modernHost(startRaw(AUTO))];
    const outcomes = await Promise.all(others.map((host) => host.call(TOOL, turningOff(aws), right)));
    expect(outcomes.filter(({ error }) => error === null)).toHaveLength(1);
    expect(changesIn(aws)).toHaveLength(1);
  });

  test('names the request by nothing that a model could learn', async ({ startRaw, aws, stateDir }) => {
    const host = modernHost(startRaw(AUTO));
    const asked = await host.call(TOOL, turningOff(aws));
    expect(asked.state).toMatch(/^[0-9a-f]{32}$/);
    expect(asked.forms?.approval).not.toContain(asked.state);
    expect((await host.call(TOOL, turningOff(aws))).error).not.toContain(asked.state);
    expect(filesHolding(stateDir, asked.state ?? '')).toEqual([
      expect.stringMatching(/^requests\/\w{6}\.request\.json$/),
    ]);
  });
});

describe.concurrent('a request of this era', () => {
  test('that was opened by a host of the other is answered there', async ({ startRaw, aws, stateDir }) => {
    const legacy = startRaw(AUTO);
    await legacy.initialize();
    const id = legacy.callTool(TOOL, turningOff(aws));
    await legacy.answerTo(id);
    const host = modernHost(startRaw(AUTO));
    const asked = await host.call(TOOL, turningOff(aws));
    expect(waitingRequests(stateDir)).toHaveLength(1);
    expect(await host.call(TOOL, turningOff(aws), agreedTo(asked))).toMatchObject({ error: null });
    expect(new ApprovalRequests(stateDir).unanswered('terminal')).toEqual([]);
  });
});
