// A key's id without its owner: IAM is asked whose it is, and nothing is ever sent without a name.
import { GetAccessKeyLastUsedCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { ALICE_KEY, thereIsAlice } from './alice.ts';
import { EXCHANGE, mockAws, openMocked, refusal, run } from './mock-aws.ts';
import { planOf, shown } from './program.ts';

const { iam } = mockAws();
const OFF = { access_key_id: ALICE_KEY, status: 'Inactive' };
const sent = () => iam.commandCalls(UpdateAccessKeyCommand).map(({ args }) => args[0].input);
const lookup = () => iam.on(GetAccessKeyLastUsedCommand, { AccessKeyId: ALICE_KEY });

describe("a key's owner who is not named", () => {
  it.each([{}, { user_name: '' }, { user_name: ' ' }, { user_name: null }])(
    'is the one whom IAM names, given %o',
    async (given) => {
      thereIsAlice(iam);
      iam.on(UpdateAccessKeyCommand).resolves({ $metadata: EXCHANGE });
      expect(await run('update_access_key', { ...OFF, ...given })).toMatchObject({
        error: null,
        change: { user_name: 'alice', access_key_id: ALICE_KEY, status: { before: null, after: 'Inactive' } },
      });
      expect(sent()).toEqual([{ UserName: 'alice', AccessKeyId: ALICE_KEY, Status: 'Inactive' }]);
    },
  );

  it('is shown in the plan', async () => {
    thereIsAlice(iam);
    const plan = await planOf(openMocked(), 'update_access_key', OFF);
    expect(shown(plan, 'User')).toContain('user/alice');
    expect(plan.arguments).toEqual({ ...OFF, user_name: 'alice' });
  });

  it('is asked for with the last use, which is read once', async () => {
    thereIsAlice(iam);
    const { dry_run } = await run('update_access_key', { ...OFF, dry_run: true });
    expect(dry_run).toMatchObject({ arguments: { user_name: 'alice' } });
    expect(iam.commandCalls(GetAccessKeyLastUsedCommand)).toHaveLength(1);
  });

  it('is not looked up where he is named', async () => {
    iam.on(UpdateAccessKeyCommand).resolves({ $metadata: EXCHANGE });
    expect((await run('update_access_key', { ...OFF, user_name: 'alice' })).error).toBeNull();
    expect(iam.commandCalls(GetAccessKeyLastUsedCommand)).toEqual([]);
  });

  it.each([
    [
      'AccessDenied',
      `User: x is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${ALICE_KEY}`,
      /^AccessDenied: user_name was left out, .* could not be looked up: .*: either that permission is missing, or there is no such key; give user_name, .*\. Nothing was changed\.$/,
    ],
    [
      'NoSuchEntity',
      'The Access Key cannot be found.',
      /^NoSuchEntity: .*: The Access Key cannot be found; give user_name/,
    ],
    ['InvalidAction', 'No such operation.', /^InvalidAction: .*give user_name/],
  ])('cannot be told after %s, and the error says what to do', async (code, message, error) => {
    lookup().rejects(refusal(code, message));
    expect((await run('update_access_key', OFF)).error).toMatch(error);
    expect(sent()).toEqual([]);
  });

  it.each([
    ['nobody, as for keys of root', undefined, /^Refused: IAM names no user who owns AKIA.*root user/],
    ['what is no name', '<root_account>', /^BadResponse: what AWS names as user_name is none: '<root_account>'/],
    ['an empty name', '', /^BadResponse: /],
  ])('is refused where IAM names %s', async (_, UserName, error) => {
    lookup().resolves({ UserName, AccessKeyLastUsed: { LastUsedDate: undefined, ServiceName: 'N/A', Region: 'N/A' } });
    expect((await run('update_access_key', OFF)).error).toMatch(error);
    expect(sent()).toEqual([]);
  });
});

describe('an owner who is named, and whom IAM names otherwise', () => {
  it('is refused, even where IAM lists the key as theirs', async () => {
    thereIsAlice(iam);
    lookup().resolves({
      UserName: 'bob',
      AccessKeyLastUsed: { LastUsedDate: undefined, ServiceName: 'N/A', Region: '' },
    });
    const { error } = await run('update_access_key', { ...OFF, user_name: 'alice', dry_run: true });
    expect(error).toMatch(/^Refused: IAM lists the key AKIA\w+ for alice, and names bob as its owner: /);
  });
});
