// What a plan makes of the policies that a user has, as the sandbox's IAM tells them.
import { expect, it } from 'vitest';
import { aSandbox } from '../sandbox/a-sandbox.ts';
import { awsPolicy } from './alice.ts';
import { call, openProgram, planOf } from './program.ts';

async function open() {
  const sandbox = await aSandbox();
  const program = openProgram({ sandbox });
  const { keylessUser: user_name, wildcardPolicyArn, leakedUser, leakedKeyId } = sandbox.company;
  const attach = async (policy_arn: string, to = user_name) =>
    expect((await call(program, 'attach_user_policy', { user_name: to, policy_arn })).error).toBeNull();
  const plan = () => planOf(program, 'create_access_key', { user_name });
  return { sandbox, program, attach, plan, wildcardPolicyArn, leakedUser, leakedKeyId };
}

it.each(['V2', 'V3', 'V4'])('says that a user has version %s of the quarantine policy', async (version) => {
  const { program, attach, plan, leakedUser: user_name, leakedKeyId: access_key_id } = await open();
  const name = `AWSCompromisedKeyQuarantine${version}`;
  await attach(awsPolicy(name));
  const warning = `the user has ${name}, which AWS attaches when a key has leaked`;
  expect(await plan()).toMatchObject({ grave: [], warnings: [warning] });
  await attach(awsPolicy(name), user_name);
  const turnOn = await planOf(program, 'update_access_key', { user_name, access_key_id, status: 'Active' });
  expect(turnOn.warnings).toContain(warning);
});

it('knows an administrator by what a policy says, and by the ARN where it may not be read', async () => {
  const { sandbox, attach, plan, wildcardPolicyArn } = await open();
  expect((await plan()).grave).toEqual([]);
  await attach(wildcardPolicyArn);
  await attach(awsPolicy('AdministratorAccess'));
  await attach(awsPolicy('PowerUserAccess'));
  const by = (names: string) => [`whoever has this key is an administrator, by the attached ${names}`];
  expect((await plan()).grave).toEqual(by('policies AdministratorAccess, LegacyBuildTools'));
  sandbox.deny('iam:GetPolicyVersion');
  expect((await plan()).grave).toEqual(by('policy AdministratorAccess'));
});
