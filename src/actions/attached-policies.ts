// The managed policies attached to a user, or to a group that the user is in.
import type { PlanContext } from './action.ts';
import { LONGEST_NAME_WITH_POLICIES } from './fields.ts';
import { isQuarantine, policyName } from './managed-policy.ts';
import { allPages } from './pages.ts';
import { type Reading, readIfAvailable } from './reading.ts';

export interface AttachedPolicy {
  name: string;
  arn: string;
}

export async function attachedToUser(
  userName: string,
  context: PlanContext<'ListAttachedUserPolicies'>,
): Promise<Reading<AttachedPolicy[]>> {
  if (userName.length > LONGEST_NAME_WITH_POLICIES) return { why: 'name-too-long' };
  const listed = allPages(async (marker) => {
    const page = await context.send('ListAttachedUserPolicies', { UserName: userName, Marker: marker });
    return { items: page.AttachedPolicies, isTruncated: page.IsTruncated, marker: page.Marker };
  });
  return named(await readIfAvailable(listed, context));
}

export async function attachedToGroup(
  groupName: string,
  context: PlanContext<'ListAttachedGroupPolicies'>,
): Promise<Reading<AttachedPolicy[]>> {
  const listed = allPages(async (marker) => {
    const page = await context.send('ListAttachedGroupPolicies', { GroupName: groupName, Marker: marker });
    return { items: page.AttachedPolicies, isTruncated: page.IsTruncated, marker: page.Marker };
  });
  return named(await readIfAvailable(listed, context));
}

function named({
  value: policies,
  why,
}: Reading<{ PolicyName?: string; PolicyArn?: string }[]>): Reading<AttachedPolicy[]> {
  if (!policies) return { why };
  const known = policies.map(({ PolicyName, PolicyArn = '' }) => ({
    name: PolicyName ?? policyName(PolicyArn),
    arn: PolicyArn,
  }));
  // Sorted, since their order is no fact.
  return { value: known.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** Names are unique in an account, whatever the path; of policies of AWS's own, one may have the name of another. */
export function boundTo(policies: readonly AttachedPolicy[]): string {
  return policies
    .map(({ arn }) => arn)
    .sort()
    .join(' ');
}

export function quarantineWarnings(policies: readonly AttachedPolicy[]): string[] {
  const names = new Set(policies.filter(({ arn }) => isQuarantine(arn)).map(({ name }) => name));
  if (names.size === 0) return [];
  return [`the user has ${[...names].join(', ')}, which AWS attaches when a key has leaked`];
}
