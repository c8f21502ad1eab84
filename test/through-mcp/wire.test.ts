// What passes between host and server, well-formed or not, byte by byte; e2e/smoke.test.ts sends all the rubbish to the
// built program too.
import { describe, expect } from 'vitest';
import type { Envelope } from '../../src/envelope.ts';
import { turningOff } from '../e2e/aws-account.ts';
import type { Message } from '../e2e/raw-host.ts';
import { RUBBISH } from '../e2e/rubbish.ts';
import { test } from './start-server.ts';

describe.concurrent('a host that sends', () => {
  test.for(RUBBISH)('%s is served on', async ([, rubbish], { startRaw }) => {
    const host = startRaw();
    await host.initialize();
    host.write(rubbish);
    const id = host.callTool('list_access_keys', { user_name: 'ci-deploy' });
    expect((await host.answerTo(id)).result).toMatchObject({ structuredContent: { has_error: false } });
  });

  test('an argument of a megabyte is told that it is too long, in few words', async ({ startRaw, aws }) => {
    const host = startRaw();
    await host.initialize();
    const answer = await host.answerTo(host.callTool('list_access_keys', { user_name: 'a'.repeat(1024 * 1024) }));
    const error = errorIn(answer);
    expect(error).toMatch(/^InvalidArguments: user_name: 'a+… .*is too long; at most 128 characters/);
    expect(error.length).toBeLessThan(300);
    expect(aws.log).toEqual([]);
  });

  test('a hundred thousand unknown fields is told so, and soon', async ({ startRaw }) => {
    const host = startRaw();
    await host.initialize();
    const timeFor = async (count: number) => {
      const fields = Object.fromEntries(Array.from({ length: count }, (_, n) => [`field_number_${n}`, n]));
      const begun = performance.now();
      const error = errorIn(await host.answerTo(host.callTool('list_access_keys', fields)));
      expect(error).toMatch(/^InvalidArguments: .*; and \d+ more/);
      expect(error.length).toBeLessThan(1500);
      return performance.now() - begun;
    };
    await timeFor(10_000);
    const few = await timeFor(10_000);
    // Ten times as many take ten times as long, and not a hundred times; the rest is for a machine that is busy meanwhile.
    expect(await timeFor(100_000)).toBeLessThan(50 * few + 2000);
  });

  test('arguments that are no object gets a protocol error', async ({ startRaw }) => {
    const host = startRaw();
    await host.initialize();
    host.send({ id: 'x', method: 'tools/call', params: { name: 'list_policies', arguments: ['scope'] } });
    const answer = await host.streams.until(() => host.messages().find(({ id }) => id === 'x'));
    expect(answer.error?.code).toBeLessThan(0);
  });

  test('characters of several bytes in pieces is understood', async ({ startRaw }) => {
    const host = startRaw();
    await host.initialize();
    const call = {
      jsonrpc: '2.0',
      id: 'é',
      method: 'tools/call',
      params: { name: 'list_policies', arguments: { ü: '€' } },
    };
    for (const byte of Buffer.from(`${JSON.stringify(call)}\n`)) host.write(Buffer.from([byte]));
    const answer = await host.streams.until(() => host.messages().find(({ id }) => id === 'é'));
    expect(answer.result?.structuredContent).toMatchObject({ error: expect.stringContaining("'ü' is no field") });
  });
});

describe.concurrent('progress', () => {
  const waiting = (seconds: string) => ['--approval-wait', seconds];

  test('is told while a request waits at the terminal, with the command for the person', async ({ startRaw, aws }) => {
    const host = startRaw(waiting('1'));
    await host.initialize();
    // The first call leaves the request, and is over at once; the second waits.
    await host.answerTo(host.callTool('update_access_key', turningOff(aws)));
    await host.answerTo(host.callTool('update_access_key', turningOff(aws), { progressToken: 'mine' }));
    const told = host.messages().filter(({ method }) => method === 'notifications/progress');
    expect(told.length).toBeGreaterThan(0);
    expect(told[0]?.params).toMatchObject({
      progressToken: 'mine',
      message: expect.stringMatching(/main\.js approve \w{6}/),
    });
  });

  test('is told while a form is open, every five seconds', async ({ startRaw, aws }) => {
    const host = startRaw([...waiting('5.8'), '--approval', 'form']);
    await host.initialize(true);
    await host.answerTo(host.callTool('update_access_key', turningOff(aws), { progressToken: 'mine' }));
    const told = host.messages().filter(({ method }) => method === 'notifications/progress');
    expect(told.map(({ params }) => params?.progress)).toEqual([1]);
  });

  test('is not told to a host that gave no token', async ({ startRaw, aws }) => {
    const host = startRaw(waiting('1'));
    await host.initialize();
    for (let calls = 0; calls < 2; calls += 1) {
      await host.answerTo(host.callTool('update_access_key', turningOff(aws)));
    }
    expect(host.messages().some(({ method }) => method === 'notifications/progress')).toBe(false);
  });
});

function errorIn({ result }: Message): string {
  return (result?.structuredContent as Envelope | undefined)?.error ?? 'no error';
}
