// The whole way with the built program: a host without forms asks, the program opens a page by itself, a person agrees in
// a real browser, and the same call carries the change out. What opens a browser here writes down which file it was given.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { lastFour, turningOff } from '../e2e/aws-account.ts';
import { eventually } from '../e2e/eventually.ts';
import { AT_ONCE } from '../e2e/pending-call.ts';
import { test as withServer } from '../e2e/start-server.ts';
import { approve, describeInBrowser, field, said } from './a-page.ts';
import { launch } from './chromium.ts';

const TOOL = 'update_access_key';

const test = withServer
  .extend('desktop', async ({ folder }) => {
    const [bin, log] = [path.join(folder, 'bin'), path.join(folder, 'opened')];
    mkdirSync(bin);
    writeFileSync(path.join(bin, 'xdg-open'), `#!/bin/sh\necho "$*" >> '${log}'\n`);
    chmodSync(path.join(bin, 'xdg-open'), 0o755);
    return {
      env: { AWS_IAM_MCP_OPEN: 'auto', DISPLAY: ':99', PATH: `${bin}:${process.env.PATH}` },
      opened: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
    };
  })
  .extend('tab', async ({ task: _ }, { onCleanup }) => {
    const browser = await launch();
    onCleanup(() => browser.close());
    return browser.newPage();
  });

describeInBrowser('the built program, on a desktop of Linux', () => {
  test.skipIf(process.platform !== 'linux')(
    'opens its page, takes the answer from there, and one tab serves two servers, of which the second takes over',
    async ({ start, aws, desktop: { env, opened }, tab }) => {
      const [first, second] = [await start({ args: AT_ONCE, env }), await start({ args: AT_ONCE, env })];
      expect((await first.call(TOOL, turningOff(aws))).error).toContain('a page for it was opened in their browser');
      expect(opened()).toHaveLength(1);
      await tab.goto(pathToFileURL(opened()[0] ?? '').href);
      await field(tab).fill(lastFour(aws));
      await approve(tab);
      await said(tab, 'Agreed by').waitFor();
      expect((await first.call(TOOL, turningOff(aws))).error).toBeNull();
      await said(tab, 'Agreed to and sent').getByText(': done').or(said(tab, ': done')).first().waitFor();
      expect(aws.key(aws.company.leakedKeyId)?.status).toBe('Inactive');

      const policy = { user_name: aws.company.twoKeyUser, policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
      expect((await second.call('attach_user_policy', policy)).error).toContain('it is on the page that is open');
      await tab.getByRole('heading', { name: 'Attach a policy to a user' }).waitFor();
      await field(tab).waitFor();
      expect(opened()).toHaveLength(1);

      await first.stop();
      await tab.getByText('The program that served this page has ended').waitFor();
      await eventually(() => expect(opened()).toHaveLength(2));
      await tab.goto(pathToFileURL(opened()[1] ?? '').href);
      await field(tab).fill('ReadOnlyAccess');
      await approve(tab);
      await said(tab, 'Agreed by').first().waitFor();
      expect((await second.call('attach_user_policy', policy)).error).toBeNull();
      expect(aws.attachedPolicies(aws.company.twoKeyUser)).toContain(policy.policy_arn);
    },
  );
});
