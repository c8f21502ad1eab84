// Whether an identity may do what the tools need. A read that shows nothing new is tried; a change is never tried, only
// simulated by IAM. The only requests here are reads.
import { ACCOUNT_TABLES } from '../../actions/account-tables/index.ts';
import { type Action, isChange, permissionsOf } from '../../actions/action.ts';
import { ACTIONS } from '../../actions/index.ts';
import type { Account } from '../../iam/account.ts';
import { AFTER_EXPLICIT_DENY, AwsError } from '../../iam/errors.ts';
import { actsOnUsers } from '../policy.ts';
import { type Check, failed, notKnown, ok, warning } from './check.ts';
import { type Outcome, outcomeOf, told } from './outcome.ts';
import { type Principal, principalOf } from './principal.ts';
import { type Operation, simulate, type Verdict } from './simulation.ts';

export type Identity = Awaited<ReturnType<Account['identity']>>;

/** An operation, and what sends it: tools, to do what they are for or to show a person a plan, and tables of the account. */
interface Need {
  operation: Operation;
  tools: string[];
  plansOf: string[];
  tables: string[];
}

export interface PermissionSettings {
  account: Account;
  identity: Identity;
  region: string;
  /** ARN of the role that the connection works as. */
  role: string | undefined;
  /** What came of ListPolicies, which was tried already. */
  listPolicies: Outcome<unknown>;
  readOnly: boolean;
  signal: AbortSignal;
}

/** One check for each operation that the tools may send, in the tools' order. */
export async function checkPermissions(settings: PermissionSettings): Promise<Check[]> {
  const { account, identity, region, role, signal } = settings;
  const needs = needsOf(settings.readOnly);
  const principal = principalOf(identity.arn, region, role);
  const attempts = attemptsFor(principal, settings);
  const verdicts = new Map(
    await Promise.all(
      needs.map(async ({ operation }) => [operation, await verdictByTrying(attempts[operation])] as const),
    ),
  );
  const open = needs.filter(({ operation }) => verdicts.get(operation)?.allowed === undefined);
  const onUsers = open.filter(({ operation }) => actsOnUsers(operation));
  const onAccount = open.filter(({ tables }) => tables.length > 0);
  const users = `arn:${account.partition}:iam::${identity.account}:user/*`;
  for (const { group, resource } of [
    { group: onUsers, resource: users },
    { group: onAccount, resource: '*' },
  ]) {
    if (group.length === 0) continue;
    const operations = group.map(({ operation }) => operation);
    const { policySources } = principal;
    const simulated = await simulate(account, operations, { policySources, resource, signal });
    for (const [operation, verdict] of simulated) {
      // What trying it came to says more than that it could not be simulated either.
      if (verdict.allowed !== undefined || attempts[operation] === undefined) verdicts.set(operation, verdict);
    }
  }
  return needs.map((need) => checkOf(need, verdicts.get(need.operation)));
}

/** The same checks where they cannot be made. */
export function permissionsNotKnown(readOnly: boolean, why: string): Check[] {
  return needsOf(readOnly).map((need) => ({ ...notKnown(permissionFor(need), why), ...toolsOf(need) }));
}

function needsOf(readOnly: boolean): Need[] {
  const needs = new Map<Operation, Need>();
  const note = (operation: Operation, list: 'tools' | 'plansOf' | 'tables', { name }: Pick<Action, 'name'>) => {
    const need = needs.get(operation) ?? { operation, tools: [], plansOf: [], tables: [] };
    need[list].push(name);
    needs.set(operation, need);
  };
  const actions = ACTIONS.filter((action) => !(readOnly && isChange(action)));
  for (const action of actions) for (const operation of permissionsOf(action)) note(operation, 'tools', action);
  for (const action of actions.filter(isChange)) {
    for (const operation of action.planReads) note(operation, 'plansOf', action);
  }
  for (const table of ACCOUNT_TABLES) {
    for (const operation of Object.keys(table.sends)) note(operation as Operation, 'tables', table);
  }
  return [...needs.values()];
}

interface Attempt {
  outcome: Promise<Outcome<unknown>>;
  on: string;
}

// IAM looks whether one may look before it looks: what comes of a name that nobody has is as good.
const NOBODYS_NAME = 'aws-iam-mcp-doctor';

/** The reads that can be tried: on the caller itself, a policy that AWS has for all, and a group that is not there. */
function attemptsFor(
  { userName: UserName }: Principal,
  { account, listPolicies, signal }: PermissionSettings,
): Partial<Record<Operation, Attempt>> {
  const PolicyArn = `arn:${account.partition}:iam::aws:policy/IAMReadOnlyAccess`;
  const onPolicy = ' on IAMReadOnlyAccess';
  const onUser = ' on its own user';
  const group = { GroupName: NOBODYS_NAME };
  const onGroup = ' on a group that does not exist';
  const attempt = (request: Promise<unknown>, on: string): Attempt => ({ outcome: outcomeOf(request), on });
  const ownKey = account.ownKeyIds.find((id) => id.startsWith('AKIA'));
  return {
    ListUsers: attempt(account.send('ListUsers', { MaxItems: 1 }, signal), ''),
    ListPolicies: { outcome: Promise.resolve(listPolicies), on: '' },
    GetPolicy: attempt(account.send('GetPolicy', { PolicyArn }, signal), onPolicy),
    GetPolicyVersion: attempt(account.send('GetPolicyVersion', { PolicyArn, VersionId: 'v1' }, signal), onPolicy),
    ListAttachedGroupPolicies: attempt(account.send('ListAttachedGroupPolicies', group, signal), onGroup),
    ListGroupPolicies: attempt(account.send('ListGroupPolicies', group, signal), onGroup),
    GetGroupPolicy: attempt(account.send('GetGroupPolicy', { ...group, PolicyName: NOBODYS_NAME }, signal), onGroup),
    ...(UserName !== undefined && {
      GetUser: attempt(account.send('GetUser', { UserName }, signal), onUser),
      ListAccessKeys: attempt(account.send('ListAccessKeys', { UserName, MaxItems: 1 }, signal), onUser),
      ListAttachedUserPolicies: attempt(
        account.send('ListAttachedUserPolicies', { UserName, MaxItems: 1 }, signal),
        onUser,
      ),
      ListGroupsForUser: attempt(account.send('ListGroupsForUser', { UserName, MaxItems: 1 }, signal), onUser),
      ListUserPolicies: attempt(account.send('ListUserPolicies', { UserName, MaxItems: 1 }, signal), onUser),
      GetUserPolicy: attempt(account.send('GetUserPolicy', { UserName, PolicyName: NOBODYS_NAME }, signal), onUser),
      ...(ownKey !== undefined && {
        GetAccessKeyLastUsed: attempt(
          account.send('GetAccessKeyLastUsed', { AccessKeyId: ownKey }, signal),
          ' on its own key',
        ),
      }),
    }),
  };
}

async function verdictByTrying(attempt: Attempt | undefined): Promise<Verdict> {
  if (!attempt) return { allowed: undefined, how: 'cannot be tried without effect' };
  const { error } = await attempt.outcome;
  const how = `tried${attempt.on}`;
  // What is not there was looked for, so looking is permitted.
  if (!error || (error instanceof AwsError && error.code === 'NoSuchEntity')) return { allowed: true, how };
  if (error.code !== 'AccessDenied') return { allowed: undefined, how: `${how}: ${told(error)}` };
  return { allowed: false, how, isExplicit: error instanceof AwsError && error.reason === 'explicit-deny' };
}

function checkOf(need: Need, { allowed, how, isExplicit }: Verdict = { allowed: undefined, how: '' }): Check {
  const permission = permissionFor(need);
  const what = `for ${usersOf(need)}`;
  if (allowed) return { ...ok(permission, `${what}: ${how}`), ...toolsOf(need) };
  if (allowed === undefined) return { ...notKnown(permission, `${what}: ${how}`), ...toolsOf(need) };
  const why = isExplicit
    ? `${AFTER_EXPLICIT_DENY} (${how})`
    : `not allowed (${how}); 'aws-iam-mcp policy' prints what is needed`;
  return need.tools.length > 0
    ? { ...failed(permission, `${what}: ${why}`), ...toolsOf(need) }
    : { ...warning(permission, `${what}, which ${without(need)}: ${why}`), ...toolsOf(need) };
}

function usersOf({ tools, plansOf, tables }: Need): string {
  if (tools.length > 0) return tools.join(', ');
  return plansOf.length > 0 ? 'approvals' : `rows_file ${tables.join(', ')}`;
}

const without = ({ plansOf }: Need) => (plansOf.length > 0 ? 'show less without' : 'cannot be read without');

const permissionFor = ({ operation }: Need) => `iam:${operation}`;

function toolsOf({ tools, plansOf, tables }: Need): Pick<Check, 'tools' | 'plansOf' | 'tables'> {
  return {
    ...(tools.length > 0 && { tools }),
    ...(plansOf.length > 0 && { plansOf }),
    ...(tables.length > 0 && { tables }),
  };
}
