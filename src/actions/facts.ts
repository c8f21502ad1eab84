// What a person must know about a user, a key or a policy before agreeing, read from AWS. What this connection may
// not read is said and is no obstacle; any other failure ends the call.
import { AwsError } from '../iam/errors.ts';
import { formatDate } from '../iam/response.ts';
import type { Fact, PlanContext } from './action.ts';

const NOT_PERMITTED = 'not permitted to read';
const DAY_MS = 24 * 60 * 60 * 1000;

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
  const answer = await ifPermitted(send('ListAccessKeys', { UserName: userName }));
  // Two keys a user is IAM's limit, so that one page holds them all. Sorted, since their order is no fact.
  return answer?.AccessKeyMetadata?.map((key) => ({
    accessKeyId: key.AccessKeyId ?? '',
    status: key.Status ?? 'unknown',
    created: key.CreateDate,
  })).sort((a, b) => (a.accessKeyId < b.accessKeyId ? -1 : 1));
}

export interface LastUse {
  /** Undefined when AWS does not say whose key it is. */
  userName: string | undefined;
  shown: string;
  bound: string;
}

export async function lastUseOf(accessKeyId: string, { send, now }: PlanContext): Promise<LastUse> {
  const answer = await ifPermitted(send('GetAccessKeyLastUsed', { AccessKeyId: accessKeyId }));
  if (!answer) return { userName: undefined, shown: NOT_PERMITTED, bound: NOT_PERMITTED };
  const { LastUsedDate: date, ServiceName: service, Region: region } = answer.AccessKeyLastUsed ?? {};
  if (!date) return { userName: answer.UserName, shown: 'never', bound: 'never' };
  return {
    userName: answer.UserName,
    shown: `${howLongAgo(date, now)} (${formatDate(date)}), ${service} in ${region}`,
    // A leaked key is used again while the person reads: one more use of a key known to be in use is no news, or
    // nobody could ever turn off a key that an attacker keeps using. First use of an idle key is.
    bound: now.getTime() - date.getTime() < DAY_MS ? 'within the last day' : formatDate(date),
  };
}

/** Facts about one key, which `label` names. */
export async function keyFact(label: string, key: KeyFacts, context: PlanContext, lastUse?: LastUse): Promise<Fact> {
  const use = lastUse ?? (await lastUseOf(key.accessKeyId, context));
  const created = key.created ? `created ${howLongAgo(key.created, context.now)} (${formatDate(key.created)})` : '';
  return {
    label,
    shown: [`${key.accessKeyId}: ${key.status}`, created, `last use: ${use.shown}`].filter(Boolean).join('; '),
    bound: [key.accessKeyId, key.status, key.created && formatDate(key.created), use.bound].join(' '),
  };
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

/** The managed policies attached to the user by name (first page of up to 100). */
export async function attachedPoliciesFact(userName: string, { send }: PlanContext): Promise<Fact> {
  const answer = await ifPermitted(send('ListAttachedUserPolicies', { UserName: userName }));
  const label = 'Attached policies';
  if (!answer) return { label, shown: NOT_PERMITTED };
  const names = (answer.AttachedPolicies ?? []).map((policy) => policy.PolicyName ?? policy.PolicyArn ?? '').sort();
  return { label, shown: names.length > 0 ? names.join(', ') : 'none (groups and inline policies not counted)' };
}

function howLongAgo(date: Date, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - date.getTime()) / 60_000));
  const [count, unit] =
    minutes < 120
      ? [minutes, 'minute']
      : minutes < 48 * 60
        ? [Math.round(minutes / 60), 'hour']
        : minutes < 730 * 24 * 60
          ? [Math.round(minutes / 60 / 24), 'day']
          : [Math.round(minutes / 60 / 24 / 365), 'year'];
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
}
