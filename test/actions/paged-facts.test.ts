// A page may be short, or empty, and there may be more (iam-notes.md): what a person is shown has to come from all pages.
import { describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';
import { ask, openProgram, planOf, shown } from './program.ts';

async function open(options: SandboxOptions) {
  const sandbox = await aSandbox(options);
  return { sandbox, program: openProgram({ sandbox }), company: sandbox.company };
}

describe.each([
  ['update_access_key', { status: 'Inactive' }],
  ['delete_access_key', {}],
])('the plan of %s', (tool, given) => {
  it("shows the key's status though IAM puts an empty page before the full one", async () => {
    const { program, company } = await open({ emptyPages: true });
    const { leakedKeyId: access_key_id, leakedUser: user_name } = company;
    const plan = await planOf(program, tool, { user_name, access_key_id, ...given });
    expect(shown(plan, 'Access key')).toMatch(/^AKIA\w{16}: Active; created 2 years ago/);
  });

  it("shows the user's other key though IAM gives one key a page", async () => {
    const { program, company, sandbox } = await open({ pageSize: 1 });
    const user_name = company.twoKeyUser;
    const [first = '', second = ''] = sandbox.keysOf(user_name).map(({ accessKeyId }) => accessKeyId);
    const otherOf = async (access_key_id: string) =>
      shown(await planOf(program, tool, { user_name, access_key_id, ...given }), 'Other key 1');
    expect(await otherOf(first)).toContain(second);
    expect(await otherOf(second)).toContain(first);
  });

  it('finds a key on the second page though its last use may not be read', async () => {
    const { program, company, sandbox } = await open({ pageSize: 1 });
    sandbox.deny('iam:GetAccessKeyLastUsed');
    const user_name = company.twoKeyUser;
    const access_key_id = sandbox.keysOf(user_name)[1]?.accessKeyId ?? '';
    const plan = await planOf(program, tool, { user_name, access_key_id, ...given });
    expect(shown(plan, 'Access key')).toContain(`${access_key_id}: Active`);
  });
});

describe('the plan of create_access_key', () => {
  it('counts the keys on every page, so that nobody is asked for a third', async () => {
    const { program, company, sandbox } = await open({ pageSize: 1 });
    const user_name = company.twoKeyUser;
    const { plan, envelope } = await ask(program, 'create_access_key', { user_name });
    expect(envelope.error).toMatch(/^LimitExceeded: /);
    for (const { accessKeyId } of sandbox.keysOf(user_name)) expect(envelope.error).toContain(accessKeyId);
    expect(plan).toBeUndefined();
  });

  it('shows the policies on every page', async () => {
    const { program } = await open({ pageSize: 1, emptyPages: true });
    const plan = await planOf(program, 'create_access_key', { user_name: 'priya.nair' });
    expect(shown(plan, 'Attached policies')).toBe('AmazonAthenaFullAccess, AmazonS3ReadOnlyAccess, DataLakeReader');
  });
});

describe('a user name of more than 64 letters', () => {
  it('is no obstacle to a plan, though ListAttachedUserPolicies does not take it', async () => {
    const { program, sandbox } = await open({});
    const user_name = 'x'.repeat(100);
    sandbox.createUser(user_name);
    expect((await planOf(program, 'create_access_key', { user_name })).confirm.text).toBe(user_name);
  });
});
