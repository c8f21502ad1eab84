// What passes over stdin and stdout, well-formed or not, byte by byte.
import { describe, expect } from 'vitest';
import type { Envelope } from '../../src/envelope.ts';
import { turningOff } from './aws-account.ts';
import type { Message } from './raw-host.ts';
import { test } from './start-server.ts';

const DEEP = 100_000;
const RUBBISH: [string, string | Buffer][] = [
  ['no JSON', 'hello?\n'],
  ['an empty line', '\n\n \n'],
  ['half an object', '{"jsonrpc":"2.0",\n'],
  ['JSON that is no message', 'null\n42\n"x"\n[]\n{}\n'],
  ['a message of another version', '{"jsonrpc":"1.0","id":7,"method":"ping"}\n'],
  ['an answer to nothing', '{"jsonrpc":"2.0","id":99,"result":{}}\n'],
  ['a method that is none', '{"jsonrpc":"2.0","id":7,"method":5}\n'],
  ['a notification that nobody knows', '{"jsonrpc":"2.0","method":"notifications/\u202e\\u0007"}\n'],
  ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x0a])],
  ['a megabyte in one line', `${'x'.repeat(1024 * 1024)}\n`],
  ['nesting without end', `${'['.repeat(DEEP)}${']'.repeat(DEEP)}\n`],
  ['a cancellation of nothing', '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":12345}}\n'],
];

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
    const fields = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`field_number_${n}`, n]));
    const begun = performance.now();
    const answer = await host.answerTo(host.callTool('list_access_keys', fields));
    const error = errorIn(answer);
    expect(error).toMatch(/^InvalidArguments: .*; and \d+ more/);
    expect(error.length).toBeLessThan(1500);
    expect(performance.now() - begun).toBeLessThan(2000);
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
    await host.answerTo(host.callTool('update_access_key', turningOff(aws)));
    expect(host.messages().some(({ method }) => method === 'notifications/progress')).toBe(false);
  });
});

function errorIn({ result }: Message): string {
  return (result?.structuredContent as Envelope | undefined)?.error ?? 'no error';
}
