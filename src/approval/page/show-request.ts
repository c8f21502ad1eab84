// Brings a request before the person in a browser, where that can be.
import type { Program } from '../../calls/program.ts';
import type { ApprovalRequest, OnPage } from '../request.ts';
import { ApprovalRequests } from '../requests.ts';
import { openInBrowser } from './open-browser.ts';
import { Page } from './page.ts';
import { PageRecord } from './page-record.ts';
import { mayOpen } from './whether-to-open.ts';

const pages = new WeakMap<Program, Page>();

/** @returns nothing where they have it on no page. A fault is logged: there is the terminal. */
export async function showRequest(request: ApprovalRequest, program: Program): Promise<OnPage | undefined> {
  try {
    // Where none may be opened, one can be open all the same: by hand.
    if (!mayOpenFor(program) && !PageRecord.isMade(program.settings.stateDir)) return undefined;
    return await pageOf(program).show(request);
  } catch (error) {
    program.log.error('page', { error: String(error) });
    return undefined;
  }
}

const mayOpenFor = ({ settings }: Program) => mayOpen(settings.open, process.platform, process.env);

function pageOf(program: Program): Page {
  const known = pages.get(program);
  if (known && !known.ended.aborted) return known;
  const { settings, leaving, log } = program;
  const page = new Page({
    requests: new ApprovalRequests(settings.stateDir),
    openFile: mayOpenFor(program) ? openInBrowser : undefined,
    leaving,
    onFault: (error) => log.error('page', { error: String(error) }),
  });
  pages.set(program, page);
  return page;
}
