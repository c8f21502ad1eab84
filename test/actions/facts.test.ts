// What an agreement is bound to: a key's use as it grows, and what else may change while a person reads.
import { GetUserCommand } from '@aws-sdk/client-iam';
import { describe, expect, it, vi } from 'vitest';
import { changesSince } from '../plan/changes-since.ts';
import { ALICE_KEY, ALICE_OTHER_KEY, type KeyOfAlice, minutesAgo, thereIsAlice } from './alice.ts';
import { mockAws, openMocked, refusal } from './mock-aws.ts';
import { planOf, shown } from './program.ts';

const DAY = 24 * 60;
const { iam } = mockAws();

async function planFor(...keys: KeyOfAlice[]) {
  thereIsAlice(iam, { keys });
  return planOf(openMocked(), 'update_access_key', {
    user_name: 'alice',
    access_key_id: ALICE_KEY,
    status: 'Inactive',
  });
}

describe('what an agreement is bound to', () => {
  it('stays the same when a key that is in use is used again, though the person is shown it', async () => {
    const before = await planFor({ id: ALICE_KEY, lastUse: minutesAgo(50) });
    const after = await planFor({ id: ALICE_KEY, lastUse: minutesAgo(1) });
    expect(shown(after, 'Access key')).toContain('1 minute ago');
    expect(shown(before, 'Access key')).toContain('50 minutes ago');
    expect(changesSince(before, after)).toEqual([]);
  });

  it.each([
    ['was never used', undefined],
    ['was idle for two days', minutesAgo(2 * DAY)],
  ])('changes when a key that %s is used', async (_, lastUse) => {
    const before = await planFor({ id: ALICE_KEY, lastUse });
    expect(changesSince(before, await planFor({ id: ALICE_KEY, lastUse }))).toEqual([]);
    expect(changesSince(before, await planFor({ id: ALICE_KEY, lastUse: minutesAgo(1) }))).not.toEqual([]);
  });

  it('stays the same while an idle key and the person grow older', async () => {
    const idle = { id: ALICE_KEY, lastUse: minutesAgo(40 * DAY) };
    const before = await planFor(idle);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 9 * 60_000 });
    try {
      expect(changesSince(before, await planFor(idle))).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('stays the same when the last use becomes a day old while the person reads', async () => {
    // Nothing happened but that the clock went on.
    const used = { id: ALICE_KEY, lastUse: minutesAgo(DAY - 5) };
    const before = await planFor(used);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 9 * 60_000 });
    try {
      expect(changesSince(before, await planFor(used))).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each<[string, KeyOfAlice[]]>([
    ['the key is turned off by somebody else', [{ id: ALICE_KEY, status: 'Inactive' }, { id: ALICE_OTHER_KEY }]],
    ['the other key is turned off', [{ id: ALICE_KEY }, { id: ALICE_OTHER_KEY, status: 'Inactive' }]],
    ['the other key, idle until now, is used', [{ id: ALICE_KEY }, { id: ALICE_OTHER_KEY, lastUse: minutesAgo(1) }]],
    ['the other key is deleted', [{ id: ALICE_KEY }]],
    ['the other key is replaced', [{ id: ALICE_KEY }, { id: 'AKIAALICEALICEALI003' }]],
  ])('changes when %s', async (_, keys) => {
    const before = await planFor({ id: ALICE_KEY }, { id: ALICE_OTHER_KEY });
    expect(changesSince(before, await planFor({ id: ALICE_KEY }, { id: ALICE_OTHER_KEY }))).toEqual([]);
    expect(changesSince(before, await planFor(...keys))).not.toEqual([]);
  });

  it('stays the same when IAM lists the keys in another order', async () => {
    const keys = ['AKIAALICEALICEALI003', ALICE_KEY, ALICE_OTHER_KEY].map((id) => ({ id }));
    expect(changesSince(await planFor(...keys), await planFor(...keys.toReversed()))).toEqual([]);
  });

  it('changes when another user has taken the name', async () => {
    const before = await planFor({ id: ALICE_KEY });
    thereIsAlice(iam);
    iam.on(GetUserCommand, { UserName: 'alice' }).resolves({
      User: {
        UserName: 'alice',
        UserId: 'AIDASOMEBODYELSE00001',
        Arn: 'arn:aws:iam::111122223333:user/alice',
        Path: '/',
        CreateDate: new Date(),
      },
    });
    const after = await planOf(openMocked(), 'update_access_key', {
      user_name: 'alice',
      access_key_id: ALICE_KEY,
      status: 'Inactive',
    });
    expect(changesSince(before, after)).not.toEqual([]);
  });

  it('changes when what could be read before may not be read any more', async () => {
    const before = await planFor({ id: ALICE_KEY });
    thereIsAlice(iam);
    iam.on(GetUserCommand, { UserName: 'alice' }).rejects(refusal('AccessDenied'));
    const after = await planOf(openMocked(), 'update_access_key', {
      user_name: 'alice',
      access_key_id: ALICE_KEY,
      status: 'Inactive',
    });
    expect(changesSince(before, after)).not.toEqual([]);
  });
});
