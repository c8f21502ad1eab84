// What a person must know about a user, a key or a policy before agreeing, read from AWS. What this connection may
// not read is said and is no obstacle; any other failure ends the call.
import { AwsError } from '../iam/errors.ts';
import { formatDate } from '../iam/response.ts';
import type { Fact, PlanContext } from './action.ts';
import { allPages } from './pages.ts';

const NOT_PERMITTED = 'not permitted to read';

/** The value, or undefined where the connection lacks the permission to read it. */
export async function ifPermitted<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'AccessDenied') return undefined;
    throw error;
  }
}

/** @throws AwsError NoSuchEntity when there is no such user */
export async function userFact(userName: string, { send }: PlanContext): Promise<Fact> {
  const answer = await ifPermitted(send('GetUser', { UserName: userName }));
  const user = answer?.User;
  if (!user) return { label: 'User', shown: `${userName} (details: ${NOT_PERMITTED})` };
  // The unique id: a user deleted and made again under the same name is another one.
  return { label: 'User', shown: `${userName} (${user.Arn})`, bound: `${user.Arn} ${user.UserId}` };
}

export interface KeyFacts {
  accessKeyId: string;
  status: string;
  created: Date | undefined;
}

/** The user's keys, all pages; undefined when they may not be read. @throws AwsError NoSuchEntity: no such user */
export async function keysOf(userName: string, { send }: PlanContext): Promise<KeyFacts[] | undefined> {
  const keys = await ifPermitted(
    allPages(async (marker) => {
      const page = await send('ListAccessKeys', { UserName: userName, Marker: marker });
      return { items: page.AccessKeyMetadata, isTruncated: page.IsTruncated, marker: page.Marker };
    }),
  );
  // Sorted, since their order is no fact.
  return keys
    ?.map((key) => ({ accessKeyId: key.AccessKeyId ?? '', status: key.Status ?? 'unknown', created: key.CreateDate }))
    .sort((a, b) => (a.accessKeyId < b.accessKeyId ? -1 : 1));
}

/** Whose key it is, where AWS says so, and its last use, where that may be read. */
export interface KeyUse {
  userName?: string;
  lastUse?: Fact['lastUse'];
}

export async function useOf(accessKeyId: string, { send }: PlanContext): Promise<KeyUse> {
  const answer = await ifPermitted(send('GetAccessKeyLastUsed', { AccessKeyId: accessKeyId }));
  if (!answer) return {};
  const { LastUsedDate: date, ServiceName: service, Region: region } = answer.AccessKeyLastUsed ?? {};
  return {
    userName: answer.UserName,
    lastUse: date ? { at: formatDate(date), where: `${service} in ${region}` } : { where: '' },
  };
}

/** Facts about one key, which `label` names. */
export async function keyFact(label: string, key: KeyFacts, context: PlanContext, known?: KeyUse): Promise<Fact> {
  const { lastUse } = known ?? (await useOf(key.accessKeyId, context));
  const parts = [
    `${key.accessKeyId}: ${key.status}`,
    key.created && `created ${formatDate(key.created)}`,
    !lastUse && `last use: ${NOT_PERMITTED}`,
  ];
  return { label, shown: parts.filter(Boolean).join('; '), lastUse };
}

/** One fact for each of the user's keys but `except`, or one that says there is none, or that they may not be read. */
export async function otherKeyFacts(
  keys: KeyFacts[] | undefined,
  context: PlanContext,
  except?: string,
): Promise<Fact[]> {
  const label = except === undefined ? 'Key' : 'Other key';
  if (!keys) return [{ label: `${label}s`, shown: NOT_PERMITTED }];
  const others = keys.filter((key) => key.accessKeyId !== except);
  if (others.length === 0) return [{ label: `${label}s`, shown: 'none' }];
  return Promise.all(others.map((key, index) => keyFact(`${label} ${index + 1}`, key, context)));
}

// IAM's limit for the operations on a user's attached policies; elsewhere names may have 128.
const LONGEST_NAME_WITH_POLICIES = 64;

/** The managed policies attached to the user, by name. */
export async function attachedPoliciesFact(userName: string, { send }: PlanContext): Promise<Fact> {
  const label = 'Attached policies';
  if (userName.length > LONGEST_NAME_WITH_POLICIES) {
    return { label, shown: `IAM does not tell for names of more than ${LONGEST_NAME_WITH_POLICIES} characters` };
  }
  const policies = await ifPermitted(
    allPages(async (marker) => {
      const page = await send('ListAttachedUserPolicies', { UserName: userName, Marker: marker });
      return { items: page.AttachedPolicies, isTruncated: page.IsTruncated, marker: page.Marker };
    }),
  );
  if (!policies) return { label, shown: NOT_PERMITTED };
  const names = policies.map((policy) => policy.PolicyName ?? policy.PolicyArn ?? '').sort();
  return { label, shown: names.length > 0 ? names.join(', ') : 'none (groups and inline policies not counted)' };
}
