// The sandbox as the tests look at it and change it behind the server's back.
import { type IAMClient, IAMClient as Iam, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { isChange, operationsOf } from '../../src/actions/action.ts';
import { ACTIONS } from '../../src/actions/index.ts';
import type { LogEntry, Sandbox } from '../../src/sandbox/sandbox.ts';

const CHANGES = new Set<string>(ACTIONS.filter(isChange).flatMap(operationsOf));
const COLLEAGUE = 'colleague';

/** The changes that the server sent, in order, whatever became of them. */
export function changesIn(aws: Sandbox): LogEntry[] {
  return aws.log.filter(({ operation, caller }) => CHANGES.has(operation) && !caller.endsWith(`/${COLLEAGUE}`));
}

/** Someone else with access to the account, whose changes `changesIn` leaves out. */
export function colleagueIn(aws: Sandbox): IAMClient {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  aws.createUser(COLLEAGUE);
  return new Iam({ endpoint: aws.endpoint, region: 'us-east-1', credentials: aws.createKey(COLLEAGUE) });
}

/** As a colleague does it in the meantime. */
export async function turnOff(aws: Sandbox, accessKeyId: string): Promise<void> {
  const UserName = aws.key(accessKeyId)?.userName;
  await colleagueIn(aws).send(new UpdateAccessKeyCommand({ UserName, AccessKeyId: accessKeyId, Status: 'Inactive' }));
}

/** Arguments for update_access_key: the change that most tests ask a person about. */
export function turningOff(aws: Sandbox) {
  return { user_name: aws.company.leakedUser, access_key_id: aws.company.leakedKeyId, status: 'Inactive' };
}

/** What a person types to agree to it. */
export function lastFour(aws: Sandbox): string {
  return aws.company.leakedKeyId.slice(-4);
}
