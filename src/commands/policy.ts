// `aws-iam-mcp policy`: the least that an identity must be allowed for the tools, derived from what the actions send.
import { ACCOUNT_TABLES } from '../actions/account-tables/index.ts';
import { type Action, isChange, permissionsOf } from '../actions/action.ts';
import { ACTIONS } from '../actions/index.ts';

interface Statement {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: string | string[];
}

// IAM's service authorization reference gives these no resource; everything else here acts on a user, group or policy.
const WITHOUT_RESOURCE = new Set(['ListPolicies', ...ACCOUNT_TABLES.flatMap(({ sends }) => Object.keys(sends))]);
const ON_GROUPS = new Set(['ListAttachedGroupPolicies', 'ListGroupPolicies', 'GetGroupPolicy']);
const ON_POLICIES = new Set(['GetPolicy', 'GetPolicyVersion']);

/**
 * The policy's JSON, for the tools that are listed.
 * @param withPlanReads also what the server reads to show a person before a change; without it the plan says so
 */
export function leastPrivilegePolicy({
  readOnly,
  withPlanReads,
}: {
  readOnly: boolean;
  withPlanReads: boolean;
}): string {
  const actions = ACTIONS.filter((action) => !(readOnly && isChange(action)));
  const tools = new Set(actions.flatMap(permissionsOf));
  const reads = new Set(withPlanReads ? actions.flatMap(planReadsOf).filter((operation) => !tools.has(operation)) : []);
  const tables = new Set(ACCOUNT_TABLES.flatMap(({ sends }) => Object.keys(sends)));
  const statements = [
    ...statementsFor('Tools', [...tools]),
    ...statementsFor('Approval', [...reads]),
    statement('AccountTables', [...tables], '*'),
  ];
  return `${JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2)}\n`;
}

/** Whether the operation's permission is asked for on a user, and not on something else or nothing in particular. */
export function actsOnUsers(operation: string): boolean {
  return !WITHOUT_RESOURCE.has(operation) && !ON_GROUPS.has(operation) && !ON_POLICIES.has(operation);
}

function planReadsOf(action: Action) {
  return isChange(action) ? action.planReads : [];
}

function statementsFor(sid: string, operations: string[]): Statement[] {
  const users = operations.filter(actsOnUsers);
  const groups = operations.filter((name) => ON_GROUPS.has(name));
  const policies = operations.filter((name) => ON_POLICIES.has(name));
  const everywhere = operations.filter((name) => WITHOUT_RESOURCE.has(name));
  return [
    statement(`${sid}OnUsers`, users, 'arn:*:iam::*:user/*'),
    statement(`${sid}OnGroups`, groups, 'arn:*:iam::*:group/*'),
    statement(`${sid}OnPolicies`, policies, 'arn:*:iam::*:policy/*'),
    statement(`${sid}OnAccount`, everywhere, '*'),
  ].filter(({ Action }) => Action.length > 0);
}

function statement(Sid: string, operations: string[], Resource: string): Statement {
  return { Sid, Effect: 'Allow', Action: operations.map((name) => `iam:${name}`).sort(), Resource };
}
