// list_access_keys with the last use of each key, as GetAccessKeyLastUsed tells it.
import { GetAccessKeyLastUsedCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { mockAws, refusal, run } from './mock-aws.ts';

const { iam } = mockAws();
const [FIRST, SECOND] = ['AKIA1111111111111111', 'AKIA2222222222222222'];
const WITH = { user_name: 'alice', with_last_used: true };

function keys(...statuses: ['Active' | 'Inactive', string][]) {
  const AccessKeyMetadata = statuses.map(([Status, AccessKeyId]) => ({ UserName: 'alice', AccessKeyId, Status }));
  iam.on(ListAccessKeysCommand).resolves({ AccessKeyMetadata, IsTruncated: false });
}

const used = (LastUsedDate: Date | undefined, ServiceName: string, Region: string) => ({
  UserName: 'alice',
  AccessKeyLastUsed: { LastUsedDate, ServiceName, Region },
});
const asked = () => iam.commandCalls(GetAccessKeyLastUsedCommand).map(({ args }) => args[0].input.AccessKeyId);

describe('list_access_keys with_last_used', () => {
  it("tells each key's last use in AWS's words, and the status of the other key", async () => {
    keys(['Active', FIRST], ['Inactive', SECOND]);
    iam
      .on(GetAccessKeyLastUsedCommand, { AccessKeyId: FIRST })
      .resolves(used(new Date('2024-05-06T07:08:00Z'), 's3', 'eu-west-1'))
      .on(GetAccessKeyLastUsedCommand, { AccessKeyId: SECOND })
      .resolves(used(undefined, 'N/A', 'N/A'));
    const { result } = await run('list_access_keys', WITH);
    const ok = { UserName: 'alice', error: null, has_error: false };
    expect(result).toStrictEqual([
      {
        ...ok,
        AccessKeyId: FIRST,
        Status: 'Active',
        LastUsedDate: '2024-05-06T07:08:00+00:00',
        ServiceName: 's3',
        Region: 'eu-west-1',
        OtherKeyStatus: 'Inactive',
      },
      { ...ok, AccessKeyId: SECOND, Status: 'Inactive', ServiceName: 'N/A', Region: 'N/A', OtherKeyStatus: 'Active' },
    ]);
  });

  it.each([
    [[], null],
    [['Inactive'], 'Inactive'],
    [['Inactive', 'Active', 'Inactive'], 'Active'],
  ] as const)('says of others that are %j: %j', async (others, expected) => {
    keys(['Active', FIRST], ...others.map((status): ['Active' | 'Inactive', string] => [status, SECOND]));
    iam.on(GetAccessKeyLastUsedCommand).resolves(used(undefined, 'N/A', 'N/A'));
    const { result } = await run('list_access_keys', WITH);
    expect((result as { OtherKeyStatus: unknown }[])[0]?.OtherKeyStatus).toBe(expected);
  });

  it.each([{}, { with_last_used: false }, { with_last_used: 'False' }])(
    'asks for nothing more with %j',
    async (more) => {
      keys(['Active', FIRST]);
      const { result, error } = await run('list_access_keys', { user_name: 'alice', ...more });
      expect(error).toBeNull();
      expect(asked()).toEqual([]);
      expect((result as object[])[0]).not.toHaveProperty('OtherKeyStatus');
    },
  );

  it('asks for nothing more of a user without keys', async () => {
    keys();
    expect(await run('list_access_keys', WITH)).toEqual({ result: [], error: null, has_error: false });
    expect(asked()).toEqual([]);
  });

  it('fails where one last use may not be read, and names the permission', async () => {
    keys(['Active', FIRST], ['Active', SECOND]);
    const denied = `User: arn:aws:iam::111122223333:user/operator is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${SECOND}`;
    iam
      .on(GetAccessKeyLastUsedCommand, { AccessKeyId: FIRST })
      .resolves(used(undefined, 'N/A', 'N/A'))
      .on(GetAccessKeyLastUsedCommand, { AccessKeyId: SECOND })
      .rejects(refusal('AccessDenied', denied));
    const { result, error } = await run('list_access_keys', WITH);
    expect(result).toBeNull();
    expect(error).toBe(`AccessDenied: ${denied}: either that permission is missing, or there is no such key`);
  });

  it('takes only true or false', async () => {
    expect((await run('list_access_keys', { ...WITH, with_last_used: 'yes' })).error).toBe(
      'InvalidArguments: with_last_used: must be True or False',
    );
    expect(iam.calls()).toEqual([]);
  });
});
