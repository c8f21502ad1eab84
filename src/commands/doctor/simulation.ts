// What IAM's own simulator says of permissions that cannot be tried without changing something.
import { allPages } from '../../actions/pages.ts';
import type { Account } from '../../iam/account.ts';
import { AwsError } from '../../iam/errors.ts';
import type { IamOperations } from '../../iam/operations.ts';
import { type Outcome, outcomeOf, told } from './outcome.ts';

export type Operation = keyof IamOperations;

/** May it? Undefined: nobody can tell, for the reason that `how` gives. */
export interface Verdict {
  allowed: boolean | undefined;
  /** How this came to be known, or why not. */
  how: string;
  isExplicit?: boolean;
}

type Decision = NonNullable<Awaited<ReturnType<typeof simulateAll>>>[number];

/**
 * @param policySources ARNs of the principal, the first that IAM knows counts
 * @param resource the ARN of all users, or `*` for what is about none of them
 */
export async function simulate(
  account: Account,
  operations: readonly Operation[],
  { policySources, resource, signal }: { policySources: readonly string[]; resource: string; signal: AbortSignal },
): Promise<Map<Operation, Verdict>> {
  const same = (why: string) => new Map(operations.map((operation) => [operation, { allowed: undefined, how: why }]));
  let outcome: Outcome<Decision[]> | undefined;
  for (const source of policySources) {
    outcome = await outcomeOf(simulateAll(account, operations, source, resource, signal));
    if (outcome.error?.code !== 'NoSuchEntity') break;
  }
  if (!outcome) return same('cannot be tried without effect, and AWS simulates only users and roles');
  if (outcome.error) return same(`cannot be tried without effect, and ${whyNotSimulated(outcome.error)}`);
  const how = resource === '*' ? 'simulated' : 'simulated for any user';
  const decisions = new Map(outcome.value.map((entry) => [entry.EvalActionName?.toLowerCase(), entry]));
  return new Map(
    operations.map((operation) => [operation, verdictOf(decisions.get(`iam:${operation}`.toLowerCase()), how)]),
  );
}

async function simulateAll(
  account: Account,
  operations: readonly Operation[],
  policySource: string,
  resource: string,
  signal: AbortSignal,
) {
  return allPages(async (marker) => {
    const page = await account.send(
      'SimulatePrincipalPolicy',
      {
        PolicySourceArn: policySource,
        ActionNames: operations.map((operation) => `iam:${operation}`),
        ResourceArns: [resource],
        Marker: marker,
      },
      signal,
    );
    return { items: page.EvaluationResults, isTruncated: page.IsTruncated, marker: page.Marker };
  });
}

function whyNotSimulated(error: NonNullable<Outcome<unknown>['error']>): string {
  return error instanceof AwsError && error.code === 'AccessDenied'
    ? 'iam:SimulatePrincipalPolicy, which would tell, is not allowed'
    : `simulating it failed (${told(error)})`;
}

function verdictOf(decision: Decision | undefined, how: string): Verdict {
  const { EvalDecision: result, MissingContextValues: missing = [] } = decision ?? {};
  if (result === undefined) return { allowed: undefined, how: `${how}, without an answer` };
  if (result === 'allowed') return { allowed: true, how };
  // The simulator knows the policies, and not with what a call would be made.
  if (missing.length > 0) return { allowed: undefined, how: `${how}: depends on ${missing.join(', ')}` };
  const { OrganizationsDecisionDetail: organization, PermissionsBoundaryDecisionDetail: boundary } = decision ?? {};
  const where = [
    organization?.AllowedByOrganizations === false && "by a policy of the account's organization",
    boundary?.AllowedByPermissionsBoundary === false && 'by the permissions boundary',
  ].find((text) => text !== false);
  return { allowed: false, how: where ? `${how}, ${where}` : how, isExplicit: result === 'explicitDeny' };
}
