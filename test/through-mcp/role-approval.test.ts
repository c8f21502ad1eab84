// Roles that are not free, asked for by forms of either era: nothing is sent as the role before a person has agreed.
import { describe, expect } from 'vitest';
import { modernHost, typed } from '../e2e/modern-host.ts';
import { personWho } from '../e2e/person.ts';
import { auditOf } from '../e2e/state-files.ts';
import { test } from './start-server.ts';

const READ = 'list_access_keys';
const STRANGE = 'arn:aws:iam::999988887777:role/helper';
const given = { user_name: 'ci-deploy', role_arn: STRANGE };
const AUTO = ['--approval-wait', '1'];
// A pattern that leaves out all roles of the connection's own account.
const NAMES_NONE = [...AUTO, '--roles', 'arn:aws:iam::999988887777:role/other'];
const POLICY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const assumed = ({ log }: { log: readonly { operation: string }[] }) =>
  log.filter(({ operation }) => operation === 'AssumeRole').length;

describe.concurrent('a person whose host shows forms while a call waits', () => {
  test('is asked for the role once, and then not for every read', async ({ start, aws }) => {
    const person = personWho.types('7777');
    const server = await start({ person, args: AUTO });
    // There is no such role: what counts is that it was tried after the yes.
    for (let calls = 1; calls <= 2; calls += 1) {
      expect((await server.call(READ, given)).error).toMatch(/^AccessDenied/);
      expect(assumed(aws)).toBe(calls);
    }
    expect(person.read).toHaveLength(1);
    expect(person.read[0]).toContain(`Let ${READ} work as a role of another account`);
    expect(person.read[0]).toContain("To agree, type the last four digits of the role's account.");
  });

  test('declines, and nothing is sent as the role', async ({ start, aws, stateDir }) => {
    const server = await start({ person: personWho.declines(), args: ['--approval-wait', '20'] });
    expect((await server.call(READ, given)).error).toMatch(/^ApprovalDeclined/);
    expect(assumed(aws)).toBe(0);
    expect(auditOf(stateDir)).toMatchObject([{ event: 'asked' }, { event: 'refused', error: 'ApprovalDeclined' }]);
  });

  test('agrees to the role and then to the change, within one call', async ({ start, aws }) => {
    const person = personWho.types(aws.account.slice(-4), 'ReadOnlyAccess');
    const server = await start({ person, args: NAMES_NONE });
    const change = { user_name: 'ci-deploy', policy_arn: POLICY, role_arn: aws.company.responderRoleArn };
    expect((await server.call('attach_user_policy', change)).error).toBeNull();
    expect(person.read).toHaveLength(2);
    expect(aws.attachedPolicies('ci-deploy')).toContain(POLICY);
  });

  test('is asked for three roles of one table, one after the other', async ({ start, aws }) => {
    const person = personWho.types('7771', '7772', '7773');
    const server = await start({ person, args: AUTO });
    const rows = [1, 2, 3, 1].map((n) => ({ account: `99998888777${n}` }));
    const { summary } = await server.call(READ, {
      rows,
      user_name: 'ci-deploy',
      role_arn: 'arn:aws:iam::{{ account }}:role/x',
    });
    expect(summary).toMatchObject({ failed: 4 });
    expect(person.read).toHaveLength(3);
    expect(assumed(aws)).toBe(3);
  });
});

describe.concurrent('a person whose host makes the call again', () => {
  test('is asked for the role, then for the change, and an answer counts for its own question alone', async ({
    startRaw,
    aws,
  }) => {
    const host = modernHost(startRaw(NAMES_NONE));
    const change = { user_name: 'ci-deploy', policy_arn: POLICY, role_arn: aws.company.responderRoleArn };
    const role = await host.call('attach_user_policy', change);
    expect(role.forms?.approval).toMatch(/^Let attach_user_policy work as a role/);
    const asked = await host.call('attach_user_policy', change, {
      ...typed(aws.account.slice(-4)),
      state: role.state,
    });
    expect(asked.forms?.approval).toMatch(/^Attach a policy to a user/);
    // The right text of the change, for the role's question.
    const replayed = await host.call('attach_user_policy', change, { ...typed('ReadOnlyAccess'), state: role.state });
    expect(replayed).not.toMatchObject({ error: null });
    expect(aws.attachedPolicies('ci-deploy')).not.toContain(POLICY);
    const done = await host.call('attach_user_policy', change, { ...typed('ReadOnlyAccess'), state: asked.state });
    expect(done).toMatchObject({ error: null });
  });
});
