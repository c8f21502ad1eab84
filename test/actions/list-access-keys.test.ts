import { ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { EXCHANGE, mockAws, refusal, run } from './mock-aws.ts';

const { iam } = mockAws();
const sent = () => iam.commandCalls(ListAccessKeysCommand).map(({ args }) => args[0].input);

function metadata(id: string, status: 'Active' | 'Inactive') {
  return { UserName: 'Logichub-User', AccessKeyId: id, Status: status, CreateDate: new Date('2021-06-09T04:10:12Z') };
}

function row(id: string, status: string) {
  return {
    UserName: 'Logichub-User',
    AccessKeyId: id,
    Status: status,
    CreateDate: '2021-06-09T04:10:12+00:00',
    error: null,
    has_error: false,
  };
}

describe('list_access_keys', () => {
  it("gives one row a key in the spec's shape, in IAM's order", async () => {
    iam.on(ListAccessKeysCommand).resolves({
      AccessKeyMetadata: [metadata('AKIA2222222222222222', 'Inactive'), metadata('AKIA1111111111111111', 'Active')],
      IsTruncated: false,
      $metadata: EXCHANGE,
    });
    expect(await run('list_access_keys', { user_name: 'Logichub-User' })).toStrictEqual({
      result: [row('AKIA2222222222222222', 'Inactive'), row('AKIA1111111111111111', 'Active')],
      error: null,
      has_error: false,
    });
    expect(sent()).toEqual([{ UserName: 'Logichub-User' }]);
  });

  it.each([[[]], [undefined]])('gives [] for a user without keys (%j)', async (AccessKeyMetadata) => {
    iam.on(ListAccessKeysCommand).resolves({ AccessKeyMetadata, IsTruncated: false, $metadata: EXCHANGE });
    expect(await run('list_access_keys', { user_name: 'alice' })).toEqual({
      result: [],
      error: null,
      has_error: false,
    });
  });

  it('passes on a status that only IAM gives', async () => {
    iam.on(ListAccessKeysCommand).resolves({
      AccessKeyMetadata: [{ ...metadata('AKIA2222222222222222', 'Active'), Status: 'Expired' }],
      IsTruncated: false,
    });
    const { result } = await run('list_access_keys', { user_name: 'alice' });
    expect(result).toEqual([row('AKIA2222222222222222', 'Expired')]);
  });

  it('asks for the next page of the same user with the marker of the last', async () => {
    iam
      .on(ListAccessKeysCommand)
      .resolvesOnce({ AccessKeyMetadata: [metadata('AKIA1111111111111111', 'Active')], IsTruncated: true, Marker: 'm' })
      .resolvesOnce({ AccessKeyMetadata: [metadata('AKIA2222222222222222', 'Active')], IsTruncated: false });
    const { result } = await run('list_access_keys', { user_name: 'alice' });
    expect(result).toHaveLength(2);
    expect(sent()).toEqual([{ UserName: 'alice' }, { UserName: 'alice', Marker: 'm' }]);
  });

  it.each(['NoSuchEntity', 'ServiceFailure', 'AccessDenied', 'InvalidClientTokenId'])(
    'tells %s as it is on the wire',
    async (code) => {
      iam.on(ListAccessKeysCommand).rejects(refusal(code, 'What IAM said'));
      const envelope = await run('list_access_keys', { user_name: 'alice' });
      expect(envelope).toEqual({ result: null, error: expect.any(String), has_error: true });
      expect(envelope.error).toMatch(new RegExp(`^${code}: What IAM said`));
      expect(envelope.error).not.toContain('changed');
    },
  );

  it('gives no half of a list when a later page fails', async () => {
    iam
      .on(ListAccessKeysCommand)
      .resolvesOnce({ AccessKeyMetadata: [metadata('AKIA1111111111111111', 'Active')], IsTruncated: true, Marker: 'm' })
      .rejectsOnce(refusal('ServiceFailure', 'Try later.'));
    expect(await run('list_access_keys', { user_name: 'alice' })).toEqual({
      result: null,
      error: 'ServiceFailure: Try later.',
      has_error: true,
    });
  });

  it('refuses a call without a user, which IAM would take for the caller', async () => {
    expect((await run('list_access_keys', {})).error).toMatch(
      /^InvalidArguments: user_name: is required: an IAM user name, which is of letters/,
    );
    expect(iam.calls()).toEqual([]);
  });
});
