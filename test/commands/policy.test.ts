// The printed policy is true: what the tools send is what it allows, and with it alone they work.
import { describe, expect, it, test } from 'vitest';
import { ACCOUNT_TABLES } from '../../src/actions/account-tables/index.ts';
import { isChange } from '../../src/actions/action.ts';
import { ACTIONS } from '../../src/actions/index.ts';
import { leastPrivilegePolicy } from '../../src/commands/policy.ts';
import { OPERATIONS } from '../../src/sandbox/operations.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { type Arguments, planOf, shown } from '../actions/program.ts';
import { openSandboxed } from '../iam/sandboxed.ts';

/** A call of each tool that reads, or changes, something of which there is something to tell. */
const CALLS: Record<string, (sandbox: Sandbox) => Arguments> = {
  get_access_key_last_used: ({ company }) => ({ access_key_id: company.leakedKeyId }),
  create_access_key: () => ({ user_name: PRIYA }),
  list_access_keys: ({ company }) => ({ user_name: company.leakedUser, with_last_used: true }),
  // To turn one on, for which more is read than to turn it off.
  update_access_key: (sandbox) => ({ ...keyOfPriya(sandbox), status: 'Active' }),
  attach_user_policy: ({ company }) => ({ user_name: PRIYA, policy_arn: company.wildcardPolicyArn }),
  list_policies: () => ({ max_items: 3 }),
  delete_access_key: (sandbox) => keyOfPriya(sandbox),
};

/** In a group, and with policies of all kinds. */
const PRIYA = 'priya.nair';
const keyOfPriya = (sandbox: Sandbox) => ({
  user_name: PRIYA,
  access_key_id: sandbox.keysOf(PRIYA)[0]?.accessKeyId ?? '',
});

interface Statement {
  Sid: string;
  Effect: string;
  Action: string[];
  Resource: string;
}

function statementsOf(options: { readOnly: boolean; withPlanReads: boolean }): Statement[] {
  return (JSON.parse(leastPrivilegePolicy(options)) as { Statement: Statement[] }).Statement;
}

const actionsOf = (options: { readOnly: boolean; withPlanReads: boolean }) =>
  statementsOf(options).flatMap(({ Action }) => Action);

/** The sandbox's operator may do this and nothing else. Who one is may be asked by everybody. */
function restrict(sandbox: Sandbox, allowed: readonly string[]): void {
  for (const [name, { service }] of OPERATIONS) {
    const action = `${service}:${name}`;
    if (!allowed.includes(action) && action !== 'sts:GetCallerIdentity') sandbox.deny(action);
  }
}

async function errorsOfAllTools(allowed: readonly string[]) {
  const { sandbox, call } = await openSandboxed({ reportSeconds: 0 });
  restrict(sandbox, allowed);
  const errors: Record<string, string | null> = {};
  for (const { name } of ACCOUNT_TABLES) {
    errors[name] = (await call('list_policies', { rows_file: name, max_items: 1, dry_run: true })).error;
  }
  for (const [tool, given] of Object.entries(CALLS)) {
    // With `host`, a change reads nothing for a plan: a dry run does.
    const planned = await call(tool, { ...given(sandbox), dry_run: true });
    errors[tool] = planned.error ?? (await call(tool, given(sandbox))).error;
  }
  return errors;
}

describe('what a tool declares', () => {
  it('covers all seven', () => {
    expect(Object.keys(CALLS).sort()).toEqual(ACTIONS.map(({ name }) => name).sort());
  });

  test.each(ACTIONS)('is what $name sends', async (action) => {
    const { sandbox, call } = await openSandboxed();
    const given = CALLS[action.name]?.(sandbox) ?? {};
    expect((await call(action.name, { ...given, dry_run: true })).error).toBeNull();
    expect((await call(action.name, given)).error).toBeNull();
    const sent = new Set(sandbox.log.map(({ operation }) => operation));
    // To say whose account it is; nobody needs a permission for it.
    expect(sent.delete('GetCallerIdentity')).toBe(isChange(action));
    const reads = isChange(action) ? action.planReads : [];
    // A new key is deleted only when its secret cannot be kept.
    const always = Object.keys(action.sends).filter(
      (name) => action.name !== 'create_access_key' || name !== 'DeleteAccessKey',
    );
    expect([...sent].sort()).toEqual([...new Set([...always, ...reads])].sort());
  });
});

describe('the policy', () => {
  it('lets all tools work for an identity that may do nothing else', async () => {
    const errors = await errorsOfAllTools(actionsOf({ readOnly: false, withPlanReads: true }));
    expect(Object.values(errors).filter((error) => error !== null)).toEqual([]);
  });

  it('without what approval reads lets them work, too, with plans that say what is missing', async () => {
    const allowed = actionsOf({ readOnly: false, withPlanReads: false });
    const errors = await errorsOfAllTools(allowed);
    expect(Object.values(errors).filter((error) => error !== null)).toEqual([]);
    const { sandbox, program } = await openSandboxed();
    restrict(sandbox, allowed);
    const plan = await planOf(program, 'attach_user_policy', CALLS.attach_user_policy?.(sandbox) ?? {});
    expect(shown(plan, 'Policy says')).toBe('not permitted to read');
    expect(shown(plan, 'User')).toMatch(/not permitted to read/);
  });

  it('grants nothing for the tools that none of them needs', async () => {
    const allowed = actionsOf({ readOnly: false, withPlanReads: false });
    for (const one of allowed) {
      const errors = await errorsOfAllTools(allowed.filter((action) => action !== one));
      expect(Object.values(errors).filter(Boolean), one).not.toEqual([]);
    }
  });

  it.each([
    ['for reading only', { readOnly: true, withPlanReads: true }],
    ['without what approval reads', { readOnly: false, withPlanReads: false }],
  ])('%s lets the tables of the account be read', async (_, options) => {
    const errors = await errorsOfAllTools(actionsOf(options));
    expect(ACCOUNT_TABLES.map(({ name }) => errors[name])).toEqual([null, null]);
  });

  it('for reading only lets the tools that read work, and no change', async () => {
    const errors = await errorsOfAllTools(actionsOf({ readOnly: true, withPlanReads: true }));
    for (const action of ACTIONS) {
      if (isChange(action)) expect(errors[action.name]).toMatch(/^AccessDenied: /);
      else expect(errors[action.name]).toBeNull();
    }
  });

  it('names each permission once, on what it acts on', () => {
    const statements = statementsOf({ readOnly: false, withPlanReads: true });
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions).toHaveLength(new Set(actions).size);
    expect(statements.map(({ Sid, Effect, Resource }) => [Sid, Effect, Resource])).toEqual([
      ['ToolsOnUsers', 'Allow', 'arn:*:iam::*:user/*'],
      ['ToolsOnAccount', 'Allow', '*'],
      ['ApprovalOnUsers', 'Allow', 'arn:*:iam::*:user/*'],
      ['ApprovalOnGroups', 'Allow', 'arn:*:iam::*:group/*'],
      ['ApprovalOnPolicies', 'Allow', 'arn:*:iam::*:policy/*'],
      ['AccountTables', 'Allow', '*'],
    ]);
    expect(statements.every(({ Sid }) => /^[A-Za-z0-9]+$/.test(Sid))).toBe(true);
  });
});
