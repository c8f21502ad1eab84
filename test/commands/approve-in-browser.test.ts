// The page by hand. What the page is, test/approval/page and test/browser see to.
import { existsSync, readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Page } from '../../src/approval/page/page.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { approveInBrowser } from '../../src/commands/approve-in-browser.ts';
import { aDraft } from '../approval/a-request.ts';
import { eventually } from '../e2e/eventually.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function desk({ isOpened = true, isTTY = true } = {}) {
  const requests = new ApprovalRequests(temporaryFolder());
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  const [input, output] = [Object.assign(new PassThrough(), { isTTY }), Object.assign(new PassThrough(), { isTTY })];
  let shown = '';
  output.on('data', (chunk) => {
    shown += chunk;
  });
  const files: string[] = [];
  const run = (id?: string) =>
    approveInBrowser(id, requests, {
      input,
      output,
      openFile: async (file) => files.push(file) > 0 && isOpened,
      leaving: leaving.signal,
    });
  const ask = () => requests.open(aDraft({ ways: ['terminal', 'page'] })).request;
  return { requests, run, ask, files, shown: () => shown, leave: () => leaving.abort() };
}

describe('approve --browser', () => {
  it('opens the page, and serves it until the person ends it, which leaves what waits', async () => {
    const { requests, run, ask, files, shown, leave } = desk();
    const request = ask();
    const running = run(request.id);
    await eventually(() =>
      expect(shown()).toContain('A page with what waits was opened in your browser.\nIt is served'),
    );
    expect(files).toHaveLength(1);
    const address = /url=([^"]+)"/.exec(readFileSync(files[0] ?? '', 'utf8'))?.[1] ?? '';
    expect((await fetch(address)).status).toBe(200);
    leave();
    expect(await running).toBe(1);
    await expect(fetch(address)).rejects.toThrow();
    expect(requests.stateOf(request).is).toBe('open');
  });

  it('names the file, and never the address, where no browser could be opened', async () => {
    const { run, ask, files, shown, leave } = desk({ isOpened: false });
    ask();
    const running = run();
    await eventually(() => expect(shown()).toContain('No browser could be opened.'));
    expect(shown()).toContain(`\n${files[0]}\n`);
    expect(existsSync(files[0] ?? '')).toBe(true);
    expect(shown()).not.toContain('127.0.0.1');
    leave();
    await running;
  });

  it('opens a tab of the page that a server has, and leaves it to that', async () => {
    const { requests, run, ask, files } = desk();
    ask();
    const leaving = new AbortController();
    onTestFinished(() => leaving.abort());
    const server = new Page({ requests, openFile: undefined, leaving: leaving.signal, onFault: () => {} });
    await server.ticket();
    expect(await run()).toBe(0);
    expect(readFileSync(files[0] ?? '', 'utf8')).toContain('http://127.0.0.1:');
    expect(server.isServed).toBe(true);
  });

  it('shows nothing to whoever is not at a terminal', async () => {
    const { run, ask, files, shown } = desk({ isTTY: false });
    ask();
    expect(await run()).toBe(1);
    expect(shown()).toContain('Only a person at a terminal can agree');
    expect(files).toEqual([]);
  });

  it('says when nothing waits, or no such request, or only what a page may not answer', async () => {
    const { requests, run, files, shown } = desk();
    expect(await run()).toBe(0);
    requests.open(aDraft());
    expect(await run()).toBe(0);
    expect(await run('abc234')).toBe(1);
    expect(shown()).toContain('Nothing waits for your agreement that a page may answer.');
    expect(shown()).toContain('No request abc234 waits');
    expect(files).toEqual([]);
  });
});
