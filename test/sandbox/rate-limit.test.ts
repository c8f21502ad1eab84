import { CreateAccessKeyCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { aSandbox } from './a-sandbox.ts';
import { iamClient, refusalOf } from './clients.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
});

async function open(requestsPerSecond?: number) {
  const sandbox = await aSandbox({ requestsPerSecond });
  const iam = iamClient(sandbox);
  const count = async (requests: number) => {
    const ask = () => iam.send(new GetUserCommand({}));
    const settled = await Promise.allSettled(Array.from({ length: requests }, ask));
    return settled.filter(({ status }) => status === 'fulfilled').length;
  };
  return { sandbox, iam, count };
}

describe('a sandbox with a limit to its requests a second', () => {
  test('lets half a second of them through at once, and as time passes more', async () => {
    const { count } = await open(4);
    expect(await count(10)).toBe(2);
    vi.advanceTimersByTime(250);
    expect(await count(10)).toBe(1);
    vi.advanceTimersByTime(600);
    expect(await count(10)).toBe(2);
  });

  test('answers the others with Throttling, carries nothing out, and logs that', async () => {
    const { sandbox, iam, count } = await open(1);
    await count(1);
    const create = iam.send(new CreateAccessKeyCommand({ UserName: sandbox.company.keylessUser }));
    expect(await refusalOf(create)).toBe('Throttling 400: Rate exceeded');
    expect(sandbox.keysOf(sandbox.company.keylessUser)).toEqual([]);
    expect(sandbox.log.at(-1)).toMatchObject({ operation: 'CreateAccessKey', outcome: 'refused', code: 'Throttling' });
  });

  test('gets another limit, or none', async () => {
    const { sandbox, count } = await open();
    expect(await count(50)).toBe(50);
    sandbox.limitRate(4);
    expect(await count(10)).toBe(2);
    sandbox.limitRate(Number.POSITIVE_INFINITY);
    expect(await count(50)).toBe(50);
  });
});
