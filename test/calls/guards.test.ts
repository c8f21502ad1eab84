// The rules of a connection over whole calls: what they refuse is neither sent nor asked, and the words are the operator's.
import { beforeEach, describe, expect, it } from 'vitest';
import { isChange } from '../../src/actions/action.ts';
import { ACTIONS } from '../../src/actions/index.ts';
import { refuseGuarded } from '../../src/calls/guards.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Connection } from '../../src/settings/connection.ts';
import { madeUp } from '../actions/made-up.ts';
import { ask, call, connectionTo, openProgram } from '../actions/program.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';
import { aCall } from './a-call.ts';

const USER = 'ci-deploy';
const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await aSandbox();
});

const operations = () => sandbox.log.map(({ operation }) => operation);
const guardedBy = (rules: Partial<Connection>, more: Parameters<typeof openProgram>[1] = {}) =>
  openProgram({ sandbox, ...rules }, more);

describe('a protected user', () => {
  const changes = (user_name: string) => {
    const key = { user_name, access_key_id: sandbox.company.leakedKeyId };
    return {
      create_access_key: { user_name },
      update_access_key: { ...key, status: 'Inactive' },
      delete_access_key: key,
      attach_user_policy: { user_name, policy_arn: ADMIN },
    };
  };

  it.each([
    ['ci-deploy', USER],
    ['ci-*', USER],
    ['CI-DEPLO?', USER],
    ['*', 'tom.okafor'],
    ['ci-deploy', 'CI-Deploy'],
    ['CI-DEPLOY', ' ci-deploy '],
  ])('by the pattern %s, is not changed as %o by any tool, and nothing is sent', async (pattern, name) => {
    const program = guardedBy({ protectedUsers: ['break-glass', pattern] });
    for (const [tool, given] of Object.entries(changes(name))) {
      expect((await call(program, tool, given)).error, tool).toBe(
        `Refused: the rule protectedUsers of the connection 'default' protects this user from every change (pattern '${pattern}'). Nothing was changed.`,
      );
      expect((await call(program, tool, { ...given, dry_run: true })).error, tool).toMatch(
        /^Refused: the rule protectedUsers/,
      );
    }
    expect(operations()).toEqual([]);
  });

  it('can be read of, and others can be changed', async () => {
    const program = guardedBy({ protectedUsers: [USER] });
    expect((await call(program, 'list_access_keys', { user_name: USER })).error).toBeNull();
    expect((await call(program, 'create_access_key', { user_name: 'tom.okafor' })).error).toBeNull();
  });

  it('fails alone in a table, and the plan names the rule and no word of the call', async () => {
    const given = {
      rows: [{ user: 'approved-by-security' }, { user: 'tom.okafor' }],
      user_name: '{{ user }}',
    };
    const rules = { protectedUsers: ['approved-*'] };
    const { plan } = await ask(guardedBy(rules), 'create_access_key', given);
    expect(plan?.rows).toHaveLength(1);
    expect(plan?.leftOut).toEqual([
      {
        number: 1,
        why: "Refused: the rule protectedUsers of the connection 'default' protects this user from every change (pattern 'approved-*')",
      },
    ]);
    expect(JSON.stringify(plan)).not.toContain('approved-by-security');
    const { summary } = await call(guardedBy(rules), 'create_access_key', given);
    expect(summary).toMatchObject({ succeeded: 1, failed: 1 });
    expect(sandbox.log.filter(({ operation }) => operation === 'CreateAccessKey')).toHaveLength(1);
  });

  it('stays protected when a table is taken up again under a new rule', async () => {
    const given = {
      rows: [{ user: USER }, { user: 'tom.okafor' }],
      user_name: '{{ user }}',
      policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    };
    const { settings } = guardedBy({});
    sandbox.order({ operation: 'AttachUserPolicy', fault: { kind: 'html', status: 200 } });
    const first = await call(guardedBy({}, { stateDir: settings.stateDir }), 'attach_user_policy', given);
    expect(first.summary).toMatchObject({ succeeded: 1, failed: 1 });
    const before = operations().length;
    const again = guardedBy({ protectedUsers: ['*'] }, { stateDir: settings.stateDir });
    const { summary, result } = await call(again, 'attach_user_policy', { ...given, resume: true });
    // One was done before the rule was there.
    expect(summary).toMatchObject({ succeeded: 1, failed: 1 });
    expect(JSON.stringify(result)).toContain('protectedUsers');
    expect(operations().slice(before)).toEqual([]);
  });

  it('is refused as well where AWS knows the user by a protected name', async () => {
    // Whatever an endpoint makes of the name that was given.
    const program = guardedBy({ protectedUsers: ['root-admin'] });
    const action = madeUp({
      plan: async (_input, { checkOwner }) => {
        checkOwner('Root-Admin');
        throw new Error('it goes on');
      },
    });
    const row = {
      ...aCall({ input: { group: 'staff' }, connection: { protectedUsers: ['root-admin'] } }),
      account: '111122223333',
      caller: 'arn:aws:iam::111122223333:user/ops',
    };
    const { failures } = await makePlan([row], {
      action,
      program,
      accountOf: () => ({ ownKeyIds: [] }) as never,
      leftOut: [],
      signal: new AbortController().signal,
    });
    expect(failures.get(row)).toMatchObject({ code: 'Refused', message: expect.stringContaining('protectedUsers') });
  });
});

describe('policies', () => {
  const attach = (rules: Partial<Connection>, policy_arn: string) =>
    call(guardedBy(rules), 'attach_user_policy', { user_name: USER, policy_arn });

  it('that are denied are not attached, in whatever way they are written', async () => {
    for (const policy of [ADMIN, ADMIN.toLowerCase(), 'arn:aws:iam::aws:policy/job-function/AdministratorAccess']) {
      const { error } = await attach({ denyPolicies: ['administratorACCESS'] }, policy);
      expect(error).toMatch(
        /^Refused: the rule denyPolicies of the connection 'default' forbids this policy \(pattern 'administratorACCESS'\)\. Nothing was changed\.$/,
      );
    }
    expect(operations()).toEqual([]);
  });

  it('that are allowed are the only ones, and a denial wins', async () => {
    const rules = { allowPolicies: ['ReadOnly*', 'Admin*'], denyPolicies: ['*Access'] };
    const wildcard = sandbox.company.wildcardPolicyArn;
    expect((await attach({ allowPolicies: ['ReadOnly*'] }, ADMIN)).error).toMatch(
      /^Refused: the rule allowPolicies of the connection 'default' does not allow this policy\./,
    );
    expect((await attach({ allowPolicies: [] }, ADMIN)).error).toMatch(/rule allowPolicies/);
    expect((await attach(rules, ADMIN)).error).toMatch(/rule denyPolicies/);
    expect(operations()).toEqual([]);
    expect((await attach({ allowPolicies: [wildcard.replace(/[a-z]+$/i, '*')] }, wildcard)).error).toBeNull();
    expect((await attach({ allowPolicies: [wildcard.split('/').at(-1) ?? ''] }, wildcard)).error).toBeNull();
  });

  it('that a template makes are refused as well, each in its row', async () => {
    const rows = [{ name: 'AdministratorAccess' }, { name: 'ReadOnlyAccess' }].map((row) => ({ ...row, user: USER }));
    const { summary, result } = await call(guardedBy({ denyPolicies: ['admin*'] }), 'attach_user_policy', {
      rows,
      user_name: '{{ user }}',
      policy_arn: 'arn:aws:iam::aws:policy/{{ name }}',
    });
    expect(summary).toMatchObject({ rows: 2, failed: 1, succeeded: 1 });
    expect(JSON.stringify(result)).toContain('denyPolicies');
  });

  it('are none of the business of an action that is not about them', () => {
    const rules = connectionTo({ denyPolicies: ['*'], allowPolicies: [] });
    expect(() => refuseGuarded(madeUp(), { group: 'AdministratorAccess' }, rules)).not.toThrow();
  });

  it.each(ACTIONS.filter(isChange).map((action) => [action.name, action] as const))(
    'are known for what they are in %s',
    (_name, { input, guarded }) => {
      expect(guarded?.policy).toBe('policy_arn' in input.shape ? 'policy_arn' : undefined);
    },
  );
});
