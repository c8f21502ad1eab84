// When a page is opened, by whom it is served, and when that ends. Each `Page` here stands for a process of its own.
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Page } from '../../../src/approval/page/page.ts';
import { ApprovalRequests } from '../../../src/approval/requests.ts';
import { THIS_PROCESS } from '../../../src/state/lock-owner.ts';
import { eventually } from '../../e2e/eventually.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { aDraft } from '../a-request.ts';

let stateDir: string;
let requests: ApprovalRequests;

beforeEach(() => {
  stateDir = temporaryFolder();
  requests = new ApprovalRequests(stateDir);
});

const ask = (callDigest = 'a1', now = Date.now()) =>
  requests.open(aDraft({ callDigest, ways: ['terminal', 'page'] }), now).request;
const portOf = (address: string | undefined) => Number(new URL(address ?? expect.unreachable('none opened')).port);
const names = () => readdirSync(path.join(stateDir, 'page'));

/** @param isOpened what comes of opening a file; null where none may be opened */
function aProcess(isOpened: boolean | null = true, afterwardsMs?: number) {
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const doors: string[] = [];
  const faults: unknown[] = [];
  const openFile = async (file: string) => {
    doors.push(/url=([^"]+)"/.exec(readFileSync(file, 'utf8'))?.[1] ?? '');
    return isOpened === true;
  };
  const page = new Page({
    requests,
    openFile: isOpened === null ? undefined : openFile,
    leaving: leaving.signal,
    onFault: (error) => faults.push(error),
    afterwardsMs,
  });
  return { page, doors, faults, leave: () => leaving.abort() };
}

/** A tab that asks for news all the time, as the page's script does, until the test is over. */
async function openTab(door: string | undefined): Promise<{ place: URL; cookie: string; close: () => void }> {
  const answer = await fetch(door ?? expect.unreachable('none opened'));
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const place = new URL(/url=([^"]+)"/.exec(await answer.text())?.[1] ?? '', door);
  const closed = new AbortController();
  onTestFinished(() => closed.abort());
  void (async () => {
    let marks = '';
    while (!closed.signal.aborted) {
      const news = await fetch(new URL(`news?since=${marks}`, place), { headers: { cookie }, signal: closed.signal });
      ({ marks } = (await news.json()) as { marks: string });
    }
  })().catch(() => {});
  await eventually(() => expect(names().some((name) => name.endsWith('.tab'))).toBe(true));
  return { place, cookie, close: () => closed.abort() };
}

describe('a request that a person is to see', () => {
  it('has a page opened for it, once', async () => {
    const { page, doors } = aProcess();
    const request = ask();
    expect(await page.show(request)).toBe('opened');
    expect(doors).toHaveLength(1);
    expect(requests.seenOf(request)).toMatchObject([{ way: 'page', event: 'shown' }]);
  });

  it('shares the page with one that came at the same time, and with one that comes later while it is open', async () => {
    const { page, doors } = aProcess();
    const [first, second] = [ask('a'), ask('b')];
    expect(await page.show(first)).toBe('opened');
    expect(await page.show(second)).toBe('opened');
    const { place, cookie } = await openTab(doors[0]);
    const third = ask('c');
    expect(await page.show(third)).toBe('in-open-page');
    expect(doors).toHaveLength(1);
    const text = await (await fetch(place, { headers: { cookie } })).text();
    for (const { id } of [first, second, third]) expect(text).toContain(id);
  });

  it('is on no page where none may be opened, or none could be, which leaves no way in behind', async () => {
    const request = ask();
    expect(await aProcess(null).page.show(request)).toBeUndefined();
    const { page, doors } = aProcess(false);
    expect(await page.show(request)).toBeUndefined();
    expect(doors).toHaveLength(1);
    expect(names().filter((name) => /\.(token|html|sent)$/.test(name))).toEqual([]);
    expect(requests.seenOf(request)).toEqual([]);
    expect(await fetch(doors[0] ?? '')).toMatchObject({ status: 403 });
  });

  it('has no second page opened for it when the first was closed', async () => {
    const { page, doors } = aProcess();
    const request = ask();
    await page.show(request);
    (await openTab(doors[0])).close();
    const tab = path.join(stateDir, 'page', names().find((name) => name.endsWith('.tab')) ?? '');
    const before = (Date.now() - 10_000) / 1000;
    await eventually(() => {
      utimesSync(tab, before, before);
      return new Promise((resolve) => setTimeout(resolve, 1000))
        .then(() => page.show(request))
        .then((how) => {
          expect(how).toBeUndefined();
        });
    });
    expect(doors).toHaveLength(1);
    const other = ask('b');
    expect(await page.show(other)).toBe('opened');
    expect(doors).toHaveLength(2);
  });
});

describe('of several processes on one state dir', () => {
  it('one serves, and the others rely on it and its tab', async () => {
    const [first, second] = [aProcess(), aProcess()];
    expect(await first.page.show(ask('a'))).toBe('opened');
    await openTab(first.doors[0]);
    expect(await second.page.show(ask('b'))).toBe('in-open-page');
    expect(second.doors).toEqual([]);
    expect([first.page.isServed, second.page.isServed]).toEqual([true, false]);
  });

  it('one may open a tab of what another one serves', async () => {
    const [byHand, server] = [aProcess(null), aProcess()];
    ask('a');
    await byHand.page.ticket();
    expect(await server.page.show(ask('b'))).toBe('opened');
    const { place } = await openTab(server.doors[0]);
    expect(server.page.isServed).toBe(false);
    byHand.leave();
    await expect(fetch(place)).rejects.toThrow();
  });

  it('another one takes over when the one that served ends, and opens a page for what waits', async () => {
    const [first, second] = [aProcess(), aProcess()];
    await first.page.show(ask('a'));
    await openTab(first.doors[0]);
    const waiting = ask('b');
    await second.page.show(waiting);
    first.leave();
    await eventually(() => expect(second.doors).toHaveLength(1));
    expect(second.page.isServed).toBe(true);
    expect(portOf(second.doors[0])).not.toBe(portOf(first.doors[0]));
    const { place, cookie } = await openTab(second.doors[0]);
    expect(await (await fetch(place, { headers: { cookie } })).text()).toContain(waiting.id);
    expect([first.faults, second.faults]).toEqual([[], []]);
  });

  it('one takes over where several could, with one tab', async () => {
    const [first, ...others] = [aProcess(), aProcess(), aProcess(), aProcess()];
    await first.page.show(ask('a'));
    await openTab(first.doors[0]);
    for (const [index, { page }] of others.entries()) await page.show(ask(`b${index}`));
    first.leave();
    await eventually(() => expect(others.filter(({ page }) => page.isServed)).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(others.flatMap(({ doors }) => doors)).toHaveLength(1);
  });

  it('none is relied on that was killed, runs elsewhere, or has left what is no record', async () => {
    const { page, doors } = aProcess();
    const leave = (name: string, text: string) =>
      writeFileSync(path.join(stateDir, 'page', `${name}.served.json`), text, { mode: 0o600 });
    const recordOf = (owner: object) => JSON.stringify({ owner: { ...THIS_PROCESS, ...owner }, port: 1, at: 0 });
    leave('killed', recordOf({ started: 'long ago' }));
    leave('elsewhere', recordOf({ among: 'another machine' }));
    leave('broken', '{');
    leave('hostile', JSON.stringify({ owner: THIS_PROCESS, port: '80/@evil.example', at: 0 }));
    expect(await page.show(ask())).toBe('opened');
    expect(page.isServed).toBe(true);
    expect(portOf(doors[0])).toBeGreaterThan(1);
    expect(names()).not.toContain('killed.served.json');
  });

  it('that start at once, one comes to serve in the end', async () => {
    const all = [1, 2, 3, 4].map(() => aProcess());
    await Promise.all(all.map(({ page }, index) => page.show(ask(`c${index}`))));
    expect(all.filter(({ page }) => page.isServed)).toHaveLength(1);
    expect(names().filter((name) => name.endsWith('.served.json'))).toHaveLength(1);
  });
});

describe('the page', () => {
  it('is served as long as anything waits, for a while after that, and then no more', async () => {
    const { page, doors } = aProcess(true, 1500);
    const request = ask();
    await page.show(request);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(page.ended.aborted).toBe(false);
    requests.close(request, { is: 'declined', by: 'ana' });
    expect((await fetch(doors[0] ?? '')).status).toBe(200);
    await eventually(() => expect(page.ended.aborted).toBe(true));
    await expect(fetch(doors[0] ?? '')).rejects.toThrow();
    expect(names().filter((name) => /\.(served\.json|tab)$/.test(name))).toEqual([]);
  });

  it('leaves no way in behind when it ends, for whoever has its port next', async () => {
    const { page, leave } = aProcess();
    await page.show(ask());
    expect(names().filter((name) => /\.(html|token|sent)$/.test(name))).toHaveLength(3);
    leave();
    expect(names()).toEqual([]);
  });

  it('ends with its process, also while it starts', async () => {
    const { page, leave } = aProcess();
    const showing = page.show(ask()).catch(() => undefined);
    leave();
    await showing;
    expect(page.isServed).toBe(false);
    expect(names().filter((name) => name.endsWith('.served.json'))).toEqual([]);
  });
});
