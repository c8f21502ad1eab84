// The README's pictures of the page: `npm run screenshots`. The built server is asked for two changes in its sandbox by a
// host without forms, and the page with them is taken by a browser of this machine, driven by playwright-core.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Browser } from 'playwright-core';
import { Page } from '../src/approval/page/page.ts';
import { ApprovalRequests } from '../src/approval/requests.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/sandbox.ts';
import { launch } from '../test/browser/chromium.ts';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const FOLDER = fileURLToPath(new URL('../docs/', import.meta.url));
const TOOL = 'update_access_key';
const TURN_OFF = { user_name: '{{ user }}', access_key_id: '{{ key }}', status: 'Inactive' };

/** Makes a call that nobody answers, for which a request waits then. */
async function ask(stateDir: string, input: Record<string, unknown>): Promise<void> {
  const client = new Client({ name: 'screenshots', version: '1' }, { capabilities: {} });
  const args = [MAIN, '--sandbox', '--state-dir', stateDir];
  const env = { HOME: stateDir, AWS_IAM_MCP_OPEN: 'never' };
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env }));
  const { content } = await client.callTool({ name: TOOL, arguments: input });
  await client.close();
  if (!JSON.stringify(content).includes('ApprovalPending'))
    throw new Error(`not left waiting: ${JSON.stringify(content)}`);
}

async function take(browser: Browser, stateDir: string, name: string): Promise<void> {
  const leaving = new AbortController();
  const onFault = (error: unknown) => process.stderr.write(`${error}\n`);
  const page = new Page({
    requests: new ApprovalRequests(stateDir),
    openFile: undefined,
    leaving: leaving.signal,
    onFault,
  });
  const { file } = await page.ticket();
  const tab = await browser.newPage({
    viewport: { width: 1060, height: 600 },
    deviceScaleFactor: 0.9,
    colorScheme: 'light',
  });
  await tab.goto(pathToFileURL(file).href);
  await tab.getByRole('button', { name: 'Approve' }).waitFor();
  await tab.screenshot({ path: path.join(FOLDER, name), fullPage: true });
  await tab.close();
  leaving.abort();
}

/** The server's own sandbox, in which something may be prepared. */
async function preparing<T>(stateDir: string, prepare: (sandbox: Sandbox) => T): Promise<T> {
  const sandbox = await startSandbox({ stateDir });
  try {
    return prepare(sandbox);
  } finally {
    await sandbox.close();
  }
}

const folder = mkdtempSync(path.join(tmpdir(), 'aws-iam-mcp-screenshots-'));
const browser = await launch();
try {
  mkdirSync(FOLDER, { recursive: true });
  const one = path.join(folder, 'one');
  const change = await preparing(one, ({ company }) => ({
    user_name: company.leakedUser,
    access_key_id: company.leakedKeyId,
  }));
  await ask(one, { ...change, status: 'Inactive' });
  await take(browser, one, 'page-one-change.png');
  const many = path.join(folder, 'many');
  const rows = await preparing(many, (sandbox) => {
    const { leakedUser, twoKeyUser, neverUsedUser } = sandbox.company;
    return [twoKeyUser, neverUsedUser, leakedUser].flatMap((user) =>
      sandbox.keysOf(user).map(({ accessKeyId: key }) => ({ user, key })),
    );
  });
  await ask(many, { ...TURN_OFF, rows });
  await take(browser, many, 'page-table.png');
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
