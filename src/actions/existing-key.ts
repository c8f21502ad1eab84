// What update and delete share: a key that has to exist, belong to the user named, and not be the one that this
// connection signs with.
import { CallError } from '../envelope.ts';
import { AwsError } from '../iam/errors.ts';
import type { Fact, PlanContext } from './action.ts';
import { keyFact, keysOf, lastUseOf, otherKeyFacts, userFact } from './facts.ts';

export interface ExistingKey {
  facts: Fact[];
  /** Undefined when the keys may not be read. */
  status: string | undefined;
}

/**
 * @throws AwsError NoSuchEntity, when the user or the key is not there, before a person is asked in vain
 * @throws CallError Refused for the connection's own key
 */
export async function readExistingKey(
  { user_name, access_key_id }: { user_name: string; access_key_id: string },
  context: PlanContext,
): Promise<ExistingKey> {
  if (context.ownKeyIds.includes(access_key_id)) {
    throw new CallError(
      'Refused',
      `${access_key_id} is the key that this connection itself signs with; change it with other credentials`,
    );
  }
  const [user, keys, lastUse] = await Promise.all([
    userFact(user_name, context),
    keysOf(user_name, context),
    lastUseOf(access_key_id, context),
  ]);
  const listed = keys?.find((key) => key.accessKeyId === access_key_id);
  const isOwner = lastUse.userName?.toLowerCase() === user_name.toLowerCase();
  // A key made a moment ago may not be listed yet, though its owner is known.
  if (keys && !listed && !isOwner) {
    const owner = lastUse.userName === undefined ? '' : ` for ${user_name}; it belongs to ${lastUse.userName}`;
    throw new AwsError('NoSuchEntity', `The Access Key with id ${access_key_id} cannot be found${owner}.`, {
      notDone: true,
    });
  }
  const key = listed ?? { accessKeyId: access_key_id, status: 'status not permitted to read', created: undefined };
  return {
    status: listed?.status,
    facts: [
      user,
      await keyFact('Access key', key, context, lastUse),
      ...(await otherKeyFacts(keys, context, access_key_id)),
    ],
  };
}

export function confirmKey(access_key_id: string) {
  return { what: 'the last four characters of the access key', text: access_key_id.slice(-4) };
}
