// What the changes have in common: IAM's own words for a refusal, and where to look when nobody knows.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { isChange } from '../../src/actions/action.ts';
import { ACTIONS } from '../../src/actions/index.ts';
import { ALICE_KEY, awsPolicy, thereIsAlice } from './alice.ts';
import { EXCHANGE, mockAws, openMocked, RESPONSE_METADATA, refusal, run } from './mock-aws.ts';
import { call } from './program.ts';

const { iam } = mockAws();
const KEY = { user_name: 'alice', access_key_id: ALICE_KEY };
const KEY_SENT = { UserName: 'alice', AccessKeyId: ALICE_KEY };

/** `codes` are those that the API reference has for it, and one that every operation has. */
const CHANGES = [
  {
    tool: 'create_access_key',
    Command: CreateAccessKeyCommand,
    given: { user_name: 'alice' },
    sent: undefined,
    change: {},
    codes: ['NoSuchEntity', 'LimitExceeded', 'AccessDenied', 'Throttling'],
    where: /not known: look at list_access_keys of alice; .*delete it$/,
  },
  {
    tool: 'delete_access_key',
    Command: DeleteAccessKeyCommand,
    given: KEY,
    sent: KEY_SENT,
    change: { ...KEY, status: { before: null, after: 'deleted' } },
    codes: ['NoSuchEntity', 'LimitExceeded', 'AccessDenied'],
    where: /not known: look with list_access_keys of alice/,
  },
  ...['Active', 'Inactive'].map((status) => ({
    tool: 'update_access_key',
    Command: UpdateAccessKeyCommand,
    given: { ...KEY, status },
    sent: { ...KEY_SENT, Status: status },
    change: { ...KEY, status: { before: null, after: status } },
    codes: ['NoSuchEntity', 'LimitExceeded', 'InvalidInput', 'AccessDenied'],
    where: /not known: look at the key's Status with list_access_keys of alice$/,
  })),
  {
    tool: 'attach_user_policy',
    Command: AttachUserPolicyCommand,
    given: { user_name: 'alice', policy_arn: awsPolicy('BuildTools') },
    sent: { UserName: 'alice', PolicyArn: awsPolicy('BuildTools') },
    change: {
      user_name: 'alice',
      policy_arn: awsPolicy('BuildTools'),
      attached: { before: null, after: true },
    },
    codes: ['NoSuchEntity', 'LimitExceeded', 'InvalidInput', 'PolicyNotAttachable', 'AccessDenied'],
    where: /not known: look at the policies attached to alice; .*does no harm$/,
  },
];

it('is tested of every change', () => {
  const changes = ACTIONS.filter(isChange).map(({ name }) => name);
  expect([...new Set(CHANGES.map(({ tool }) => tool))].sort()).toEqual(changes.sort());
});

describe.each(CHANGES)('$tool $given.status', ({ tool, Command, given, sent, change, codes, where }) => {
  const answer = () => iam.on(Command as typeof DeleteAccessKeyCommand);
  const there = () => thereIsAlice(iam, { policies: ['BuildTools'] });

  // Of a new key, its own test says it.
  if (sent)
    it("is sent as it was given, and answered in the spec's shape, with what it changed beside it", async () => {
      there();
      answer().resolves({ $metadata: EXCHANGE });
      expect(await run(tool, given)).toEqual({
        result: { ResponseMetadata: RESPONSE_METADATA },
        error: null,
        has_error: false,
        change,
      });
      expect(iam.commandCalls(Command as typeof DeleteAccessKeyCommand).map(({ args }) => args[0].input)).toEqual([
        sent,
      ]);
    });

  it.each(codes)('tells %s as it is on the wire, and that nothing was changed', async (code) => {
    there();
    answer().rejects(refusal(code, 'What IAM said.'));
    const program = openMocked();
    const envelope = await call(program, tool, given);
    expect(envelope).toEqual({ result: null, error: expect.any(String), has_error: true });
    // Throttling has more to it: what to do about it.
    const told = code === 'Throttling' ? /^Throttling: What IAM said[.:].* Nothing was changed\.$/ : undefined;
    if (told) expect(envelope.error).toMatch(told);
    else expect(envelope.error).toBe(`${code}: What IAM said. Nothing was changed.`);
    const keys = path.join(program.settings.stateDir, 'keys');
    expect(existsSync(keys) ? readdirSync(keys) : []).toEqual([]);
  });

  it('says where to look after a ServiceFailure, which leaves open what was done', async () => {
    there();
    answer().rejects(refusal('ServiceFailure'));
    const { error } = await run(tool, given);
    expect(error).toMatch(/^ServiceFailure: /);
    expect(error).toMatch(where);
    expect(error).not.toContain('Nothing was changed');
  });
});
