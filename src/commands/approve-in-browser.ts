// `aws-iam-mcp approve --browser`: the page by hand, from a process of its own where no server has it open.
import { once } from 'node:events';
import { openInBrowser } from '../approval/page/open-browser.ts';
import { Page } from '../approval/page/page.ts';
import { mayOpen } from '../approval/page/whether-to-open.ts';
import type { ApprovalRequests } from '../approval/requests.ts';
import { reasonOf } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { AT_A_TERMINAL, isAtTerminal, notWaiting, type Terminal } from './approve.ts';

// So that whoever has answered sees what came of it.
const SHOWN_AFTERWARDS_MS = 30_000;

interface Desk extends Terminal {
  /** @returns whether it was opened */
  openFile: (file: string) => Promise<boolean>;
  /** Aborted when the person ends the command. */
  leaving: AbortSignal;
}

/** @returns the exit code, when nothing is left to serve for, or the person ends it */
export async function approveInBrowser(
  id: string | undefined,
  requests: ApprovalRequests,
  desk: Desk,
): Promise<number> {
  const { output, openFile, leaving } = desk;
  const say = (text: string) => output.write(`${text}\n`);
  // Whoever reads the path of that file can agree.
  if (!isAtTerminal(desk)) {
    say(AT_A_TERMINAL);
    return 1;
  }
  const waiting = requests.unanswered('page').filter((request) => id === undefined || request.id === id);
  if (waiting.length === 0) {
    say(id === undefined ? 'Nothing waits for your agreement that a page may answer.' : notWaiting(id));
    return id === undefined ? 0 : 1;
  }
  const page = new Page({
    requests,
    openFile,
    leaving,
    onFault: (error) => say(`The page has a fault: ${reasonOf(error)}`),
    isKept: true,
    afterwardsMs: SHOWN_AFTERWARDS_MS,
  });
  const ticket = await page.ticket();
  // The address with its token is nobody's business but the browser's: what is named is the file that leads there.
  if (await ticket.openBy(openFile)) say('A page with what waits was opened in your browser.');
  else say(`No browser could be opened. Open this file in one on this machine; it works once:\n${ticket.file}`);
  if (!page.isServed) return 0;
  say('It is served as long as anything waits. Ctrl-C ends it; what waits goes on waiting.');
  if (!page.ended.aborted) await once(page.ended, 'abort');
  return requests.unanswered('page').length === 0 ? 0 : 1;
}

/** As the command line starts it. */
export function approveHere(
  id: string | undefined,
  requests: ApprovalRequests,
  open: Settings['open'],
): Promise<number> {
  const leaving = new AbortController();
  const isPossible = mayOpen(open, process.platform, process.env);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => leaving.abort());
  return approveInBrowser(id, requests, {
    input: process.stdin,
    output: process.stdout,
    openFile: async (file) => isPossible && openInBrowser(file),
    leaving: leaving.signal,
  });
}
