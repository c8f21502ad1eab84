// What update and delete share: a key that has to exist, belong to the user named, and not be the one that this
// connection signs with.
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../errors.ts';
import { AwsError } from '../iam/errors.ts';
import { formatDate } from '../iam/response.ts';
import type { Cell, Fact, PlanContext } from './action.ts';
import { type KeyFacts, type KeyUse, keyFact, keysOf, otherKeyFacts, useOf, userFact } from './facts.ts';
import { unreadText, type WhyUnread } from './unread.ts';

/** What `readExistingKey` may send. */
export const EXISTING_KEY_READS = ['GetUser', 'ListAccessKeys', 'GetAccessKeyLastUsed'] as const;

const IN_USE = 'the key was used within a day: something is working with it';

export interface ExistingKey {
  facts: Fact[];
  cells: Cell[];
  /** Undefined when it is not known. */
  status: string | undefined;
  /** For a change that takes it out of use. */
  graveIfInUse: string[];
  /** For the same: said where its last use was not read. */
  notKnownIfInUse: string[];
}

/**
 * @throws AwsError NoSuchEntity, when the user or the key is not there, before a person is asked in vain
 * @throws CallError Refused for the connection's own key
 */
export async function readExistingKey(
  { user_name, access_key_id }: { user_name: string; access_key_id: string },
  context: PlanContext<(typeof EXISTING_KEY_READS)[number]>,
): Promise<ExistingKey> {
  if (context.ownKeyIds.includes(access_key_id)) {
    throw new CallError(
      'Refused',
      `${access_key_id} is the key that this connection itself signs with; change it with other credentials`,
    );
  }
  const [user, keys, use] = await Promise.all([
    userFact(user_name, context),
    keysOf(user_name, context),
    useOf(access_key_id, context),
  ]);
  const listed = keys.value?.find((key) => key.accessKeyId === access_key_id);
  if (!listed) refuseUnlessOwned(user_name, access_key_id, use, keys.value !== undefined);
  // Not listed, though its owner is known: IAM's lists lag behind.
  const status = keys.value ? 'not listed yet, so made a moment ago' : statusNotKnown(keys.why);
  const key = listed ?? { accessKeyId: access_key_id, status, created: undefined };
  return {
    status: listed?.status,
    cells: cellsOf(user_name, { ...key, status: listed?.status ?? '' }, use),
    graveIfInUse: use.lastUse.value?.isInUse ? [IN_USE] : [],
    notKnownIfInUse: use.lastUse.value
      ? []
      : [`whether the key is in use is not known: ${unreadText(use.lastUse.why, 'its last use')}`],
    facts: [
      user,
      await keyFact('Access key', key, context, use),
      ...(await otherKeyFacts(keys, context, access_key_id)),
    ],
  };
}

/** What is not known stays empty here: the facts say why. */
function cellsOf(userName: string, { accessKeyId, status, created }: KeyFacts, { lastUse }: KeyUse): Cell[] {
  const { value: used } = lastUse;
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

function refuseUnlessOwned(userName: string, keyId: string, { userName: owner }: KeyUse, isListKnown: boolean): void {
  const isOther = owner !== undefined && owner.toLowerCase() !== userName.toLowerCase();
  if (!isOther && !(owner === undefined && isListKnown)) return;
  const whose = isOther ? ` for ${userName}; it belongs to ${cleanLine(owner)}` : '';
  throw new AwsError('NoSuchEntity', `The Access Key with id ${keyId} cannot be found${whose}.`, { notDone: true });
}

export function confirmKey(access_key_id: string) {
  return { what: 'the last four characters of the access key', text: access_key_id.slice(-4) };
}
