// The page over a state dir of a test's own, and a browser that opens it as a person's would: by the file that leads there.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, onTestFinished } from 'vitest';
import { Page } from '../../src/approval/page/page.ts';
import type { ApprovalRequest } from '../../src/approval/request.ts';
import { ApprovalRequests } from '../../src/approval/requests.ts';
import { aDraft } from '../approval/a-request.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { CHROMIUM, launch, NO_CHROMIUM } from './chromium.ts';

/** Left out, with a word, where there is no browser. */
export function describeInBrowser(name: string, body: () => void): void {
  describe.skipIf(!CHROMIUM)(CHROMIUM ? name : `${name}: left out, since ${NO_CHROMIUM}`, body);
}

export class Stage {
  readonly requests = new ApprovalRequests(temporaryFolder());
  readonly faults: unknown[] = [];
  /** The one-time addresses that tabs have come by. */
  readonly doors: string[] = [];
  readonly #leaving = new AbortController();
  readonly #browser: Browser;
  readonly #page: Page;

  constructor(browser: Browser) {
    this.#browser = browser;
    this.#page = new Page({
      requests: this.requests,
      openFile: undefined,
      leaving: this.#leaving.signal,
      onFault: (error) => this.faults.push(error),
    });
    onTestFinished(() => this.#leaving.abort());
  }

  ask(draft: Parameters<typeof aDraft>[0] = {}, now = Date.now()): ApprovalRequest {
    return this.requests.open(aDraft({ ways: ['form', 'terminal', 'page'], ...draft }), now).request;
  }

  leave(): void {
    this.#leaving.abort();
  }

  /** @param options of the browser: its window, colours, or whether it runs scripts */
  async tab(options: BrowserContextOptions = {}): Promise<Tab> {
    const { file } = await this.#page.ticket();
    this.doors.push(/url=([^"]+)"/.exec(readFileSync(file, 'utf8'))?.[1] ?? '');
    return this.#tabOn(pathToFileURL(file).href, options);
  }

  async tabWith(draft: Parameters<typeof aDraft>[0], options: BrowserContextOptions = {}): Promise<Tab> {
    this.ask(draft);
    return this.tab(options);
  }

  /** For a browser that has never been there. */
  async textAt(address: string): Promise<string> {
    const context = await this.#browser.newContext();
    onTestFinished(() => context.close());
    const tab = await context.newPage();
    await tab.goto(address);
    return tab.content();
  }

  async #tabOn(address: string, options: BrowserContextOptions): Promise<Tab> {
    const context = await this.#browser.newContext(options);
    onTestFinished(() => context.close());
    const tab = await context.newPage();
    tab.on('pageerror', (error) => this.faults.push(error));
    tab.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(message.text());
    });
    await tab.goto(address);
    await tab.getByRole('heading', { level: 1 }).waitFor();
    return tab;
  }
}

/** @returns the stage of the test that runs */
export function stages(): () => Stage {
  let browser: Browser;
  let stage: Stage;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  beforeEach(() => {
    stage = new Stage(browser);
  });
  return () => stage;
}

/** In a tab, or in one request of several. */
type Place = Tab | Locator;

export const field = (place: Place) => place.getByLabel('To agree, type');
export const approve = (place: Place) => place.getByRole('button', { name: 'Approve' }).click();
export const decline = (place: Place) => place.getByRole('button', { name: 'Decline' }).click();
export const said = (place: Place, text: string) => place.locator('.said').getByText(text);
export const articleOf = (place: Place, request: ApprovalRequest | undefined) => place.locator(`#r-${request?.id}`);
