// The managed policies attached to a user, and what they say of the user: an administrator, or one whose key may have
// leaked. Groups and inline policies are not looked at.
import { AwsError } from '../iam/errors.ts';
import type { Fact, PlanContext } from './action.ts';
import { LONGEST_NAME_WITH_POLICIES } from './fields.ts';
import { isAdministratorsByArn, isQuarantine, POLICY_READS, policyName, readManagedPolicy } from './managed-policy.ts';
import { allPages } from './pages.ts';
import { type Reading, readIfAvailable } from './reading.ts';
import { unreadText, type WhyUnread } from './unread.ts';

interface AttachedPolicy {
  name: string;
  arn: string;
}

/** What `readAttachedPolicies` may send. */
export const ATTACHED_POLICY_READS = ['ListAttachedUserPolicies', ...POLICY_READS] as const;

export async function listAttachedPolicies(
  userName: string,
  context: PlanContext<'ListAttachedUserPolicies'>,
): Promise<Reading<AttachedPolicy[]>> {
  if (userName.length > LONGEST_NAME_WITH_POLICIES) return { why: 'name-too-long' };
  const { value: policies, why } = await readIfAvailable(
    allPages(async (marker) => {
      const page = await context.send('ListAttachedUserPolicies', { UserName: userName, Marker: marker });
      return { items: page.AttachedPolicies, isTruncated: page.IsTruncated, marker: page.Marker };
    }),
    context,
  );
  if (!policies) return { why };
  const named = policies.map(({ PolicyName, PolicyArn = '' }) => ({
    name: PolicyName ?? policyName(PolicyArn),
    arn: PolicyArn,
  }));
  // Sorted, since their order is no fact.
  return { value: named.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** @param unread what is not known of what they say */
export function attachedPoliciesFact({ value: policies, why }: Reading<AttachedPolicy[]>, unread = ''): Fact {
  const label = 'Attached policies';
  if (!policies) return { label, shown: unreadText(why) };
  if (policies.length === 0) return { label, shown: 'none (groups and inline policies not counted)' };
  // Names are unique in an account, whatever the path; of policies of AWS's own, one may have the name of another.
  const bound = policies
    .map(({ arn }) => arn)
    .sort()
    .join(' ');
  return { label, shown: policies.map(({ name }) => name).join(', ') + unread, bound };
}

export function quarantineWarnings({ value: policies = [] }: Reading<AttachedPolicy[]>): string[] {
  const names = policies.filter(({ arn }) => isQuarantine(arn)).map(({ name }) => name);
  return names.length > 0 ? [`the user has ${names.join(', ')}, which AWS attaches when a key has leaked`] : [];
}

/** For a change after which a key of the user works: what whoever has that key may do. */
export async function readAttachedPolicies(
  userName: string,
  context: PlanContext<(typeof ATTACHED_POLICY_READS)[number]>,
): Promise<{ fact: Fact; graveForKey: string[]; notKnownForKey: string[]; warnings: string[] }> {
  const attached = await listAttachedPolicies(userName, context);
  const judged = await Promise.all((attached.value ?? []).map((policy) => judge(policy, context)));
  const administrators = judged.filter(({ isAdministrators }) => isAdministrators).map(({ name }) => name);
  const by = `the attached ${administrators.length === 1 ? 'policy' : 'policies'} ${administrators.join(', ')}`;
  return {
    fact: attachedPoliciesFact(attached, describeUnread(judged)),
    graveForKey: administrators.length > 0 ? [`whoever has this key is an administrator, by ${by}`] : [],
    // Where one is known to make the user an administrator, what the others say adds nothing.
    notKnownForKey: administrators.length > 0 ? [] : warnOfUnread(attached, judged),
    warnings: quarantineWarnings(attached),
  };
}

interface Judged {
  name: string;
  isAdministrators: boolean;
  /** Why it is judged by its name. */
  why?: WhyUnread;
}

async function judge(
  { name, arn }: AttachedPolicy,
  context: PlanContext<(typeof POLICY_READS)[number]>,
): Promise<Judged> {
  if (!arn) return { name, isAdministrators: false, why: 'untold' };
  const { value: policy, why } = await readManagedPolicy(arn, context).catch((error: unknown) => {
    // Detached and deleted since it was listed, or one that a stand-in for AWS merely names: no reason not to go on.
    if (error instanceof AwsError && error.code === 'NoSuchEntity')
      return { value: undefined, why: 'not-found' as const };
    throw error;
  });
  // Loaded with the first policy that is judged: not every start needs it.
  const { readGrants } = await import('./policy-grants.ts');
  const grants = policy && readGrants(policy.document);
  if (grants) return { name, isAdministrators: grants.grave.length > 0 };
  return { name, isAdministrators: isAdministratorsByArn(arn), why: why ?? 'not-readable' };
}

function warnOfUnread({ why }: Reading<AttachedPolicy[]>, judged: Judged[]): string[] {
  const reasons = [...new Set(judged.flatMap((policy) => policy.why ?? []))].map((reason) => {
    const names = judged.filter((policy) => policy.why === reason).map(({ name }) => name);
    return unreadText(reason, `what ${names.join(', ')} ${names.length === 1 ? 'says' : 'say'}`);
  });
  const unread = why === undefined ? reasons : [unreadText(why, 'which policies are attached')];
  if (unread.length === 0) return [];
  return [`whether whoever has this key is an administrator is not known, since ${unread.join(', and ')}`];
}

function describeUnread(judged: Judged[]): string {
  const unread = judged.filter(({ why }) => why !== undefined);
  if (unread.length === 0) return '';
  const reasons = unread.flatMap(({ why }) => (why === undefined ? [] : unreadText(why)));
  const which =
    unread.length === judged.length ? 'they say' : `is said by ${unread.map(({ name }) => name).join(', ')}`;
  return ` (what ${which}: ${[...new Set(reasons)].join(', ')})`;
}
