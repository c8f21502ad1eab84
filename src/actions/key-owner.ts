// Whose an access key is, for a caller who has the key's id alone.
import { CallError } from '../errors.ts';
import { AwsError } from '../iam/errors.ts';
import type { Completion } from './action.ts';

const NEXT = 'give user_name, if it is known whose key it is';

/** Without a UserName, IAM would take the caller's own user for the owner. */
export const ownerOfKey: Completion<{ access_key_id: string }, 'GetAccessKeyLastUsed', 'user_name'> = {
  field: 'user_name',
  reads: ['GetAccessKeyLastUsed'],
  async find({ access_key_id: id }, { send }) {
    const { UserName: owner } = await send('GetAccessKeyLastUsed', { AccessKeyId: id }).catch((error: unknown) => {
      throw error instanceof AwsError ? notFound(id, error) : error;
    });
    if (owner !== undefined) return owner;
    const message = `IAM names no user who owns ${id}: it may be a key of the account's root user, which no tool here changes; ${NEXT}`;
    throw new CallError('Refused', message, { inPlan: 'no user owns the key' });
  },
};

/** IAM says the same of a key that is not there, of one of another account, and where the permission is missing. */
function notFound(id: string, error: AwsError): AwsError {
  const message = `user_name was left out, and whose key ${id} is could not be looked up: ${error.message.replace(/[.:\s]+$/, '')}; ${NEXT}`;
  return new AwsError(error.code, message, {
    ...error,
    inPlan: 'whose key it is could not be looked up',
    cause: error.cause,
  });
}
