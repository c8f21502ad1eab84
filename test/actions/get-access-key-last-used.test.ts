import { GetAccessKeyLastUsedCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { EXCHANGE, mockAws, RESPONSE_METADATA, refusal, run } from './mock-aws.ts';

const KEY = 'AKIAIOSFODNN7EXAMPLE';
const { iam } = mockAws();

describe('get_access_key_last_used', () => {
  it("tells owner, time, service and region in the spec's shape", async () => {
    iam.on(GetAccessKeyLastUsedCommand).resolves({
      UserName: 'Logichub-User',
      AccessKeyLastUsed: { LastUsedDate: new Date('2021-06-09T04:17:00Z'), ServiceName: 'iam', Region: 'us-east-1' },
      $metadata: EXCHANGE,
    });
    expect(await run('get_access_key_last_used', { access_key_id: KEY })).toEqual({
      result: {
        UserName: 'Logichub-User',
        AccessKeyLastUsed: {
          LastUsedDate: '2021-06-09T04:17:00+00:00',
          ServiceName: 'iam',
          Region: 'us-east-1',
        },
        ResponseMetadata: RESPONSE_METADATA,
      },
      error: null,
      has_error: false,
    });
    expect(iam.calls().map(({ args }) => args[0].input)).toEqual([{ AccessKeyId: KEY }]);
  });

  it('leaves the date out for a key that was never used', async () => {
    iam.on(GetAccessKeyLastUsedCommand).resolves({
      UserName: 'Logichub-User',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
      $metadata: EXCHANGE,
    });
    const { result } = await run('get_access_key_last_used', { access_key_id: KEY });
    expect(result).toStrictEqual({
      UserName: 'Logichub-User',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
      ResponseMetadata: RESPONSE_METADATA,
    });
  });

  it("passes IAM's refusal of an unknown key on, and says nothing of changes, since there can be none", async () => {
    const text = `User: arn:aws:iam::111122223333:user/operator is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${KEY}`;
    iam.on(GetAccessKeyLastUsedCommand).rejects(refusal('AccessDenied', text));
    expect(await run('get_access_key_last_used', { access_key_id: KEY })).toEqual({
      result: null,
      error: `AccessDenied: ${text}: either that permission is missing, or there is no such key`,
      has_error: true,
    });
  });

  it.each([
    [
      'an empty id',
      '',
      'is not an access key id, which is of capital letters and digits, such as AKIA followed by 16 more',
    ],
    ['15 letters', 'AKIAIOSFODNN7EX', 'is too short; at least 16 characters'],
    ['a path', 'AKIA/../../etc/passwd', 'is not an access key id'],
    ['letters that only look like an id', 'ＡＫＩＡＩＯＳＦＯＤＮＮ７ＥＸＡＭ', 'is not an access key id'],
    ['129 letters', 'A'.repeat(129), 'is too long; at most 128 characters'],
  ])('refuses %s before anything is sent', async (_, access_key_id, problem) => {
    const { error } = await run('get_access_key_last_used', { access_key_id });
    expect(error).toMatch(/^InvalidArguments: access_key_id: /);
    expect(error).toContain(problem);
    expect(iam.calls()).toEqual([]);
  });
});
