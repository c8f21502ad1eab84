import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { describePlan } from '../../src/plan/describe-plan.ts';
import { warningsOf } from '../../src/plan/plan.ts';
import { ALICE_KEY, ALICE_OTHER_KEY, aliceHas, awsPolicy, minutesAgo, thereIsAlice } from './alice.ts';
import { EXCHANGE, mockAws, openMocked, RESPONSE_METADATA, refusal, run } from './mock-aws.ts';
import { ask, call, planOf, shown } from './program.ts';

const SECRET = 'f71xNotARealSecretButAsLongAsOneIsAtAWS0';
const NEW_KEY = 'AKIANEWNEWNEWNEWNEW1';
const { iam } = mockAws();

function theNewKeyIs(id: string) {
  iam.on(CreateAccessKeyCommand).resolves({
    AccessKey: {
      UserName: 'alice',
      AccessKeyId: id,
      Status: 'Active',
      SecretAccessKey: SECRET,
      CreateDate: new Date('2021-06-09T15:04:16Z'),
    },
    $metadata: EXCHANGE,
  });
}

const sent = () => iam.commandCalls(CreateAccessKeyCommand).map(({ args }) => args[0].input);
const filesOf = (stateDir: string) => readdirSync(path.join(stateDir, 'keys'));

describe('create_access_key', () => {
  it("answers in the spec's shape, with the secret in a file instead of the result", async () => {
    thereIsAlice(iam);
    theNewKeyIs(NEW_KEY);
    const program = openMocked();
    const envelope = await call(program, 'create_access_key', { user_name: 'alice' });
    const file = path.join(program.settings.stateDir, 'keys', `${NEW_KEY}.csv`);
    expect(envelope).toEqual({
      result: {
        AccessKey: {
          UserName: 'alice',
          AccessKeyId: NEW_KEY,
          Status: 'Active',
          SecretAccessKey: '(not shown)',
          CreateDate: '2021-06-09T15:04:16+00:00',
        },
        SecretFile: file,
        ResponseMetadata: RESPONSE_METADATA,
      },
      error: null,
      has_error: false,
      change: { user_name: 'alice', access_key_id: NEW_KEY, status: { before: null, after: 'Active' } },
    });
    expect(sent()).toEqual([{ UserName: 'alice' }]);
    expect(readFileSync(file, 'utf8')).toContain(SECRET);
  });

  it("with --secrets inline answers exactly as the spec's sample does, and keeps no file", async () => {
    thereIsAlice(iam);
    theNewKeyIs(NEW_KEY);
    const program = openMocked({ secrets: 'inline' });
    const { result } = await call(program, 'create_access_key', { user_name: 'alice' });
    expect(result).toStrictEqual({
      AccessKey: {
        UserName: 'alice',
        AccessKeyId: NEW_KEY,
        Status: 'Active',
        SecretAccessKey: SECRET,
        CreateDate: '2021-06-09T15:04:16+00:00',
      },
      ResponseMetadata: RESPONSE_METADATA,
    });
    expect(readdirSync(program.settings.stateDir)).not.toContain('keys');
  });

  it.each([
    ['the key', undefined],
    ['its id', { UserName: 'alice', AccessKeyId: undefined, Status: 'Active' as const, SecretAccessKey: SECRET }],
    ['its secret', { UserName: 'alice', AccessKeyId: NEW_KEY, Status: 'Active' as const, SecretAccessKey: undefined }],
  ])('takes an answer without %s for an unknown outcome', async (_, AccessKey) => {
    thereIsAlice(iam);
    iam.on(CreateAccessKeyCommand).resolves({ AccessKey, $metadata: EXCHANGE });
    const program = openMocked();
    const { error } = await call(program, 'create_access_key', { user_name: 'alice' });
    expect(error).toMatch(/^OutcomeUnknown: .*look at list_access_keys of alice/);
    expect(filesOf(program.settings.stateDir)).toEqual([]);
    expect(iam.commandCalls(DeleteAccessKeyCommand)).toEqual([]);
  });

  it.each(['bob', undefined])('does not pass off a key of another user (%s) as the one asked for', async (UserName) => {
    thereIsAlice(iam);
    const AccessKey = { UserName, AccessKeyId: NEW_KEY, Status: 'Active' as const, SecretAccessKey: SECRET };
    iam.on(CreateAccessKeyCommand).resolves({ AccessKey, $metadata: EXCHANGE });
    const program = openMocked();
    const { result, error } = await call(program, 'create_access_key', { user_name: 'alice' });
    expect(result).toBeNull();
    const file = path.join(program.settings.stateDir, 'keys', `${NEW_KEY}.csv`);
    expect(error).toMatch(/^OutcomeUnknown: the answer has a key that is not one of alice; its secret is in /);
    expect(error).toContain(file);
    expect(error).toMatch(/look at list_access_keys of alice/);
    // Whoever looks into it may need it.
    expect(readFileSync(file, 'utf8')).toContain(SECRET);
    expect(iam.commandCalls(DeleteAccessKeyCommand)).toEqual([]);
  });

  it("takes a user's name in other letters for the same user, as IAM does", async () => {
    thereIsAlice(iam);
    const AccessKey = { UserName: 'Alice', AccessKeyId: NEW_KEY, Status: 'Active' as const, SecretAccessKey: SECRET };
    iam.on(CreateAccessKeyCommand).resolves({ AccessKey, $metadata: EXCHANGE });
    expect((await run('create_access_key', { user_name: 'alice' })).error).toBeNull();
  });

  it.each([
    ['no user, which IAM would take for the caller', {}, 'user_name: is required: an IAM user name'],
    ['an empty name', { user_name: '' }, 'user_name: '],
    ['a name with a space', { user_name: 'bob smith' }, "user_name: 'bob smith' is not an IAM user name"],
    ['a name with a line break', { user_name: 'bob\neve' }, "user_name: 'bob\\u{a}eve' is not an IAM user name"],
    ['a path', { user_name: '../root' }, 'user_name: '],
    ['a name of 129 letters', { user_name: 'x'.repeat(129) }, 'at most 128'],
    ['an approval of its own', { user_name: 'alice', approved: true }, "'approved' is no field"],
  ])('refuses %s before anything is sent', async (_, given, problem) => {
    const { error } = await run('create_access_key', given);
    expect(error).toMatch(/^InvalidArguments: .*Nothing was changed\.$/);
    expect(error).toContain(problem);
    expect(iam.calls()).toEqual([]);
  });
});

describe('the plan of create_access_key', () => {
  const plan = (settings: Parameters<typeof openMocked>[0] = {}) =>
    planOf(openMocked(settings), 'create_access_key', { user_name: 'alice' });

  it('shows the user, her key with its last use, and her policies, and wants the user name typed', async () => {
    thereIsAlice(iam, {
      keys: [{ id: ALICE_KEY, status: 'Inactive', lastUse: minutesAgo(9) }],
      policies: ['SecurityAudit', 'Billing'],
    });
    const read = await plan();
    expect(read).toMatchObject({
      tool: 'create_access_key',
      account: '111122223333',
      caller: 'arn:aws:iam::111122223333:user/operator',
      arguments: { user_name: 'alice' },
      confirm: { what: 'the user name', text: 'alice' },
      warnings: [],
    });
    expect(shown(read, 'User')).toContain('arn:aws:iam::111122223333:user/alice');
    expect(shown(read, 'Key 1')).toContain(`${ALICE_KEY}: Inactive; created 80 days ago (`);
    expect(shown(read, 'Key 1')).toMatch(/last use: 9 minutes ago \(.*\+00:00\), s3 in eu-west-1$/);
    expect(shown(read, 'Attached policies')).toBe('Billing, SecurityAudit');
    expect(read.effect).toMatch(/^A new Active key for the user is made\. Its secret goes to a file/);
  });

  it('says so when the user has no key and no policy', async () => {
    thereIsAlice(iam, { keys: [] });
    const read = await plan();
    expect(shown(read, 'Keys')).toBe('none');
    expect(shown(read, 'Attached policies')).toMatch(/^none/);
  });

  it('warns that the assistant will see the secret with --secrets inline', async () => {
    thereIsAlice(iam);
    const read = await plan({ secrets: 'inline' });
    expect(read.warnings).toEqual([expect.stringContaining('the assistant will see the secret')]);
    expect(read.effect).toContain('given to the assistant');
  });

  const TOOLS = 'arn:aws:iam::111122223333:policy/team/BuildTools';

  it.each<[string, string | string[]]>([
    ['every action', '*'],
    ['every IAM action', ['s3:Get*', 'iam:*']],
  ])(
    'gravely warns of a key for an administrator, by a policy that allows %s, whatever it is called',
    async (_, allows) => {
      thereIsAlice(iam, { keys: [] });
      aliceHas(iam, [
        { arn: awsPolicy('AmazonS3ReadOnlyAccess'), allows: 's3:Get*' },
        { arn: TOOLS, allows },
      ]);
      const read = await plan();
      expect(read.grave).toEqual(['whoever has this key is an administrator, by the attached policy BuildTools']);
      expect(describePlan(read).split('\n')[1]).toBe(`WARNING: ${read.grave[0]}`);
    },
  );

  it.each<[string, string | string[], string?]>([
    ['all of a service', 's3:*'],
    ['some of IAM', ['iam:Get*', 'iam:PassRole']],
    ['every action on one bucket', '*', 'arn:aws:s3:::lake/*'],
  ])('does not take %s for an administrator', async (_, allows, on) => {
    thereIsAlice(iam, { keys: [] });
    // By what it says, not by its name.
    aliceHas(iam, [{ arn: 'arn:aws:iam::111122223333:policy/AdministratorAccess', allows, on }]);
    expect((await plan()).grave).toEqual([]);
  });

  it.each([
    ['the policies', GetPolicyCommand, 'AccessDenied', 'not permitted to read'],
    ['their documents', GetPolicyVersionCommand, 'AccessDenied', 'not permitted to read'],
    ['the policies, since they are not found', GetPolicyCommand, 'NoSuchEntity', 'not found'],
    ['the policies, by an endpoint that has none', GetPolicyCommand, 'InvalidAction', 'this endpoint does not tell'],
  ])(
    "knows AWS's own administrators by their ARN where it is not told %s, and says so",
    async (_, Command, code, why) => {
      thereIsAlice(iam, { keys: [], policies: ['Billing', 'AdministratorAccess', 'IAMFullAccess'] });
      iam.on(Command as typeof GetPolicyCommand).rejects(refusal(code));
      const read = await plan();
      expect(read.grave).toEqual([
        expect.stringMatching(/by the attached policies AdministratorAccess, IAMFullAccess$/),
      ]);
      expect(shown(read, 'Attached policies')).toBe(
        `AdministratorAccess, Billing, IAMFullAccess (what they say: ${why})`,
      );
      aliceHas(iam, [
        { arn: TOOLS, allows: '*' },
        { arn: awsPolicy('AdministratorAccess-Amplify'), allows: 's3:*' },
      ]);
      iam.on(Command as typeof GetPolicyCommand, { PolicyArn: TOOLS }).rejects(refusal(code));
      const other = await plan();
      expect(other.grave).toEqual([]);
      expect(shown(other, 'Attached policies')).toBe(
        `AdministratorAccess-Amplify, BuildTools (what is said by BuildTools: ${why})`,
      );
    },
  );

  const unknown = (why: string) => `whether whoever has this key is an administrator is not known, since ${why}`;

  it.each([
    [GetPolicyCommand, 'AccessDenied', 'what Billing, SecurityAudit say is not permitted to read'],
    [GetPolicyVersionCommand, 'AccessDenied', 'what Billing, SecurityAudit say is not permitted to read'],
    [GetPolicyCommand, 'NoSuchEntity', 'what Billing, SecurityAudit say is not found'],
    [GetPolicyCommand, 'InvalidAction', 'this endpoint does not tell what Billing, SecurityAudit say'],
    [ListAttachedUserPoliciesCommand, 'AccessDenied', 'which policies are attached is not permitted to read'],
    [ListAttachedUserPoliciesCommand, 'InvalidAction', 'this endpoint does not tell which policies are attached'],
  ])('warns first that it is not known whether the user is an administrator (%o, %s)', async (Command, code, why) => {
    thereIsAlice(iam, { policies: ['SecurityAudit', 'Billing'] });
    iam.on(Command as typeof GetPolicyCommand).rejects(refusal(code));
    expect(warningsOf(await plan({ secrets: 'inline' }))).toEqual([unknown(why), expect.stringContaining('inline')]);
  });

  it('warns of each policy that it does not know, and why', async () => {
    thereIsAlice(iam, { policies: ['SecurityAudit', 'Billing', 'ViewOnlyAccess'] });
    iam.on(GetPolicyCommand, { PolicyArn: awsPolicy('Billing') }).rejects(refusal('AccessDenied'));
    iam.on(GetPolicyVersionCommand, { PolicyArn: awsPolicy('ViewOnlyAccess') }).resolves({
      PolicyVersion: { Document: '{}' },
    });
    expect((await plan()).notKnown).toEqual([
      unknown('what Billing says is not permitted to read, and what ViewOnlyAccess says is not readable'),
    ]);
  });

  it('warns of it for a name whose policies IAM does not tell', async () => {
    const user_name = 'x'.repeat(65);
    thereIsAlice(iam);
    iam.on(GetUserCommand).resolves({ User: undefined });
    iam.on(ListAccessKeysCommand).resolves({ AccessKeyMetadata: [] });
    expect((await planOf(openMocked(), 'create_access_key', { user_name })).notKnown).toEqual([
      unknown('IAM does not tell which policies are attached for names of more than 64 characters'),
    ]);
  });

  it('does not warn that it is not known where another policy makes the user an administrator', async () => {
    thereIsAlice(iam, { policies: ['Billing', 'AdministratorAccess'] });
    iam.on(GetPolicyCommand).rejects(refusal('AccessDenied'));
    expect((await plan()).notKnown).toEqual([]);
  });

  it.each(['V2', 'V3', 'V4', 'V17', ''])(
    'says that the user has version "%s" of the quarantine policy',
    async (version) => {
      thereIsAlice(iam, { policies: ['Billing', `AWSCompromisedKeyQuarantine${version}`] });
      expect(await plan()).toMatchObject({
        grave: [],
        warnings: [`the user has AWSCompromisedKeyQuarantine${version}, which AWS attaches when a key has leaked`],
      });
    },
  );

  it("takes no policy of the account's own for AWS's quarantine", async () => {
    thereIsAlice(iam);
    aliceHas(iam, [{ arn: 'arn:aws:iam::111122223333:policy/AWSCompromisedKeyQuarantineV2', allows: 's3:*' }]);
    expect((await plan()).warnings).toEqual([]);
  });

  it('refuses a third key before asking, and names the two', async () => {
    thereIsAlice(iam, { keys: [{ id: ALICE_KEY, status: 'Inactive' }, { id: ALICE_OTHER_KEY }] });
    const { plan, envelope } = await ask(openMocked(), 'create_access_key', { user_name: 'alice' });
    expect(envelope.error).toMatch(/^LimitExceeded: /);
    expect(envelope.error).toContain(`delete or reuse one of ${ALICE_KEY}, ${ALICE_OTHER_KEY} first`);
    expect(envelope.error).toMatch(/Nothing was changed\.$/);
    expect(plan).toBeUndefined();
    expect(sent()).toEqual([]);
  });

  it('refuses an unknown user before asking', async () => {
    iam.onAnyCommand().rejects(refusal('NoSuchEntity', 'The user with name alice cannot be found.'));
    const { plan, envelope } = await ask(openMocked(), 'create_access_key', { user_name: 'alice' });
    expect(envelope.error).toBe('NoSuchEntity: The user with name alice cannot be found. Nothing was changed.');
    expect(plan).toBeUndefined();
  });

  it('says what it may not read, which is no obstacle', async () => {
    iam.onAnyCommand().rejects(refusal('AccessDenied'));
    const read = await plan();
    expect(shown(read, 'User')).toContain('alice (details: not permitted to read)');
    expect(shown(read, 'Keys')).toBe('not permitted to read');
    for (const label of ['Permissions boundary', 'Groups', 'Attached policies', 'Inline policies']) {
      expect(shown(read, label)).toBe('not permitted to read');
    }
    expect(read.grave).toEqual([]);
    expect(read.notKnown).toEqual([
      unknown(
        'which policies are attached, which inline policies the user has, which groups the user is in is not permitted to read',
      ),
    ]);
  });

  it("says so of a key's last use alone, too", async () => {
    thereIsAlice(iam);
    iam.on(GetAccessKeyLastUsedCommand, { AccessKeyId: ALICE_KEY }).rejects(refusal('AccessDenied'));
    expect(shown(await plan(), 'Key 1')).toMatch(/Active; .*; last use: not permitted to read$/);
  });

  it('does not ask when a fact cannot be read for another reason', async () => {
    thereIsAlice(iam);
    iam.on(ListAttachedUserPoliciesCommand).rejects(refusal('ServiceFailure', 'Try later.'));
    const { plan, envelope } = await ask(openMocked(), 'create_access_key', { user_name: 'alice' });
    expect(envelope.error).toBe('ServiceFailure: Try later. Nothing was changed.');
    expect(plan).toBeUndefined();
  });

  it('sends nothing that changes anything when the person declines', async () => {
    thereIsAlice(iam);
    const { envelope } = await ask(openMocked(), 'create_access_key', { user_name: 'alice' });
    expect(envelope.error).toMatch(/^ApprovalDeclined: .*Nothing was changed\.$/);
    expect([...sent(), ...iam.commandCalls(DeleteAccessKeyCommand)]).toEqual([]);
  });
});
