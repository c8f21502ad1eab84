// A user as a plan shows them: who it is, and the boundary, groups and policies that they have, by name.
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../errors.ts';
import type { Fact, PlanContext } from './action.ts';
import { type AttachedPolicy, attachedToUser, boundTo } from './attached-policies.ts';
import { inlineOfUser } from './inline-policies.ts';
import { policyName } from './managed-policy.ts';
import { type Reading, readIfAvailable } from './reading.ts';
import { unreadText } from './unread.ts';
import { type Group, groupsFact, groupsOf } from './user-groups.ts';

/** What `readUser` may send. */
export const USER_READS = ['GetUser', 'ListGroupsForUser', 'ListAttachedUserPolicies', 'ListUserPolicies'] as const;

export interface User {
  /** Who it is. */
  fact: Fact;
  /** What they have. */
  holds: Fact[];
  /** Its ARN, where there is one. */
  boundary: Reading<{ arn?: string }>;
  groups: Reading<Group[]>;
  attached: Reading<AttachedPolicy[]>;
  inline: Reading<string[]>;
}

/**
 * @throws AwsError NoSuchEntity when there is no such user
 * @throws CallError Refused for a user of another account than the one that the credentials are of
 */
export async function readUser(userName: string, context: PlanContext<(typeof USER_READS)[number]>): Promise<User> {
  const [{ fact, boundary }, groups, attached, inline] = await Promise.all([
    identify(userName, context),
    groupsOf(userName, context),
    attachedToUser(userName, context),
    inlineOfUser(userName, context),
  ]);
  const holds = [
    ...boundaryFact(boundary),
    ...groupsFact(groups),
    attachedPoliciesFact(attached),
    ...inlinePoliciesFact(inline),
    ...noneFact({ boundary, groups, inline }),
  ];
  return { fact, holds, boundary, groups, attached, inline };
}

/** What most users have none of, in one line. */
function noneFact({ boundary, groups, inline }: Pick<User, 'boundary' | 'groups' | 'inline'>): Fact[] {
  const none = [
    boundary.value && boundary.value.arn === undefined ? 'permissions boundary' : '',
    groups.value?.length === 0 ? 'groups' : '',
    inline.value?.length === 0 ? 'inline policies' : '',
  ].filter(Boolean);
  return none.length > 0 ? [{ label: 'Has no', shown: none.join(', ') }] : [];
}

async function identify(userName: string, context: PlanContext<'GetUser'>): Promise<Pick<User, 'fact' | 'boundary'>> {
  const { value, why = 'untold' } = await readIfAvailable(context.send('GetUser', { UserName: userName }), context);
  const user = value?.User;
  if (!user) {
    return { fact: { label: 'User', shown: `${userName} (details: ${unreadText(why)})` }, boundary: { why } };
  }
  context.checkOwner(user.UserName ?? userName);
  refuseOtherAccount(user.Arn, context.account);
  const { PermissionsBoundary: boundary } = user;
  const arn = boundary?.PermissionsBoundaryArn;
  return {
    // The unique id: a user deleted and made again under the same name is another one.
    fact: { label: 'User', shown: `${userName} (${user.Arn})`, bound: `${user.Arn} ${user.UserId}` },
    boundary: boundary && !arn ? { why: 'untold' } : { value: { arn } },
  };
}

/** Something between this program and AWS answers for one of them. Stand-ins that name no account are not judged. */
function refuseOtherAccount(arn: string | undefined, account: string): void {
  const named = /^arn:[\w-]+:iam::(\d{12}):/.exec(arn ?? '')?.[1];
  if (named === undefined || named === account || !/^\d{12}$/.test(account)) return;
  throw new CallError(
    'Refused',
    `by IAM, the user is in account ${named}, and by STS, these credentials are of account ${cleanLine(account)}: check where this connection's requests go`,
  );
}

/** The boundary's name, where it is known that there is one. */
export function boundaryName({ boundary }: Pick<User, 'boundary'>): string | undefined {
  return boundary.value?.arn === undefined ? undefined : policyName(boundary.value.arn);
}

function boundaryFact({ value, why }: User['boundary']): Fact[] {
  const label = 'Permissions boundary';
  if (!value) return [{ label, shown: unreadText(why) }];
  return value.arn === undefined ? [] : [{ label, shown: policyName(value.arn), bound: value.arn }];
}

/** @param unread what is not known of what they say */
export function attachedPoliciesFact({ value: policies, why }: User['attached'], unread = ''): Fact {
  const label = 'Attached policies';
  if (!policies) return { label, shown: unreadText(why) };
  if (policies.length === 0) return { label, shown: 'none' };
  return { label, shown: policies.map(({ name }) => name).join(', ') + unread, bound: boundTo(policies) };
}

/** @param unread what is not known of what they say */
export function inlinePoliciesFact({ value: names, why }: User['inline'], unread = ''): Fact[] {
  const label = 'Inline policies';
  if (!names) return [{ label, shown: unreadText(why) }];
  return names.length === 0 ? [] : [{ label, shown: names.join(', ') + unread }];
}
