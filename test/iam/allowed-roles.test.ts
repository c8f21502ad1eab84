// Which roles are free, and which are refused where nobody can be asked; and each that is assumed is on record. How a
// person is asked: test/approval/role-requests.test.ts.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Program } from '../../src/calls/program.ts';
import { describePlan } from '../../src/plan/describe-plan.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { call, openProgram, planOf } from '../actions/program.ts';
import { startRewritingProxy } from '../e2e/rewriting-proxy.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';

const STRANGE = 'arn:aws:iam::999988887777:role/approved/exfiltrate';
const READ = { user_name: 'ci-deploy' };
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await aSandbox();
});

const operations = () => sandbox.log.map(({ operation }) => operation);
const audited = ({ settings }: Program) =>
  readFileSync(path.join(settings.stateDir, 'audit.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a role of another account', () => {
  it.each(['list_access_keys', 'create_access_key'])('is not assumed for %s, and the option is named', async (tool) => {
    const program = openProgram({ sandbox });
    const { error } = await call(program, tool, { ...READ, role_arn: STRANGE });
    expect(error).toMatch(
      /^Refused: role_arn: a role of account 999988887777, and the connection 'default' is of account 111122223333: .*--roles/,
    );
    expect(operations()).toEqual(['GetCallerIdentity']);
  });

  it('is on record where it is refused, once as a role for a read, and with what was asked for a change', async () => {
    const reading = openProgram({ sandbox });
    await call(reading, 'list_access_keys', { ...READ, role_arn: STRANGE });
    const role = { event: 'refused', tool: 'sts:AssumeRole', arguments: { role_arn: STRANGE }, error: 'Refused' };
    expect(audited(reading)).toMatchObject([role]);
    const changing = openProgram({ sandbox });
    await call(changing, 'create_access_key', { ...READ, role_arn: STRANGE });
    expect(audited(changing)).toMatchObject([
      role,
      { event: 'refused', tool: 'create_access_key', arguments: { ...READ, role_arn: STRANGE }, error: 'Refused' },
    ]);
  });

  it('fails in its rows of a table alone', async () => {
    const rows = [{ role: STRANGE }, { role: sandbox.company.responderRoleArn }].map((row) => ({
      ...row,
      user: 'tom.okafor',
    }));
    const given = { rows, user_name: '{{ user }}', role_arn: '{{ role }}' };
    const { summary } = await call(openProgram({ sandbox }), 'list_access_keys', given);
    expect(summary).toMatchObject({ succeeded: 1, failed: 1 });
  });

  it('that a template makes is refused as well', async () => {
    const program = openProgram({ sandbox, referenceValues: { other: '999988887777' } });
    const role_arn = 'arn:aws:iam::{{ other }}:role/x';
    expect((await call(program, 'list_access_keys', { ...READ, role_arn })).error).toMatch(/^Refused: role_arn/);
  });

  it.each([
    [STRANGE],
    ['arn:aws:iam::999988887777:role/*'],
    ['arn:aws:iam::*:role/approved/*'],
    ['arn:aws:iam::99998888777?:role/*'],
    ['*'],
  ])('may be assumed by the pattern %s', async (pattern) => {
    const program = openProgram({ sandbox, roles: ['arn:aws:iam::222233334444:role/other', pattern] });
    // The sandbox has no such role: what counts is that it was asked.
    expect((await call(program, 'list_access_keys', { ...READ, role_arn: STRANGE })).error).toMatch(/^AccessDenied/);
    expect(operations()).toEqual(['AssumeRole']);
  });

  it.each([
    ['arn:aws:iam::999988887777:role/approved'],
    ['arn:aws:iam::999988887777:role/approved/exfiltrat?e'],
    ['arn:aws:iam::111122223333:role/*'],
    ['arn:aws-cn:iam::999988887777:role/*'],
  ])('is not assumed by the pattern %s', async (pattern) => {
    const program = openProgram({ sandbox, roles: [pattern] });
    expect((await call(program, 'list_access_keys', { ...READ, role_arn: STRANGE })).error).toMatch(
      /^Refused: role_arn: a role of account 999988887777, and none that the rule roles of the connection 'default' names/,
    );
    expect(operations()).toEqual([]);
  });
});

describe("a role of the connection's own account", () => {
  it('needs no pattern, and the account is asked for once', async () => {
    const program = openProgram({ sandbox });
    const given = { ...READ, role_arn: sandbox.company.responderRoleArn };
    for (let calls = 0; calls < 2; calls += 1)
      expect((await call(program, 'list_access_keys', given)).error).toBeNull();
    expect(operations()).toEqual(['GetCallerIdentity', 'AssumeRole', 'ListAccessKeys', 'ListAccessKeys']);
  });

  it('needs a pattern once there are some', async () => {
    const { responderRoleArn: role_arn } = sandbox.company;
    for (const roles of [[], ['arn:aws:iam::111122223333:role/other*']]) {
      const { error } = await call(openProgram({ sandbox, roles }), 'list_access_keys', { ...READ, role_arn });
      expect(error).toMatch(/^Refused: role_arn: a role of account 111122223333, and none that the rule roles/);
    }
    expect(operations()).toEqual([]);
    const program = openProgram({ sandbox, roles: [role_arn.toUpperCase()] });
    expect((await call(program, 'list_access_keys', { ...READ, role_arn })).error).toBeNull();
  });

  it('is allowed or refused after the account was asked for once, however many roles a table names', async () => {
    const names = ['a', 'b', 'c'].map((name) => `arn:aws:iam::999988887777:role/${name}`);
    const rows = names.map((role) => ({ role }));
    const given = { ...READ, rows, role_arn: '{{ role }}' };
    expect((await call(openProgram({ sandbox }), 'list_access_keys', given)).summary).toMatchObject({ failed: 3 });
    expect(operations()).toEqual(['GetCallerIdentity']);
  });

  it('is one of the account of the role that the connection works as, which nobody has to be asked for', async () => {
    const role = { arn: sandbox.company.responderRoleArn };
    const program = openProgram({ sandbox, role });
    const { error } = await call(program, 'list_access_keys', { ...READ, role_arn: STRANGE });
    expect(error).toMatch(/^Refused: .*of account 111122223333/);
    // And before that role is assumed.
    expect(operations()).toEqual([]);
  });

  it('is not assumed where the account cannot be told', async () => {
    sandbox.order({ operation: 'GetCallerIdentity', fault: { kind: 'html', status: 200 } });
    const given = { ...READ, role_arn: sandbox.company.responderRoleArn };
    expect((await call(openProgram({ sandbox }), 'list_access_keys', given)).error).toMatch(/^BadResponse: /);
    expect(operations()).toEqual(['GetCallerIdentity']);
  });
});

describe('a change by a role', () => {
  const change = () => ({ user_name: sandbox.company.leakedUser, access_key_id: sandbox.company.leakedKeyId });
  const identities = () => operations().filter((operation) => operation === 'GetCallerIdentity');

  it("of another account than the connection's own is a grave warning ahead of all others", async () => {
    // As if that role were of another account, which the sandbox has not.
    const strange = await startRewritingProxy(sandbox.endpoint, (_, xml) =>
      /assumed-role\/responder|<GetUserResponse/.test(xml) ? xml.replaceAll(sandbox.account, '999988887777') : xml,
    );
    onTestFinished(() => strange.close());
    const role_arn = sandbox.company.responderRoleArn;
    const program = openProgram({
      sandbox: { ...sandbox, endpoint: strange.endpoint },
      roles: ['arn:aws:iam::*:role/responder'],
    });
    const plan = await planOf(program, 'delete_access_key', { ...change(), role_arn });
    expect(plan.way.grave).toEqual([
      `this changes account 999988887777, not the connection's own account ${sandbox.account}`,
    ]);
    expect(describePlan(plan)).toMatch(/^Delete an access key\nWARNING: this changes account 999988887777, /);
    expect(identities()).toHaveLength(2);
  });

  it("of the connection's own account is none, and asks AWS nothing more where that is known", async () => {
    const given = { ...change(), role_arn: sandbox.company.responderRoleArn };
    expect((await planOf(openProgram({ sandbox }), 'delete_access_key', given)).way).toEqual({ facts: [], grave: [] });
    expect(identities()).toHaveLength(2);
  });

  it('that the connection itself works as is its own account', async () => {
    const role = { arn: sandbox.company.responderRoleArn };
    expect((await planOf(openProgram({ sandbox, role }), 'delete_access_key', change())).way.grave).toEqual([]);
    expect(identities()).toHaveLength(1);
  });
});

describe('the audit', () => {
  it('has each role that is assumed, before it is sent and after, and no session of it', async () => {
    const program = openProgram({ sandbox });
    const role_arn = sandbox.company.responderRoleArn;
    for (let calls = 0; calls < 2; calls += 1) await call(program, 'list_access_keys', { ...READ, role_arn });
    const entry = { tool: 'sts:AssumeRole', connection: 'default', arguments: { role_arn } };
    const lines = audited(program);
    expect(lines).toMatchObject([
      { ...entry, event: 'sent' },
      { ...entry, event: 'done' },
    ]);
    expect(lines[0].call).toBe(lines[1].call);
    expect(Object.keys(lines[1]).toSorted()).toEqual([
      'arguments',
      'at',
      'call',
      'connection',
      'event',
      'prev',
      'seq',
      'tool',
    ]);
  });

  it("has the connection's own role, and one that AWS refuses", async () => {
    const program = openProgram({ sandbox, role: { arn: sandbox.company.auditorRoleArn } });
    await call(program, 'list_access_keys', READ);
    expect(audited(program)).toMatchObject([
      { event: 'sent', arguments: { role_arn: sandbox.company.auditorRoleArn } },
      { event: 'failed', error: 'AccessDenied' },
    ]);
  });

  it('that cannot be written keeps a role from being assumed', async () => {
    const program = openProgram({ sandbox });
    mkdirSync(path.dirname(program.settings.stateDir), { recursive: true });
    writeFileSync(program.settings.stateDir, 'a file where the folder should be');
    const { error } = await call(program, 'list_access_keys', { ...READ, role_arn: sandbox.company.responderRoleArn });
    expect(error).toMatch(/^Refused: the audit cannot be written/);
    expect(operations()).toEqual(['GetCallerIdentity']);
  });
});
