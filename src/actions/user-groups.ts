// The groups that a user is in, and the policies that come with them.
import type { Fact, PlanContext } from './action.ts';
import { type AttachedPolicy, attachedToGroup, boundTo } from './attached-policies.ts';
import { inlineOfGroup } from './inline-policies.ts';
import { allPages } from './pages.ts';
import { type Reading, readIfAvailable, unlessGone } from './reading.ts';
import { unreadText } from './unread.ts';

export interface Group {
  name: string;
  /** ARN and unique id: a group deleted and made again under the same name is another one. */
  id: string;
}

export interface GroupPolicies {
  group: string;
  attached: Reading<AttachedPolicy[]>;
  inline: Reading<string[]>;
}

/** What `policiesOfGroup` may send. */
export const GROUP_POLICY_READS = ['ListAttachedGroupPolicies', 'ListGroupPolicies'] as const;

export async function groupsOf(userName: string, context: PlanContext<'ListGroupsForUser'>): Promise<Reading<Group[]>> {
  const listed = allPages(async (marker) => {
    const page = await context.send('ListGroupsForUser', { UserName: userName, Marker: marker });
    return { items: page.Groups, isTruncated: page.IsTruncated, marker: page.Marker };
  });
  const { value: groups, why } = await readIfAvailable(listed, context);
  if (!groups) return { why };
  const known = groups.map(({ GroupName = '', GroupId, Arn }) => ({ name: GroupName, id: `${Arn} ${GroupId}` }));
  // Sorted, since their order is no fact.
  return { value: known.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** A group that was deleted since it was listed has none to be found. */
export async function policiesOfGroup(
  group: string,
  context: PlanContext<(typeof GROUP_POLICY_READS)[number]>,
): Promise<GroupPolicies> {
  const [attached, inline] = await Promise.all([
    unlessGone(attachedToGroup(group, context)),
    unlessGone(inlineOfGroup(group, context)),
  ]);
  return { group, attached, inline };
}

/** None where there is no group. */
export function groupsFact({ value: groups, why }: Reading<Group[]>): Fact[] {
  const label = 'Groups';
  if (!groups) return [{ label, shown: unreadText(why) }];
  if (groups.length === 0) return [];
  return [{ label, shown: groups.map(({ name }) => name).join(', '), bound: groups.map(({ id }) => id).join(' ') }];
}

/** One line a group; no fact without a group. @param unreadOf what is not known of what a group's policies say */
export function groupPoliciesFact(groups: GroupPolicies[], unreadOf: (group: string) => string): Fact[] {
  if (groups.length === 0) return [];
  const lines = groups.map(({ group, attached, inline }) => `${group}: ${inWords(attached, inline)}${unreadOf(group)}`);
  const bound = groups.map(({ group, attached }) => `${group}: ${boundTo(attached.value ?? [])}`).join('; ');
  return [{ label: 'Policies of groups', shown: lines, bound }];
}

function inWords(attached: Reading<AttachedPolicy[]>, inline: Reading<string[]>): string {
  if (attached.value && inline.value) {
    const names = [...attached.value.map(({ name }) => name), ...inline.value.map((name) => `${name} (inline)`)];
    return names.join(', ') || 'none';
  }
  if (attached.why === inline.why && attached.why) return unreadText(attached.why);
  const attachedNames = attached.value?.map(({ name }) => name).join(', ') || 'none';
  return [
    `attached: ${attached.why ? unreadText(attached.why) : attachedNames}`,
    `inline: ${inline.why ? unreadText(inline.why) : inline.value.join(', ') || 'none'}`,
  ].join('; ');
}
