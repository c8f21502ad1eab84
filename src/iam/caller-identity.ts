// Who AWS says that some credentials are.
import { AwsError } from './errors.ts';
import { GetCallerIdentityCommand, type STSClient } from './operations.ts';

export interface Identity {
  /** 12 digits. */
  account: string;
  arn: string;
}

/** @throws what the SDK throws; AwsError BadResponse for an answer that names nobody */
export async function callerIdentity(sts: STSClient, abortSignal?: AbortSignal): Promise<Identity> {
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}), { abortSignal });
  if (!Account || !Arn) throw new AwsError('BadResponse', 'GetCallerIdentity named no account', { notDone: true });
  return { account: Account, arn: Arn };
}
