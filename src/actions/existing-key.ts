// What update and delete share: a key that has to exist, belong to the user named, and not be the one that this
// connection signs with.
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../errors.ts';
import { AwsError } from '../iam/errors.ts';
import { formatDate } from '../iam/response.ts';
import type { Cell, Fact, LastOf, OutlineContext, PlanContext } from './action.ts';
import { alsoHas } from './also-has.ts';
import type { Changed } from './changed.ts';
import { type KeyFacts, type KeyUse, keyFact, keysOf, otherKeyFacts, useOf } from './facts.ts';
import type { Reading } from './reading.ts';
import { unreadText, type WhyUnread } from './unread.ts';
import type { User } from './user.ts';

/** What `readExistingKey` may send. */
export const EXISTING_KEY_READS = ['ListAccessKeys', 'GetAccessKeyLastUsed'] as const;

const IN_USE = 'the key was used within a day: something is working with it';
const ONLY_ACTIVE = "it is the user's only active key: whatever signs as this user stops working";
const NONE_LEFT =
  'with other rows of this table, the user has no active key left: whatever signs as this user stops working';

interface KeyInput {
  user_name: string;
  access_key_id: string;
}

export interface ExistingKey<KeyOwner extends User> {
  user: KeyOwner;
  facts: Fact[];
  cells: Cell[];
  /** Undefined when it is not known. */
  status: string | undefined;
  /** Why it is not known. */
  statusNotKnown: string;
  /** For a change that takes it out of use: what it is used for, as far as that can be told. */
  graveIfStopped: string[];
  /** For the same: what was not read. */
  notKnownIfStopped: string[];
  /** For the same: the keys that the user still has then. */
  lastOfIfStopped: LastOf | undefined;
}

/** @throws CallError Refused for the connection's own key */
export function refuseOwnKey({ access_key_id }: KeyInput, { ownKeyIds }: OutlineContext): void {
  if (!ownKeyIds.includes(access_key_id)) return;
  throw new CallError(
    'Refused',
    `${access_key_id} is the key that this connection itself signs with; change it with other credentials`,
  );
}

/**
 * @param reading of the user, under way
 * @throws AwsError NoSuchEntity, when the user or the key is not there, before a person is asked in vain
 */
export async function readExistingKey<KeyOwner extends User>(
  { user_name, access_key_id }: KeyInput,
  reading: Promise<KeyOwner>,
  context: PlanContext<(typeof EXISTING_KEY_READS)[number]>,
): Promise<ExistingKey<KeyOwner>> {
  const [user, keys, use] = await Promise.all([reading, keysOf(user_name, context), useOf(access_key_id, context)]);
  const listed = keys.value?.find((key) => key.accessKeyId === access_key_id);
  if (listed) refuseTwoOwners(user_name, access_key_id, use);
  else refuseUnlessOwned(user_name, access_key_id, use, keys.value !== undefined);
  // Not listed, though its owner is known: IAM's lists lag behind.
  const status = keys.value ? NOT_LISTED : statusNotKnown(keys.why);
  const key = listed ?? { accessKeyId: access_key_id, status, created: undefined };
  const others = keys.value?.filter((other) => other.accessKeyId !== access_key_id);
  const stopped = judgeStop(keys, listed, others);
  return {
    user,
    status: listed?.status,
    statusNotKnown: listed ? '' : keys.why === undefined ? 'it is not listed yet' : unreadText(keys.why, WHICH_KEYS),
    cells: [...keyCells(user_name, { ...key, status: listed?.status ?? '' }, use), alsoHas(user, others)],
    graveIfStopped: [...(use.lastUse.value?.isInUse ? [IN_USE] : []), ...stopped.grave],
    notKnownIfStopped: [
      ...(use.lastUse.value
        ? []
        : [`whether the key is in use is not known: ${unreadText(use.lastUse.why, 'its last use')}`]),
      ...stopped.notKnown,
    ],
    lastOfIfStopped: listed && listed.status !== 'Active' ? undefined : lastOf(others),
    facts: [
      user.fact,
      await keyFact('Access key', key, context, use),
      ...(await otherKeyFacts(keys, context, access_key_id)),
      ...user.holds,
    ],
  };
}

const NOT_LISTED = 'not listed yet, so made a moment ago';
const WHICH_KEYS = 'which keys the user has';

/** Of a key that does not work already, nothing. */
function judgeStop(
  { why }: Reading<KeyFacts[]>,
  listed: KeyFacts | undefined,
  others: KeyFacts[] = [],
): { grave: string[]; notKnown: string[] } {
  const notKnown = (since: string) => [`whether it is the user's only active key is not known: ${since}`];
  if (why) return { grave: [], notKnown: notKnown(unreadText(why, WHICH_KEYS)) };
  if (others.some(({ status }) => status === 'Active')) return { grave: [], notKnown: [] };
  if (!listed) return { grave: [], notKnown: notKnown('it is not listed yet') };
  return { grave: listed.status === 'Active' ? [ONLY_ACTIVE] : [], notKnown: [] };
}

function lastOf(others: KeyFacts[] = []): LastOf | undefined {
  const active = others.filter(({ status }) => status === 'Active').map(({ accessKeyId }) => accessKeyId);
  return active.length > 0 ? { others: active, grave: NONE_LEFT } : undefined;
}

/** What is known of it by the call alone. */
export function outlineCells({ user_name, access_key_id }: KeyInput): Cell[] {
  const key = { accessKeyId: access_key_id, status: '', created: undefined };
  return [...keyCells(user_name, key), { column: 'Also has', shown: '' }];
}

/** What is not known stays empty here: the facts say why. */
function keyCells(userName: string, { accessKeyId, status, created }: KeyFacts, use?: KeyUse): Cell[] {
  const used = use?.lastUse.value;
  return [
    { column: 'User', shown: userName },
    { column: 'Key', shown: `…${accessKeyId.slice(-4)}` },
    { column: 'Status', shown: status },
    { column: 'Created', shown: '', ...(created && { at: formatDate(created) }) },
    { column: 'Last used', shown: used && used.at === undefined ? 'never' : '', ...(used?.at && { at: used.at }) },
  ];
}

function statusNotKnown(why: WhyUnread): string {
  return `status${why === 'not-permitted' ? '' : ':'} ${unreadText(why)}`;
}

function isOtherThan(userName: string, owner: string | undefined): owner is string {
  return owner !== undefined && owner.toLowerCase() !== userName.toLowerCase();
}

/** A key has one owner: something between this program and AWS answers for one of them. */
function refuseTwoOwners(userName: string, keyId: string, { userName: owner }: KeyUse): void {
  if (!isOtherThan(userName, owner)) return;
  throw new CallError(
    'Refused',
    `IAM lists the key ${keyId} for ${userName}, and names ${cleanLine(owner)} as its owner: check where this connection's requests go`,
    { inPlan: 'IAM names two owners of the key' },
  );
}

function refuseUnlessOwned(userName: string, keyId: string, { userName: owner }: KeyUse, isListKnown: boolean): void {
  const isOther = isOtherThan(userName, owner);
  if (!isOther && !(owner === undefined && isListKnown)) return;
  const whose = isOther ? ` for ${userName}; it belongs to ${cleanLine(owner)}` : '';
  throw new AwsError('NoSuchEntity', `The Access Key with id ${keyId} cannot be found${whose}.`, {
    notDone: true,
    inPlan: isOther ? `the key belongs to ${cleanLine(owner)}` : undefined,
  });
}

export function confirmKey(access_key_id: string) {
  return { what: 'the last four characters of the access key', text: access_key_id.slice(-4) };
}

/** @param before the key's status, where it was read */
export function changedKey({ user_name, access_key_id }: KeyInput, after: string, before?: string): Changed {
  return { user_name, access_key_id, status: { before: before === undefined ? null : cleanLine(before, 60), after } };
}
