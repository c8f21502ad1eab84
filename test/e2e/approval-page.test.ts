// A page that the server opens, by the system's own way to open one: here a program of that name which writes down what it
// was given. The page itself is tested in memory and, in a real browser, by test/browser.
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { changesIn, lastFour, turningOff, turnOff } from './aws-account.ts';
import { eventually } from './eventually.ts';
import { AT_ONCE, agree, pendingId, seenOf } from './pending-call.ts';
import { test } from './start-server.ts';

const TOOL = 'update_access_key';

function desktop(folder: string, script: string): { env: Record<string, string>; opened: () => string[] } {
  const [bin, log] = [path.join(folder, 'bin'), path.join(folder, 'opened')];
  mkdirSync(bin);
  const file = path.join(bin, 'xdg-open');
  writeFileSync(file, `#!/bin/sh\necho "$*" >> '${log}'\n${script}\n`);
  chmodSync(file, 0o755);
  return {
    env: { AWS_IAM_MCP_OPEN: 'auto', DISPLAY: ':99', PATH: `${bin}:${process.env.PATH}` },
    opened: () => (readdirSync(folder).includes('opened') ? readFileSync(log, 'utf8').trim().split('\n') : []),
  };
}

const addressIn = (html: string) => /url=(http:[^"]+)"/.exec(html)?.[1] ?? expect.unreachable(html);

describe.skipIf(process.platform !== 'linux')('where there is a display and no form', () => {
  test('opens a page by a file that only this user can read, and the call made again finds the answer', async ({
    start,
    aws,
    folder,
    stateDir,
  }) => {
    const { env, opened } = desktop(folder, 'exit 0');
    const server = await start({ args: AT_ONCE, env });
    const { error } = await server.call(TOOL, turningOff(aws));
    const id =
      /request (\w{6}) waits for a person: a page for it was opened in their browser; or they run:\n`node /.exec(
        error ?? '',
      )?.[1];
    expect(id, error ?? '').toBeDefined();

    const [file = '', ...more] = opened();
    expect(more).toEqual([]);
    expect(path.dirname(file)).toBe(path.join(stateDir, 'page'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const address = addressIn(readFileSync(file, 'utf8'));
    const { token } = /\/open\/(?<token>.*)/.exec(address)?.groups ?? {};
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(error).not.toContain(token);
    expect(error).not.toContain('127.0.0.1');

    // As a browser goes there, and a person answers.
    const door = await fetch(address);
    const cookie = (door.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const place = new URL(/url=([^"]+)"/.exec(await door.text())?.[1] ?? '', address);
    const page = await (await fetch(place, { headers: { cookie } })).text();
    expect(page).toContain(aws.company.leakedKeyId);
    const body = new URLSearchParams({
      id: id ?? '',
      token: /name="token" value="([^"]+)"/.exec(page)?.[1] ?? '',
      typed: lastFour(aws),
      decision: 'approve',
    });
    const headers = { cookie, origin: place.origin };
    expect((await fetch(new URL('answer', place), { method: 'POST', body, headers, redirect: 'manual' })).status).toBe(
      303,
    );
    expect(changesIn(aws)).toEqual([]);
    expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    expect(aws.key(aws.company.leakedKeyId)?.status).toBe('Inactive');
    const audit = readFileSync(path.join(stateDir, 'audit.jsonl'), 'utf8');
    expect(audit).toMatch(new RegExp(`"agreedBy":"page ${id} [^"]+"`));
    expect(audit).not.toContain(token);
  });

  test.for([
    ['ends with an error', 'exit 2'],
    ['is not there', undefined],
  ] as const)(
    'says nothing of a page where what opens one %s',
    async ([, script], { start, aws, folder, stateDir }) => {
      const { env } = desktop(folder, script ?? '');
      const without = script === undefined ? { PATH: path.dirname(process.execPath) } : {};
      const server = await start({ args: AT_ONCE, env: { ...env, ...without } });
      const id = await pendingId(server, TOOL, turningOff(aws));
      const { error } = await server.call(TOOL, turningOff(aws));
      expect(error).toContain(`request ${id} waits for a person, who runs:`);
      expect(readdirSync(path.join(stateDir, 'page')).filter((name) => /\.(html|token)$/.test(name))).toEqual([]);
      agree(stateDir, id, lastFour(aws));
      expect((await server.call(TOOL, turningOff(aws))).error).toBeNull();
    },
  );

  test('takes what still runs after a second for a browser', async ({ start, aws, folder }) => {
    const { env } = desktop(folder, 'exec sleep 30');
    const server = await start({ args: AT_ONCE, env });
    expect((await server.call(TOOL, turningOff(aws))).error).toContain('a page for it was opened');
  });

  test('shows the new request on the page, too, when the facts have changed since the yes', async ({
    start,
    aws,
    folder,
    stateDir,
  }) => {
    const { env, opened } = desktop(folder, 'exit 0');
    const server = await start({ args: AT_ONCE, env });
    const { error: first } = await server.call(TOOL, turningOff(aws));
    agree(stateDir, /request (\w{6})/.exec(first ?? '')?.[1] ?? '', lastFour(aws));
    await turnOff(aws, aws.company.leakedKeyId);
    const { error } = await server.call(TOOL, turningOff(aws));
    const id = /FactsChanged: .*request (\w{6}) waits/.exec(error ?? '')?.[1] ?? expect.unreachable(error ?? 'done');
    const onPage = expect.objectContaining({ way: 'page', event: 'shown' });
    await eventually(() => expect(seenOf(stateDir, id)).toContainEqual(onPage));
    // The browser that was sent for is still on its way.
    expect(opened()).toHaveLength(1);
  });

  test.for([
    ['with --open never', ['--open', 'never'], {}],
    ['over SSH', [], { SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22' }],
    ['without a display', [], { DISPLAY: '' }],
    ['with --approval terminal', ['--approval', 'terminal'], {}],
  ] as const)('opens none %s', async ([, args, more], { start, aws, folder }) => {
    const { env, opened } = desktop(folder, 'exit 0');
    const server = await start({ args: [...AT_ONCE, ...args], env: { ...env, ...more } });
    const { error } = await server.call(TOOL, turningOff(aws));
    expect(error).toContain('waits for a person, who runs:');
    expect(opened()).toEqual([]);
  });
});
