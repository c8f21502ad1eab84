import { describe, expect, it, vi } from 'vitest';
import type { Account } from '../../src/iam/account.ts';
import { SharedReads } from '../../src/plan/shared-reads.ts';

const account = {} as Account;
const GET_USER = ['GetUser', { UserName: 'ann' }] as const;
const never = () => new Promise<never>(() => {});
const patient = new AbortController().signal;

function reads({ limitMs = 10_000, signal = patient, isShared = true } = {}) {
  return new SharedReads({ limitMs, signal, isShared });
}

describe('what several rows read', () => {
  it('is read once for one account, and once more for another', async () => {
    const shared = reads();
    const read = vi.fn(async () => 'ann');
    const other = {} as Account;
    for (const where of [account, account, other])
      expect(await shared.once(where, GET_USER, patient, read)).toBe('ann');
    expect(read).toHaveBeenCalledTimes(2);
    await shared.once(account, ['GetUser', { UserName: 'ben' }], patient, read);
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('goes on for the others when the row that came first has no more time', async () => {
    const shared = reads();
    const first = new AbortController();
    let answer = (_: string) => {};
    const read = () => new Promise<string>((resolve) => (answer = resolve));
    const early = shared.once(account, GET_USER, first.signal, read);
    const late = shared.once(account, GET_USER, patient, never);
    first.abort();
    await expect(early).rejects.toMatchObject({ code: 'Timeout', message: expect.stringMatching(/^GetUser was not/) });
    answer('ann');
    expect(await late).toBe('ann');
  });

  it('ends by its own limit, and with the call', async () => {
    const untilAborted = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))));
    await expect(reads({ limitMs: 5 }).once(account, GET_USER, patient, untilAborted)).rejects.toThrow('ended');
    const call = new AbortController();
    const reading = reads({ signal: call.signal }).once(account, GET_USER, patient, untilAborted);
    call.abort();
    await expect(reading).rejects.toThrow('ended');
  });
});

describe('what the only row reads', () => {
  it('ends with its own time, and says so in its own words', async () => {
    const row = new AbortController();
    const read = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('AWS throttled it'))));
    const reading = reads({ isShared: false }).once(account, GET_USER, row.signal, read);
    row.abort();
    await expect(reading).rejects.toThrow('AWS throttled it');
  });
});
