// What a user may do by all policies that they have, for a change after which somebody acts as that user: whether it is
// an administrator. Each policy is judged alone, by what it says; a boundary is named, and does not soften that.
import type { Fact, PlanContext } from './action.ts';
import { quarantineWarnings } from './attached-policies.ts';
import { inlineDocumentOfGroup, inlineDocumentOfUser } from './inline-policies.ts';
import { isAdministratorsByArn, POLICY_READS, readManagedPolicy } from './managed-policy.ts';
import { type Reading, unlessGone } from './reading.ts';
import { unreadText, type WhyUnread } from './unread.ts';
import { attachedPoliciesFact, boundaryName, inlinePoliciesFact, readUser, USER_READS, type User } from './user.ts';
import { GROUP_POLICY_READS, type GroupPolicies, groupPoliciesFact, policiesOfGroup } from './user-groups.ts';

/** What `readUserWithRights` may send. */
export const RIGHTS_READS = [
  ...USER_READS,
  ...GROUP_POLICY_READS,
  ...POLICY_READS,
  'GetUserPolicy',
  'GetGroupPolicy',
] as const;

type Context = PlanContext<(typeof RIGHTS_READS)[number]>;

const MOST_NAMED = 6;

export interface UserWithRights extends User {
  /** Completes "is an administrator", from the comma on; undefined where they are none, as far as that is known. */
  administratorBy: string | undefined;
  /** Why it is not known whether they are one, in words; empty where it is. */
  notKnownSince: string;
  /** That AWS has put the user under quarantine. */
  warnings: string[];
}

/** @throws as `readUser` does */
export async function readUserWithRights(userName: string, context: Context): Promise<UserWithRights> {
  const user = await readUser(userName, context);
  const ofGroups = await Promise.all((user.groups.value ?? []).map(({ name }) => policiesOfGroup(name, context)));
  const policies = await Promise.all(policiesOf(userName, user, ofGroups, context));
  const administrators = policies.filter(({ isAdministrators }) => isAdministrators);
  const boundary = boundaryName(user);
  const limit = boundary === undefined ? '' : `, limited by the boundary ${boundary}`;
  const attached = [user.attached, ...ofGroups.map((group) => group.attached)].flatMap(({ value }) => value ?? []);
  return {
    ...user,
    holds: factsOf(user, ofGroups, policies),
    administratorBy: administrators.length > 0 ? `${describeHolders(administrators)}${limit}` : undefined,
    // Where one is known to make the user an administrator, what the others say adds nothing.
    notKnownSince: administrators.length > 0 ? '' : describeNotKnown(user, ofGroups, policies),
    warnings: quarantineWarnings(attached),
  };
}

/** What is grave, and what is not known, of a key that works after the change. */
export function judgeForKey({ administratorBy, notKnownSince }: UserWithRights): {
  grave: string[];
  notKnown: string[];
} {
  const what = 'whoever has this key is an administrator';
  return {
    grave: administratorBy === undefined ? [] : [`${what}, ${administratorBy}`],
    notKnown: notKnownSince ? [`whether ${what} is not known, since ${notKnownSince}`] : [],
  };
}

/** Where a policy comes from: attached to the user, part of the user, or by a group. */
interface Origin {
  name: string;
  from: 'attached' | 'inline' | 'group';
  group?: string;
}

interface Judged extends Origin {
  isAdministrators: boolean;
  /** Why it is judged by its name. */
  why?: WhyUnread;
}

function policiesOf(userName: string, { attached, inline }: User, groups: GroupPolicies[], context: Context) {
  return [
    ...(attached.value ?? []).map(({ name, arn }) => judgeManaged({ name, from: 'attached' }, arn, context)),
    ...(inline.value ?? []).map((name) =>
      judge({ name, from: 'inline' }, unlessGone(inlineDocumentOfUser(userName, name, context))),
    ),
    ...groups.flatMap(({ group, ...has }) => [
      ...(has.attached.value ?? []).map(({ name, arn }) => judgeManaged({ name, from: 'group', group }, arn, context)),
      ...(has.inline.value ?? []).map((name) =>
        judge({ name, from: 'group', group }, unlessGone(inlineDocumentOfGroup(group, name, context))),
      ),
    ]),
  ];
}

async function judgeManaged(origin: Origin, arn: string, context: Context): Promise<Judged> {
  if (!arn) return { ...origin, isAdministrators: false, why: 'untold' };
  const read = await unlessGone(readManagedPolicy(arn, context));
  const judged = await judge(origin, read.value ? { value: read.value.document } : read);
  return judged.why === undefined ? judged : { ...judged, isAdministrators: isAdministratorsByArn(arn) };
}

async function judge(origin: Origin, reading: Reading<string> | Promise<Reading<string>>): Promise<Judged> {
  const { value: document, why } = await reading;
  if (document === undefined) return { ...origin, isAdministrators: false, why };
  // Loaded with the first policy that is judged: not every start needs it.
  const { readGrants } = await import('./policy-grants.ts');
  const grants = readGrants(document);
  return grants
    ? { ...origin, isAdministrators: grants.grave.length > 0 }
    : { ...origin, isAdministrators: false, why: 'not-readable' };
}

function factsOf(user: User, groups: GroupPolicies[], policies: Judged[]): Fact[] {
  const unreadOf = (from: Origin['from'], group?: string) =>
    describeUnread(policies.filter((policy) => policy.from === from && policy.group === group));
  return user.holds.flatMap((fact) => {
    switch (fact.label) {
      case 'Groups':
        return [fact, ...groupPoliciesFact(groups, (group) => unreadOf('group', group))];
      case 'Attached policies':
        return [attachedPoliciesFact(user.attached, unreadOf('attached'))];
      case 'Inline policies':
        return inlinePoliciesFact(user.inline, unreadOf('inline'));
      default:
        return [fact];
    }
  });
}

/** `by the attached policies A, B and by the policy C of the group D` */
function describeHolders(administrators: Judged[]): string {
  const groups = new Set(administrators.flatMap(({ group }) => group ?? []));
  const parts = [
    { words: 'attached ', names: administrators.filter(({ from }) => from === 'attached'), of: '' },
    { words: 'inline ', names: administrators.filter(({ from }) => from === 'inline'), of: '' },
    ...[...groups].map((group) => ({
      words: '',
      names: administrators.filter((policy) => policy.group === group),
      of: ` of the group ${group}`,
    })),
  ].filter(({ names }) => names.length > 0);
  return parts
    .map(({ words, names, of }) => `by the ${words}${names.length === 1 ? 'policy' : 'policies'} ${few(names)}${of}`)
    .join(' and ');
}

function few(policies: Origin[]): string {
  const rest = policies.length - MOST_NAMED;
  const names = policies.slice(0, MOST_NAMED).map(({ name }) => name);
  return names.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** What is said of one reason is put together. */
function describeNotKnown(user: User, groups: GroupPolicies[], policies: Judged[]): string {
  const unread: { why: WhyUnread | undefined; what: string }[] = [
    { why: user.attached.why, what: 'which policies are attached' },
    { why: user.inline.why, what: 'which inline policies the user has' },
    { why: user.groups.why, what: 'which groups the user is in' },
    ...groups.flatMap(({ group, attached, inline }) => [
      { why: attached.why, what: `which policies are attached to the group ${group}` },
      { why: inline.why, what: `which inline policies the group ${group} has` },
    ]),
  ];
  const reasons = new Set([...unread, ...policies].flatMap(({ why }) => why ?? []));
  return [...reasons]
    .map((reason) => {
      const lists = unread.filter(({ why }) => why === reason).map(({ what }) => what);
      const unsaid = policies.filter(({ why }) => why === reason);
      const documents = unsaid.length > 0 ? [`what ${few(unsaid)} ${unsaid.length === 1 ? 'says' : 'say'}`] : [];
      return unreadText(reason, [...lists, ...documents].join(', '));
    })
    .join(', and ');
}

function describeUnread(judged: Judged[]): string {
  const unread = judged.filter(({ why }) => why !== undefined);
  if (unread.length === 0) return '';
  const reasons = unread.flatMap(({ why }) => (why === undefined ? [] : unreadText(why)));
  const which =
    unread.length === judged.length ? 'they say' : `is said by ${unread.map(({ name }) => name).join(', ')}`;
  return ` (what ${which}: ${[...new Set(reasons)].join(', ')})`;
}
