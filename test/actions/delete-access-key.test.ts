import { DeleteAccessKeyCommand, GetAccessKeyLastUsedCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { warningsOf } from '../../src/plan/plan.ts';
import { ALICE_KEY, ALICE_OTHER_KEY, minutesAgo, thereIsAlice } from './alice.ts';
import { mockAws, openMocked, refusal } from './mock-aws.ts';
import { ask, planOf, shown } from './program.ts';

const GIVEN = { user_name: 'alice', access_key_id: ALICE_KEY };
const { iam } = mockAws();
const sent = () => iam.commandCalls(DeleteAccessKeyCommand).map(({ args }) => args[0].input);

describe('the plan of delete_access_key', () => {
  it('shows whose key it is, its last use and the other key, and wants its last four characters', async () => {
    thereIsAlice(iam, {
      keys: [
        { id: ALICE_OTHER_KEY, lastUse: minutesAgo(60 * 24 * 40) },
        { id: ALICE_KEY, status: 'Inactive', lastUse: minutesAgo(4) },
      ],
    });
    const plan = await planOf(openMocked(), 'delete_access_key', GIVEN);
    expect(shown(plan, 'User')).toContain('user/alice');
    expect(shown(plan, 'Access key')).toMatch(
      /^AKIAALICEALICEALI001: Inactive; .*last use: 4 minutes ago .*s3 in eu-west/,
    );
    expect(shown(plan, 'Other key 1')).toMatch(/^AKIAALICEALICEALI002: Active; .*last use: 40 days ago/);
    expect(plan.facts.map(({ label }) => label)).toEqual([
      ...['User', 'Access key', 'Other key 1'],
      ...['Attached policies', 'Has no'],
    ]);
    expect(shown(plan, 'Has no')).toBe('permissions boundary, groups, inline policies');
    expect(plan.confirm).toEqual({ what: 'the last four characters of the access key', text: 'I001' });
    expect(plan.effect).toContain('gone for good');
    expect(plan.warnings).toEqual([]);
    // A text without a time: the fact has it.
    expect(plan.grave).toEqual(['the key was used within a day: something is working with it']);
  });

  it.each([
    ['was never used', undefined],
    ['was used a day ago', minutesAgo(24 * 60 + 1)],
  ])('does not gravely warn of a key that %s', async (_, lastUse) => {
    thereIsAlice(iam, {
      keys: [
        { id: ALICE_KEY, lastUse },
        { id: ALICE_OTHER_KEY, lastUse: minutesAgo(1) },
      ],
    });
    expect((await planOf(openMocked(), 'delete_access_key', GIVEN)).grave).toEqual([]);
  });

  it('warns of a key that is still Active', async () => {
    thereIsAlice(iam);
    const plan = await planOf(openMocked(), 'delete_access_key', GIVEN);
    expect(plan.warnings).toEqual(['the key is still Active; turning it off first can be undone']);
  });

  it('says that the other keys are none', async () => {
    thereIsAlice(iam);
    expect(shown(await planOf(openMocked(), 'delete_access_key', GIVEN), 'Other keys')).toBe('none');
  });

  it('shows a key that may not be listed by its last use alone, and does not take it for Active', async () => {
    thereIsAlice(iam, { keys: [{ id: ALICE_KEY, lastUse: minutesAgo(4) }] });
    iam.on(ListAccessKeysCommand).rejects(refusal('AccessDenied'));
    const plan = await planOf(openMocked(), 'delete_access_key', GIVEN);
    expect(shown(plan, 'Access key')).toMatch(/: status not permitted to read; last use: 4 minutes ago/);
    expect(shown(plan, 'Other keys')).toBe('not permitted to read');
    expect(plan.warnings).toEqual([]);
  });

  const ONLY_ACTIVE = "it is the user's only active key: whatever signs as this user stops working";
  const STILL_ACTIVE = 'the key is still Active; turning it off first can be undone';

  it('says so when the last use may not be read, and warns of it first', async () => {
    thereIsAlice(iam);
    iam.on(GetAccessKeyLastUsedCommand).rejects(refusal('AccessDenied'));
    const plan = await planOf(openMocked(), 'delete_access_key', GIVEN);
    expect(shown(plan, 'Access key')).toMatch(/: Active; .*last use: not permitted to read$/);
    expect(warningsOf(plan)).toEqual([
      ONLY_ACTIVE,
      'whether the key is in use is not known: its last use is not permitted to read',
      STILL_ACTIVE,
    ]);
  });

  it('does not take a key for never used where the answer does not tell', async () => {
    thereIsAlice(iam);
    iam.on(GetAccessKeyLastUsedCommand, { AccessKeyId: ALICE_KEY }).resolves({ UserName: 'alice' });
    const plan = await planOf(openMocked(), 'delete_access_key', GIVEN);
    expect(shown(plan, 'Access key')).toMatch(/last use: this endpoint does not tell$/);
    expect(warningsOf(plan)).toEqual([
      ONLY_ACTIVE,
      'whether the key is in use is not known: this endpoint does not tell its last use',
      STILL_ACTIVE,
    ]);
  });

  it('says of a key made a moment ago that it is not listed yet, not that it may not be read', async () => {
    thereIsAlice(iam, { keys: [{ id: ALICE_KEY }, { id: ALICE_OTHER_KEY }] });
    // IAM is eventually consistent: it knows the new key's owner, but lists only the old key.
    iam.on(ListAccessKeysCommand, { UserName: 'alice' }).resolves({
      AccessKeyMetadata: [{ UserName: 'alice', AccessKeyId: ALICE_OTHER_KEY, Status: 'Active' }],
      IsTruncated: false,
    });
    const plan = await planOf(openMocked(), 'delete_access_key', GIVEN);
    expect(shown(plan, 'Access key')).toContain(ALICE_KEY);
    expect(shown(plan, 'Access key')).not.toContain('not permitted');
  });

  it('is not made for an unknown key: nobody is asked in vain', async () => {
    thereIsAlice(iam, { keys: [{ id: ALICE_OTHER_KEY }] });
    iam.on(GetAccessKeyLastUsedCommand, { AccessKeyId: ALICE_KEY }).rejects(refusal('AccessDenied'));
    const { plan, envelope } = await ask(openMocked(), 'delete_access_key', GIVEN);
    expect(envelope.error).toBe(
      `NoSuchEntity: The Access Key with id ${ALICE_KEY} cannot be found. Nothing was changed.`,
    );
    expect(plan).toBeUndefined();
    expect(sent()).toEqual([]);
  });
});
