// With --approval host nobody here reads a plan: no fact is read for it, whatever the change.
import { describe, expect } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { turningOff } from '../e2e/aws-account.ts';
import { entriesOf, keysOfNewUsers, TURN_OFF } from '../e2e/tables.ts';
import { test } from './start-server.ts';

const HOST = ['--approval', 'host'];
const sentTo = (aws: Sandbox) => aws.log.map(({ operation }) => operation).sort();

const CHANGES: [string, string, (aws: Sandbox) => Record<string, unknown>][] = [
  ['CreateAccessKey', 'create_access_key', ({ company }) => ({ user_name: company.keylessUser })],
  ['UpdateAccessKey', 'update_access_key', turningOff],
  ['UpdateAccessKey', 'update_access_key', (aws) => ({ ...turningOff(aws), status: 'Active' })],
  [
    'DeleteAccessKey',
    'delete_access_key',
    ({ company }) => ({ user_name: company.leakedUser, access_key_id: company.leakedKeyId }),
  ],
  [
    'AttachUserPolicy',
    'attach_user_policy',
    ({ company }) => ({ user_name: company.leakedUser, policy_arn: company.wildcardPolicyArn }),
  ],
];

describe.concurrent('with --approval host', () => {
  test.for(CHANGES)(
    '%s is sent, and who the credentials are is asked once: nothing else (%s)',
    async ([operation, tool, given], { start, aws }) => {
      const server = await start({ args: HOST });
      expect((await server.call(tool, given(aws))).error).toBeNull();
      expect(sentTo(aws)).toEqual([operation, 'GetCallerIdentity'].sort());
    },
  );

  test('a table sends each row and nothing else', async ({ start, aws }) => {
    const table = { rows: keysOfNewUsers(aws, 5), ...TURN_OFF };
    const server = await start({ args: HOST });
    const envelope = await server.call('update_access_key', table);
    expect(envelope.summary).toMatchObject({ rows: 5, succeeded: 5 });
    expect(sentTo(aws)).toEqual(['GetCallerIdentity', ...Array(5).fill('UpdateAccessKey')]);
  });

  test('a dry run reads the facts all the same', async ({ start, aws }) => {
    const server = await start({ args: HOST });
    const { dry_run } = await server.call('update_access_key', { ...turningOff(aws), dry_run: true });
    expect(dry_run).toMatchObject({
      facts: { 'Has no': 'permissions boundary, groups, inline policies' },
      warnings: expect.any(Array),
    });
    expect(sentTo(aws)).toEqual([
      ...['GetAccessKeyLastUsed', 'GetCallerIdentity', 'GetUser', 'ListAccessKeys'],
      ...['ListAttachedUserPolicies', 'ListGroupsForUser', 'ListUserPolicies'],
    ]);
  });

  test("the connection's own key is refused without a request", async ({ start, aws }) => {
    const server = await start({ args: HOST });
    const given = { user_name: 'incident-responder', access_key_id: aws.credentials.accessKeyId };
    for (const [tool, more] of [
      ['update_access_key', { status: 'Inactive' }],
      ['delete_access_key', {}],
    ] as const) {
      const { error } = await server.call(tool, { ...given, ...more });
      expect(error).toMatch(/^Refused: .* signs with; .*Nothing was changed\.$/);
    }
    expect(new Set(sentTo(aws))).toEqual(new Set(['GetCallerIdentity']));
  });

  test('two rows that change one thing are refused', async ({ start, aws }) => {
    const server = await start({ args: HOST });
    const [row] = keysOfNewUsers(aws, 1);
    const rows = ['Active', 'Inactive'].map((status) => ({ ...row, status }));
    const { error } = await server.call('update_access_key', { rows, ...TURN_OFF, status: '{{ status }}' });
    expect(error).toMatch(/^InvalidArguments: these rows change the same thing/);
    expect(new Set(sentTo(aws))).toEqual(new Set(['GetCallerIdentity']));
  });

  test('what only facts would tell is what AWS answers: a key of somebody else, an unknown user, a third key', async ({
    start,
    aws,
  }) => {
    const server = await start({ args: HOST });
    const { keylessUser, leakedKeyId, twoKeyUser } = aws.company;
    const others = { user_name: keylessUser, access_key_id: leakedKeyId };
    expect((await server.call('delete_access_key', others)).error).toMatch(/^NoSuchEntity: .*Nothing was changed\.$/);
    expect(aws.key(leakedKeyId)).toBeDefined();
    expect((await server.call('create_access_key', { user_name: 'nobody' })).error).toMatch(/^NoSuchEntity: /);
    expect((await server.call('create_access_key', { user_name: twoKeyUser })).error).toMatch(/^LimitExceeded: /);
    const own = { user_name: twoKeyUser, access_key_id: aws.keysOf(twoKeyUser)[1]?.accessKeyId };
    const envelope = await server.call('update_access_key', {
      rows: [others, own],
      user_name: '{{ user_name }}',
      access_key_id: '{{ access_key_id }}',
      status: 'Inactive',
      detail: 'full',
    });
    expect(entriesOf(envelope).map(({ error }) => error)).toEqual([expect.stringMatching(/^NoSuchEntity: /), null]);
  });
});
