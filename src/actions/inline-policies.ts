// The policies that are part of a user, or of a group, and attached to nothing else.
import type { PlanContext } from './action.ts';
import { allPages } from './pages.ts';
import { type Reading, readIfAvailable } from './reading.ts';

/** Names, sorted. */
export function inlineOfUser(userName: string, context: PlanContext<'ListUserPolicies'>): Promise<Reading<string[]>> {
  const listed = allPages(async (marker) => {
    const page = await context.send('ListUserPolicies', { UserName: userName, Marker: marker });
    return { items: page.PolicyNames, isTruncated: page.IsTruncated, marker: page.Marker };
  });
  return readIfAvailable(sorted(listed), context);
}

/** Names, sorted. */
export function inlineOfGroup(
  groupName: string,
  context: PlanContext<'ListGroupPolicies'>,
): Promise<Reading<string[]>> {
  const listed = allPages(async (marker) => {
    const page = await context.send('ListGroupPolicies', { GroupName: groupName, Marker: marker });
    return { items: page.PolicyNames, isTruncated: page.IsTruncated, marker: page.Marker };
  });
  return readIfAvailable(sorted(listed), context);
}

async function sorted(names: Promise<string[]>): Promise<string[]> {
  return (await names).toSorted();
}

/** The document as IAM gives it: URL-encoded JSON. @throws AwsError NoSuchEntity when it is gone */
export function inlineDocumentOfUser(
  userName: string,
  policyName: string,
  context: PlanContext<'GetUserPolicy'>,
): Promise<Reading<string>> {
  return documentIn(context.send('GetUserPolicy', { UserName: userName, PolicyName: policyName }), context);
}

/** The same of a group. @throws AwsError NoSuchEntity when it is gone */
export function inlineDocumentOfGroup(
  groupName: string,
  policyName: string,
  context: PlanContext<'GetGroupPolicy'>,
): Promise<Reading<string>> {
  return documentIn(context.send('GetGroupPolicy', { GroupName: groupName, PolicyName: policyName }), context);
}

async function documentIn(
  request: Promise<{ PolicyDocument?: string }>,
  context: Pick<PlanContext, 'endpoint'>,
): Promise<Reading<string>> {
  const { value, why } = await readIfAvailable(request, context);
  if (!value) return { why };
  return value.PolicyDocument === undefined ? { why: 'untold' } : { value: value.PolicyDocument };
}
