import * as z from 'zod';
import { CallError } from '../errors.ts';
import { AwsError } from '../iam/errors.ts';
import { plainAnswer, responseMetadata } from '../iam/response.ts';
import { type Cell, defineAction, type OutlineContext, type RunContext } from './action.ts';
import { alsoHas } from './also-has.ts';
import type { Changed } from './changed.ts';
import { type KeyFacts, keysOf, otherKeyFacts } from './facts.ts';
import { actionInput, userName } from './fields.ts';
import type { Reading } from './reading.ts';
import { withoutSecrets } from './secrets.ts';
import { newKey } from './targets.ts';
import { judgeForKey, RIGHTS_READS, readUserWithRights, type UserWithRights } from './user-rights.ts';

const SECRETS = { 'AccessKey.SecretAccessKey': 'secret access keys' };
// IAM's quota AccessKeysPerUser, inactive ones included; it cannot be raised.
const MOST_KEYS = 2;

export const createAccessKey = defineAction({
  name: 'create_access_key',
  title: 'Create Access Key',
  kind: 'create',
  description: (secrets) =>
    secrets === 'file'
      ? 'Creates an access key; a user has at most two, inactive ones included. The secret goes to a file that SecretFile names.'
      : 'Creates an access key; a user has at most two, inactive ones included. Returns the secret: do not repeat it.',
  input: actionInput({ user_name: userName() }),
  output: z.looseObject({
    AccessKey: z.looseObject({ AccessKeyId: z.string(), SecretAccessKey: z.string() }),
    SecretFile: z.string().optional(),
  }),
  secrets: SECRETS,
  sends: { CreateAccessKey: 'once', DeleteAccessKey: 'repeatable' },
  planReads: ['ListAccessKeys', 'GetAccessKeyLastUsed', ...RIGHTS_READS],
  async run({ user_name }, context) {
    const place = context.openSecretPlace();
    try {
      const answer = await context.send('CreateAccessKey', { UserName: user_name });
      const key = answer.AccessKey;
      if (!key?.AccessKeyId || !key.SecretAccessKey) {
        throw new AwsError('BadResponse', 'IAM answered without the new key', { notDone: false });
      }
      const made = { userName: user_name, accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
      const file = await keepOrDelete(made, () => place.keep(made), context);
      const isAsked = key.UserName?.toLowerCase() === user_name.toLowerCase() && /^\w{16,128}$/.test(key.AccessKeyId);
      if (!isAsked) {
        const where = file === undefined ? '' : `; its secret is in ${file}`;
        throw new CallError('OutcomeUnknown', `the answer has a key that is not one of ${user_name}${where}`);
      }
      const result = {
        AccessKey: plainAnswer(key),
        ...(file !== undefined && { SecretFile: file }),
        ResponseMetadata: responseMetadata(answer.$metadata),
      };
      return file === undefined ? result : withoutSecrets(result, SECRETS);
    } finally {
      place.discard();
    }
  },

  outline({ user_name }, { secrets }) {
    return {
      title: 'Create an access key',
      cells: cellsOf(user_name),
      grave: [],
      warnings: warningsOf(secrets),
      effect:
        secrets === 'inline'
          ? 'A new Active key for the user is made, and its secret is given to the assistant.'
          : 'A new Active key for the user is made. Its secret goes to a file on this machine that only you can read.',
      confirm: { what: 'the user name', text: user_name },
      change: { user_name, status: { before: null, after: 'Active' } },
    };
  },

  async plan({ user_name }, context) {
    const [user, keys] = await Promise.all([readUserWithRights(user_name, context), keysOf(user_name, context)]);
    if (keys.value && keys.value.length >= MOST_KEYS) {
      // What IAM would answer, said before a person is asked in vain.
      const ids = keys.value.map((key) => key.accessKeyId).join(', ');
      throw new AwsError(
        'LimitExceeded',
        `Cannot exceed quota for AccessKeysPerUser: ${MOST_KEYS}: delete or reuse one of ${ids} first.`,
        { notDone: true },
      );
    }
    return {
      facts: [user.fact, ...(await otherKeyFacts(keys, context)), ...user.holds],
      cells: cellsOf(user_name, user, keys),
      ...judgeForKey(user),
      warnings: [...user.warnings, ...warningsOf(context.secrets)],
    };
  },

  target: newKey,
  changedBy: newKeyIn,
  // Of a key that is there already, nobody has the secret.
  alreadyDone: () => undefined,
  whereToLook: ({ user_name }) =>
    `look at list_access_keys of ${user_name}; a key that appeared just now is one whose secret nobody has: delete it`,
});

function cellsOf(userName: string, user?: UserWithRights, keys?: Reading<KeyFacts[]>): Cell[] {
  return [
    { column: 'User', shown: userName },
    { column: 'Keys', shown: keys?.value ? `${keys.value.length} of ${MOST_KEYS}` : '' },
    user ? alsoHas(user) : { column: 'Also has', shown: '' },
  ];
}

function warningsOf(secrets: OutlineContext['secrets']): string[] {
  return secrets === 'inline' ? ['the assistant will see the secret (--secrets inline)'] : [];
}

/** A key whose secret cannot be kept is of no use to anyone: it is deleted again, and the error says which happened. */
async function keepOrDelete(
  key: { userName: string; accessKeyId: string },
  keep: () => string | undefined,
  { send }: RunContext<'DeleteAccessKey'>,
): Promise<string | undefined> {
  try {
    return keep();
  } catch (cause) {
    const id = key.accessKeyId;
    const why = `the secret of the new key ${id} could not be written to its file`;
    const changed = { cause, outcome: 'changed' } as const;
    try {
      await send('DeleteAccessKey', { UserName: key.userName, AccessKeyId: id });
    } catch (error) {
      const reason = error instanceof AwsError ? `${error.code}: ${error.message}` : 'this program failed';
      throw new CallError(
        'Internal',
        `${why}, and it could not be deleted again (${reason}): delete ${id} now`,
        changed,
      );
    }
    throw new CallError('Refused', `${why}; the key was deleted again, so that all is as before`, changed);
  }
}

function newKeyIn(result: unknown): Changed {
  const { AccessKey: key } = result as { AccessKey?: { AccessKeyId?: string } };
  return key?.AccessKeyId === undefined ? {} : { access_key_id: key.AccessKeyId };
}
