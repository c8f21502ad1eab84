// Approval in a chat room: a real chat server, the bot of examples/chat-approval, and the built program with a host that has
// no forms.
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { aDraft } from '../approval/a-request.ts';
import { changesIn, lastFour, turningOff } from '../e2e/aws-account.ts';
import { configWith, newKey } from '../e2e/bridge-process.ts';
import { AT_ONCE, agree, PATIENT, pendingId, waitingCall } from '../e2e/pending-call.ts';
import { test as withServer } from '../e2e/start-server.ts';
import { auditOf } from '../e2e/state-files.ts';
import { type ChatServer, NO_SERVER, startChatServer } from './chat-server.ts';
import { beside, personInRoom, startBot } from './in-room.ts';

const TOOL = 'update_access_key';
const BRIDGE = ['form', 'terminal', 'bridge'] as const;
let chat: ChatServer;
let rooms = 0;

const test = withServer
  .extend('room', ({ task: _ }) => {
    rooms += 1;
    return `room${rooms}@rooms.localhost`;
  })
  .extend('key', ({ folder }) => {
    const { file, approver } = newKey(folder, 'chat');
    return { keyFile: file, config: configWith(folder, [approver]) };
  })
  .extend('startTheBot', async ({ room, key, stateDir, folder }, { onCleanup }) => {
    const bots: ReturnType<typeof startBot>[] = [];
    onCleanup(() => endAll(bots.map((bot) => bot.stop())));
    return (more: { room?: string } = {}) => {
      const bot = startBot(chat, { folder, room, stateDir, ...key, ...more });
      bots.push(bot);
      return bot;
    };
  })
  .extend('enter', async ({ room }, { onCleanup }) => {
    const people: { leaves(): Promise<unknown> }[] = [];
    onCleanup(() => endAll(people.map((person) => person.leaves())));
    return async (user: string, nick = user) => {
      const person = await personInRoom(chat, user, room, nick);
      people.push(person);
      return person;
    };
  });

async function endAll(ends: Promise<unknown>[]): Promise<void> {
  await Promise.all(ends);
}

describe.skipIf(NO_SERVER)(`in a chat room ${NO_SERVER || ''}`, () => {
  beforeAll(async () => {
    chat = await startChatServer(['iam-bot', 'ana', 'bob', 'eve']);
  });
  afterAll(() => chat?.remove());

  test('a person on the list agrees, and the key is turned off', async ({
    start,
    aws,
    stateDir,
    key,
    startTheBot,
    enter,
  }) => {
    startTheBot();
    const ana = await enter('ana');
    const server = await start({ args: ['--config', key.config, ...PATIENT] });
    const { id, call } = await waitingCall(server, TOOL, turningOff(aws));
    const posted = await ana.hears(new RegExp(`^\\[${id}\\]`));
    for (const fact of [
      'Turn off an access key',
      `Account: ${aws.account}`,
      aws.company.leakedKeyId,
      'What happens: Whatever signs with this key stops working',
      `approve ${id} and the last four characters of the access key`,
    ]) {
      expect(posted).toContain(fact);
    }

    await ana.says(`approve ${id} nope`);
    await ana.hears(/^ana@localhost: .*not the last four characters of the access key\. Nothing has happened/);
    expect(changesIn(aws)).toEqual([]);
    await ana.says(`approve ${id} ${lastFour(aws)}`);
    await ana.hears(new RegExp(`^ana@localhost: ${id}: agreed\\. The assistant`));
    expect((await call).error).toBeNull();
    await ana.hears(new RegExp(`^${id}: agreed to, and the change is being made`));
    await ana.hears(new RegExp(`^${id}: Turn off an access key: done`));
    const { result } = await server.call('list_access_keys', { user_name: aws.company.leakedUser });
    expect(JSON.stringify(result)).toContain('Inactive');
    expect(aws.key(aws.company.leakedKeyId)?.status).toBe('Inactive');
    expect(auditOf(stateDir).find(({ event }) => event === 'done')?.agreedBy).toBe('bridge chat ana@localhost');
  });

  test('a decline is carried to the call', async ({ start, aws, stateDir, key, startTheBot, enter }) => {
    startTheBot();
    const bob = await enter('bob');
    const server = await start({ args: ['--config', key.config, ...PATIENT] });
    const { id, call } = await waitingCall(server, TOOL, turningOff(aws));
    await bob.hears(new RegExp(`^\\[${id}\\]`));
    await bob.says(`Decline ${id}`);
    await bob.hears(new RegExp(`^${id}: declined; nothing was changed \\(bridge chat bob@localhost\\)`));
    expect((await call).error).toMatch(/^ApprovalDeclined/);
    expect(changesIn(aws)).toEqual([]);
    expect(auditOf(stateDir).at(-1)).toMatchObject({ declinedBy: 'bridge chat bob@localhost' });
  });

  test('whoever is not on the list is told so, whatever they call themselves', async ({
    start,
    aws,
    key,
    startTheBot,
    enter,
  }) => {
    startTheBot();
    const server = await start({ args: ['--config', key.config, ...AT_ONCE] });
    const eve = await enter('eve', 'ana');
    const id = await pendingId(server, TOOL, turningOff(aws));
    await eve.hears(new RegExp(`^\\[${id}\\]`));
    await eve.says(`approve ${id} ${lastFour(aws)}`);
    await eve.hears(/^eve@localhost: you are not on the list of approvers/);
    await eve.says(`decline ${id}`);
    // An approver whose words are old, or stand in place of others, has not said them now.
    const ana = await enter('ana', 'ana@localhost');
    await ana.says(
      `approve ${id} ${lastFour(aws)}`,
      beside('delay', { xmlns: 'urn:xmpp:delay', stamp: '2026-11-28T00:00:00Z' }),
    );
    await ana.says(
      `approve ${id} ${lastFour(aws)}`,
      beside('replace', { xmlns: 'urn:xmpp:message-correct:0', id: 'x' }),
    );
    await ana.says(`> approve ${id} ${lastFour(aws)}`);
    // Each message is dealt with in its turn: with this answer, those before it were passed over.
    await ana.says(`approve ${id} nope`);
    await ana.hears(/^ana@localhost: .*not the last four/);
    expect(ana.heard.filter(({ text }) => /^ana@localhost:/.test(text))).toHaveLength(1);
    expect(eve.heard.filter(({ text }) => /^eve@localhost: you are not/.test(text))).toHaveLength(2);
    expect(changesIn(aws)).toEqual([]);
    await ana.says(`approve ${id} ${lastFour(aws)}`);
    await ana.hears(/^ana@localhost: \w{6}: agreed/);
  });

  test('an answer elsewhere, and the end of the time, are announced', async ({ stateDir, startTheBot, enter }) => {
    startTheBot();
    const ana = await enter('ana');
    const requests = new ApprovalRequests(stateDir);
    const { request } = requests.open(aDraft({ ways: [...BRIDGE], callDigest: 'a1' }));
    await ana.hears(new RegExp(`^\\[${request.id}\\]`));
    agree(stateDir, request.id, 'LE77');
    await ana.hears(new RegExp(`^${request.id}: agreed to by terminal, me`));

    const inTime = Date.now() - 10 * 60_000 + 6000;
    const { request: old } = requests.open(aDraft({ ways: [...BRIDGE], callDigest: 'b2' }), inTime);
    await ana.hears(new RegExp(`^\\[${old.id}\\]`));
    await ana.hears(new RegExp(`^${old.id}: expired without an answer`));
    await ana.says(`approve ${old.id} LE77`);
    await ana.hears(/^ana@localhost: .*Nothing has happened/);
  });

  test('a bot that is started anew posts nothing twice, and tells what it has missed', async ({
    stateDir,
    startTheBot,
    enter,
  }) => {
    const ana = await enter('ana');
    const requests = new ApprovalRequests(stateDir);
    const [one, two] = ['a1', 'b2'].map(
      (callDigest) => requests.open(aDraft({ ways: [...BRIDGE], callDigest })).request,
    );
    if (!one || !two) throw new Error('not opened');
    const bot = startTheBot();
    for (const { id } of [one, two]) await ana.hears(new RegExp(`^\\[${id}\\]`));
    await bot.kill();
    requests.close(one, { is: 'declined', by: 'terminal me' });
    startTheBot();
    await ana.hears(new RegExp(`^${one.id}: declined; nothing was changed \\(terminal me\\)`));
    await ana.says(`approve ${two.id} LE77`);
    await ana.hears(new RegExp(`^ana@localhost: ${two.id}: agreed`));
    expect(ana.heard.filter(({ text }) => /^\[\w{6}\]/.test(text))).toHaveLength(2);
  });

  test('a long plan is posted whole, in several messages', async ({ stateDir, startTheBot, enter }) => {
    startTheBot();
    const ana = await enter('ana');
    const draft = aDraft({ ways: [...BRIDGE] });
    const [row] = draft.plan.rows;
    if (!row) throw new Error('no row');
    const rows = Array.from({ length: 250 }, (_, index) => ({
      ...row,
      number: index + 1,
      arguments: { ...row.arguments, user_name: `user-${index + 1}-of-250` },
      ...(index % 50 === 7 && { grave: [`The key of user-${index + 1}-of-250 was used a minute ago`] }),
    }));
    const { request } = new ApprovalRequests(stateDir).open({ ...draft, plan: { ...draft.plan, rows } });
    await ana.hears(new RegExp(`approve ${request.id} and the number of rows`));
    const all = ana.heard.map(({ text }) => text).join('\n');
    for (const { number } of rows) expect(all).toContain(`user-${number}-of-250`);
    for (const number of [8, 58, 108, 158, 208]) expect(all).toContain(`${number}. GRAVE: `);
    expect(Math.max(...ana.heard.map(({ text }) => text.length))).toBeLessThanOrEqual(3000);
    await ana.says(`approve ${request.id} 250`);
    await ana.hears(/^ana@localhost: \w{6}: agreed/);
  });

  test('a room that hides who people are is not used', async ({ startTheBot }) => {
    const bot = startTheBot({ room: 'secret@hidden.localhost' });
    expect(await bot.ended).toBe(1);
    expect(bot.log()).toMatch(/secret@hidden\.localhost hides real addresses: let anyone see them/);
  });

  test('a lost connection is made again, and what was to be said meanwhile is said', async ({
    stateDir,
    startTheBot,
    enter,
  }) => {
    const bot = startTheBot();
    const before = await enter('ana');
    const requests = new ApprovalRequests(stateDir);
    const first = requests.open(aDraft({ ways: [...BRIDGE], callDigest: 'a1' })).request;
    await before.hears(new RegExp(`^\\[${first.id}\\]`));
    await chat.stop();
    const second = requests.open(aDraft({ ways: [...BRIDGE], callDigest: 'b2' })).request;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await chat.start();
    const bob = await enter('bob');
    await bob.hears(new RegExp(`^\\[${second.id}\\]`));
    await bob.says(`approve ${first.id} LE77`);
    await bob.hears(new RegExp(`^bob@localhost: ${first.id}: agreed`));
    expect(bob.heard.filter(({ text }) => text.startsWith(`[${first.id}]`))).toEqual([]);
    expect(await bot.stop()).toBe(0);
  });
});
