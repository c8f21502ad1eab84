// What a person must know about a user or a key before agreeing, read from AWS.
import { formatDate } from '../iam/response.ts';
import type { Fact, MovingPart, PlanContext } from './action.ts';
import { describeLastUse } from './last-use.ts';
import { allPages } from './pages.ts';
import { type Reading, readIfAvailable } from './reading.ts';
import { unreadText } from './unread.ts';

/** @throws AwsError NoSuchEntity when there is no such user */
export async function userFact(userName: string, context: PlanContext<'GetUser'>): Promise<Fact> {
  const { value, why = 'untold' } = await readIfAvailable(context.send('GetUser', { UserName: userName }), context);
  const user = value?.User;
  if (!user) return { label: 'User', shown: `${userName} (details: ${unreadText(why)})` };
  context.checkOwner(user.UserName ?? userName);
  // The unique id: a user deleted and made again under the same name is another one.
  return { label: 'User', shown: `${userName} (${user.Arn})`, bound: `${user.Arn} ${user.UserId}` };
}

export interface KeyFacts {
  accessKeyId: string;
  status: string;
  created: Date | undefined;
}

/** The user's keys, all pages. @throws AwsError NoSuchEntity: no such user */
export async function keysOf(userName: string, context: PlanContext<'ListAccessKeys'>): Promise<Reading<KeyFacts[]>> {
  const { value: keys, why } = await readIfAvailable(
    allPages(async (marker) => {
      const page = await context.send('ListAccessKeys', { UserName: userName, Marker: marker });
      return { items: page.AccessKeyMetadata, isTruncated: page.IsTruncated, marker: page.Marker };
    }),
    context,
  );
  if (!keys) return { why };
  const known = keys.map((key) => ({
    accessKeyId: key.AccessKeyId ?? '',
    status: key.Status ?? 'unknown',
    created: key.CreateDate,
  }));
  // Sorted, since their order is no fact.
  return { value: known.sort((a, b) => (a.accessKeyId < b.accessKeyId ? -1 : 1)) };
}

/** Whose key it is, where AWS says so, and its last use, or why there is none to be shown. */
export interface KeyUse {
  userName?: string;
  lastUse: Reading<MovingPart>;
}

export async function useOf(accessKeyId: string, context: PlanContext<'GetAccessKeyLastUsed'>): Promise<KeyUse> {
  const { value: answer, why } = await readIfAvailable(
    context.send('GetAccessKeyLastUsed', { AccessKeyId: accessKeyId }),
    context,
  );
  if (!answer) return { lastUse: { why } };
  // Of a key that was never used, it has no date: without it, nothing is known.
  if (!answer.AccessKeyLastUsed) return { userName: answer.UserName, lastUse: { why: 'untold' } };
  return { userName: answer.UserName, lastUse: { value: describeLastUse(answer.AccessKeyLastUsed, Date.now()) } };
}

/** Facts about one key, which `label` names. */
export async function keyFact(
  label: string,
  key: KeyFacts,
  context: PlanContext<'GetAccessKeyLastUsed'>,
  known?: KeyUse,
): Promise<Fact> {
  const { lastUse } = known ?? (await useOf(key.accessKeyId, context));
  const parts = [
    `${key.accessKeyId}: ${key.status}`,
    key.created && `created ${formatDate(key.created)}`,
    lastUse.why && `last use: ${unreadText(lastUse.why)}`,
  ];
  return { label, shown: parts.filter(Boolean).join('; '), movesOn: lastUse.value };
}

/** One fact for each of the user's keys but `except`, or one that says there is none, or why they are not known. */
export async function otherKeyFacts(
  { value: keys, why }: Reading<KeyFacts[]>,
  context: PlanContext<'GetAccessKeyLastUsed'>,
  except?: string,
): Promise<Fact[]> {
  const label = except === undefined ? 'Key' : 'Other key';
  if (!keys) return [{ label: `${label}s`, shown: unreadText(why) }];
  const others = keys.filter((key) => key.accessKeyId !== except);
  if (others.length === 0) return [{ label: `${label}s`, shown: 'none' }];
  return Promise.all(others.map((key, index) => keyFact(`${label} ${index + 1}`, key, context)));
}
