// Tables of the account's own where a person has to be asked: for the role by which the table is read, and for the change
// that is made of it. In either era each pass reads the table anew.
import { describe, expect } from 'vitest';
import { changesIn } from '../e2e/aws-account.ts';
import { modernHost, typed } from '../e2e/modern-host.ts';
import { personWho } from '../e2e/person.ts';
import { test } from './start-server.ts';

const AUTO = ['--approval-wait', '1'];
// A pattern that leaves out all roles of the connection's own account.
const ONLY_OTHERS = ['--roles', 'arn:aws:iam::999988887777:role/other'];
const NAMES_NONE = [...AUTO, ...ONLY_OTHERS];
const READ = 'list_access_keys';
const CHANGE = 'attach_user_policy';
const POLICY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const USERS = { rows_file: 'iam://users', user_name: '{{ UserName }}' };
const ROWS = '7';

type Log = { log: readonly { operation: string; caller: string }[] };
const readsOf = ({ log }: Log) => log.filter(({ operation }) => operation === 'ListUsers');
const isByRole = ({ caller }: { caller: string }) => caller.includes(':assumed-role/');

describe.concurrent('a person whose host shows forms while a call waits', () => {
  test('is asked for the role before the table is read by it, once', async ({ start, aws }) => {
    const person = personWho.types(aws.account.slice(-4));
    const server = await start({ person, args: NAMES_NONE });
    const given = { ...USERS, role_arn: aws.company.responderRoleArn };
    for (let calls = 1; calls <= 2; calls += 1) {
      expect(await server.call(READ, given)).toMatchObject({ error: null, summary: { rows: 7 } });
    }
    expect(person.read).toHaveLength(1);
    expect(readsOf(aws).length).toBeGreaterThan(1);
    expect(readsOf(aws).every(isByRole)).toBe(true);
  });

  test('declines the role, and nothing is read by it', async ({ start, aws }) => {
    const server = await start({ person: personWho.declines(), args: ['--approval-wait', '20', ...ONLY_OTHERS] });
    const given = { ...USERS, role_arn: aws.company.responderRoleArn };
    expect((await server.call(READ, given)).error).toMatch(/^ApprovalDeclined/);
    expect(readsOf(aws)).toEqual([]);
  });

  test('agrees to the role and then to the change of all rows, within one call', async ({ start, aws }) => {
    const person = personWho.types(aws.account.slice(-4), ROWS);
    const server = await start({ person, args: NAMES_NONE });
    const given = { ...USERS, policy_arn: POLICY, role_arn: aws.company.responderRoleArn };
    expect(await server.call(CHANGE, given)).toMatchObject({ error: null, summary: { rows: 7, succeeded: 7 } });
    expect(person.read).toHaveLength(2);
    expect(changesIn(aws)).toHaveLength(7);
  });

  test('is shown how far the report is, and gets its rows', async ({ start, aws }) => {
    const server = await start({ args: AUTO });
    const given = {
      rows_file: 'iam://credential-report',
      user_name: "{{ user if user != '<root_account>' else 'ci-deploy' }}",
    };
    expect(await server.call(READ, given)).toMatchObject({ error: null, summary: { rows: 8, succeeded: 8 } });
    expect(aws.log.some(({ operation }) => operation === 'GenerateCredentialReport')).toBe(true);
  });
});

describe.concurrent('a person whose host makes the call again', () => {
  test('is asked for the role, then for the change, which is made once', async ({ startRaw, aws }) => {
    const host = modernHost(startRaw(NAMES_NONE));
    const given = { ...USERS, policy_arn: POLICY, role_arn: aws.company.responderRoleArn };
    const role = await host.call(CHANGE, given);
    expect(role.forms?.approval).toMatch(/^Let attach_user_policy work as a role/);
    expect(readsOf(aws)).toEqual([]);
    const asked = await host.call(CHANGE, given, { ...typed(aws.account.slice(-4)), state: role.state });
    expect(asked.forms?.approval).toContain('7');
    expect(changesIn(aws)).toEqual([]);
    const done = await host.call(CHANGE, given, { ...typed(ROWS), state: asked.state });
    expect(done).toMatchObject({ error: null, summary: { succeeded: 7 } });
    expect(changesIn(aws)).toHaveLength(7);
    expect(readsOf(aws).every(isByRole)).toBe(true);
  });

  test('agreed to other users than there are by now: nothing is changed, and they are asked anew', async ({
    startRaw,
    aws,
  }) => {
    const host = modernHost(startRaw(AUTO));
    const given = { ...USERS, policy_arn: POLICY };
    const asked = await host.call(CHANGE, given);
    aws.createUser('one.more');
    const again = await host.call(CHANGE, given, { ...typed(ROWS), state: asked.state });
    expect(again).not.toMatchObject({ error: null });
    expect(changesIn(aws)).toEqual([]);
  });
});
