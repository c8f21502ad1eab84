import {
  GetAccessKeyLastUsedCommand,
  GetPolicyCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { warningsOf } from '../../src/plan/plan.ts';
import { ALICE_KEY, ALICE_OTHER_KEY, aliceHas, awsPolicy, type KeyOfAlice, minutesAgo, thereIsAlice } from './alice.ts';
import { mockAws, openMocked, refusal, run } from './mock-aws.ts';
import { planOf, shown } from './program.ts';

const GIVEN = { user_name: 'alice', access_key_id: ALICE_KEY, status: 'Inactive' };
const IN_USE = 'the key was used within a day: something is working with it';
const ONLY_ACTIVE = "it is the user's only active key: whatever signs as this user stops working";
const { iam } = mockAws();

describe('update_access_key', () => {
  it.each(['Expired', 'inactive', 'Bogus', ''])('refuses the status %j before anything is sent', async (status) => {
    const { error } = await run('update_access_key', { ...GIVEN, status });
    expect(error).toBe(`InvalidArguments: status: '${status}' is not one of Active, Inactive. Nothing was changed.`);
    expect(iam.calls()).toEqual([]);
  });
});

describe('the plan of update_access_key', () => {
  it.each([
    ['Inactive', 'Active', 'Turn off an access key', 'Whatever signs with this key stops working'],
    ['Active', 'Inactive', 'Turn on an access key', 'Whoever has the secret of this key can use it again'],
  ] as const)('to %s says what happens', async (status, was, title, effect) => {
    thereIsAlice(iam, { keys: [{ id: ALICE_KEY, status: was }] });
    const plan = await planOf(openMocked(), 'update_access_key', { ...GIVEN, status });
    expect(plan).toMatchObject({ title, warnings: [], confirm: { text: 'I001' } });
    expect(plan.arguments).toEqual({ ...GIVEN, status });
    expect(plan.effect).toContain(effect);
  });

  it('warns that a key is Inactive already', async () => {
    thereIsAlice(iam, { keys: [{ id: ALICE_KEY, status: 'Inactive' }] });
    const plan = await planOf(openMocked(), 'update_access_key', GIVEN);
    expect(plan.warnings).toEqual(['the key is Inactive already: nothing would change']);
  });

  it.each([
    ['within a day', 24 * 60 - 1, true],
    ['before that', 24 * 60 + 1, false],
  ])('gravely warns of turning off a key that was used %s', async (_, minutes, isGrave) => {
    thereIsAlice(iam, { keys: [{ id: ALICE_KEY, lastUse: minutesAgo(minutes) }, { id: ALICE_OTHER_KEY }] });
    const plan = await planOf(openMocked(), 'update_access_key', GIVEN);
    expect(plan.grave).toEqual(isGrave ? [IN_USE] : []);
  });

  it('gravely warns of it too where the status is not known, and not where nothing would change', async () => {
    const lastUse = minutesAgo(5);
    thereIsAlice(iam, { keys: [{ id: ALICE_KEY, status: 'Inactive', lastUse }] });
    expect((await planOf(openMocked(), 'update_access_key', GIVEN)).grave).toEqual([]);
    iam.on(ListAccessKeysCommand).rejects(refusal('AccessDenied'));
    expect((await planOf(openMocked(), 'update_access_key', GIVEN)).grave).toEqual([IN_USE]);
  });

  describe('of the only active key', () => {
    const off = (...keys: KeyOfAlice[]) => {
      thereIsAlice(iam, { keys });
      return planOf(openMocked(), 'update_access_key', GIVEN);
    };

    it.each<[string, KeyOfAlice[], boolean]>([
      ['alone', [{ id: ALICE_KEY }], true],
      ['beside an inactive one', [{ id: ALICE_KEY }, { id: ALICE_OTHER_KEY, status: 'Inactive' }], true],
      ['beside an active one', [{ id: ALICE_KEY }, { id: ALICE_OTHER_KEY }], false],
      ['which is inactive already', [{ id: ALICE_KEY, status: 'Inactive' }], false],
    ])('gravely warns of turning it off and of deleting it: %s', async (_, keys, isGrave) => {
      const grave = isGrave ? [ONLY_ACTIVE] : [];
      expect((await off(...keys)).grave).toEqual(grave);
      const { status: _status, ...given } = GIVEN;
      expect((await planOf(openMocked(), 'delete_access_key', given)).grave).toEqual(grave);
    });

    it('says that it is not known where the keys may not be listed, or this one is not yet', async () => {
      const unknown = "whether it is the user's only active key is not known: ";
      await off({ id: ALICE_KEY });
      iam.on(ListAccessKeysCommand).rejects(refusal('AccessDenied'));
      expect((await planOf(openMocked(), 'update_access_key', GIVEN)).notKnown).toEqual([
        `${unknown}which keys the user has is not permitted to read`,
      ]);
      iam.on(ListAccessKeysCommand).resolves({ AccessKeyMetadata: [] });
      expect(await planOf(openMocked(), 'update_access_key', GIVEN)).toMatchObject({
        grave: [],
        notKnown: [`${unknown}it is not listed yet`],
      });
    });
  });

  it('gravely warns of an inactive key that is turned on, and says where that is not known', async () => {
    const on = { ...GIVEN, status: 'Active' };
    thereIsAlice(iam, { keys: [{ id: ALICE_KEY, status: 'Inactive' }] });
    expect((await planOf(openMocked(), 'update_access_key', on)).grave).toEqual([
      'an inactive key is turned on: it works again for whoever has its secret',
    ]);
    thereIsAlice(iam);
    expect((await planOf(openMocked(), 'update_access_key', on)).grave).toEqual([]);
    iam.on(ListAccessKeysCommand).rejects(refusal('AccessDenied'));
    expect(await planOf(openMocked(), 'update_access_key', on)).toMatchObject({
      grave: [],
      notKnown: ['whether the key is Inactive now is not known: which keys the user has is not permitted to read'],
    });
  });

  it('warns first of what is not known: whether the key is in use, or makes an administrator', async () => {
    thereIsAlice(iam);
    for (const Command of [GetAccessKeyLastUsedCommand, ListAttachedUserPoliciesCommand]) {
      iam.on(Command as typeof GetAccessKeyLastUsedCommand).rejects(refusal('AccessDenied'));
    }
    expect((await planOf(openMocked(), 'update_access_key', GIVEN)).notKnown).toEqual([
      'whether the key is in use is not known: its last use is not permitted to read',
    ]);
    const on = { ...GIVEN, status: 'Active' };
    // Nothing would change.
    expect(warningsOf(await planOf(openMocked(), 'update_access_key', on))).toEqual([expect.stringMatching(/already/)]);
    thereIsAlice(iam, { keys: [{ id: ALICE_KEY, status: 'Inactive' }] });
    iam.on(ListAttachedUserPoliciesCommand, { UserName: 'alice' }).rejects(refusal('AccessDenied'));
    expect((await planOf(openMocked(), 'update_access_key', on)).notKnown).toEqual([
      expect.stringMatching(/^whether whoever has this key is an administrator is not known, since which policies/),
    ]);
  });

  it("shows what a key opens again: gravely where that is all, and AWS's quarantine", async () => {
    thereIsAlice(iam, { keys: [{ id: ALICE_KEY, status: 'Inactive', lastUse: minutesAgo(5) }] });
    aliceHas(iam, [
      { arn: awsPolicy('AWSCompromisedKeyQuarantineV3'), allows: 's3:GetObject' },
      { arn: 'arn:aws:iam::111122223333:policy/Tools', allows: '*' },
    ]);
    const on = { ...GIVEN, status: 'Active' };
    const plan = await planOf(openMocked(), 'update_access_key', on);
    expect(shown(plan, 'Attached policies')).toBe('AWSCompromisedKeyQuarantineV3, Tools');
    expect(plan.grave).toEqual([
      'an inactive key is turned on: it works again for whoever has its secret',
      'whoever has this key is an administrator, by the attached policy Tools',
    ]);
    expect(plan.warnings).toEqual([expect.stringMatching(/^the user has AWSCompromisedKeyQuarantine/)]);
    const off = await planOf(openMocked(), 'update_access_key', GIVEN);
    // By name alone.
    expect(shown(off, 'Attached policies')).toBe('AWSCompromisedKeyQuarantineV3, Tools');
    expect(off.grave).toEqual([]);
    expect(iam.commandCalls(GetPolicyCommand)).toHaveLength(2);
  });
});
