// By what two calls are the same: what is to be done by whom, not how that was written. A request is found by it.
import { createHash } from 'node:crypto';
import type { Settings } from '../settings/settings.ts';
import type { RowCall } from './row-call.ts';

/**
 * The same for two calls of one tool by the same identities with the same rendered input, row by row.
 * @param settings of the server, by which the same call is another thing to agree to
 */
export function callDigest(
  tool: string,
  calls: readonly RowCall[],
  { approval, secrets }: Pick<Settings, 'approval' | 'secrets'>,
): string {
  // With another number of people it is another thing to agree to.
  const rows = calls.map(({ number, connection, endpoint, account, caller, roleArn, input }) => [
    number ?? null,
    connection.label,
    endpoint ?? null,
    account ?? null,
    caller === undefined ? null : stableCaller(caller),
    roleArn ?? null,
    connection.twoPeople?.includes(tool) ?? false,
    Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([tool, approval, secrets, rows]))
    .digest('hex');
}

// What AWS's SDKs and tools call a session where nobody has named it, which differs each time: `aws-sdk-js-1790000000000`,
// `botocore-session-1790000000`, `aws-go-sdk-1790000000000000000`; of aws-vault and older SDKs, the time alone, in
// milliseconds or nanoseconds. What runs in ECS goes by its task's id, and in EKS by a name that ends with a UUID.
const GENERATED_SESSION =
  /^(?:(?:aws-sdk-[a-z-]+|aws-go-sdk|aws-dotnet-sdk-session|botocore-session)-\d{10,}|\d{13}|\d{19})$|^[0-9a-f]{32}$|(?:^|-)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * An identity's ARN without the name of a session that was made up.
 * @param arn as GetCallerIdentity gives it: `arn:aws:sts::111122223333:assumed-role/responder/SESSION`
 */
export function stableCaller(arn: string): string {
  const [, role, session = ''] = /^(arn:[^:]*:sts::\d{12}:assumed-role\/.*)\/([^/]*)$/.exec(arn) ?? [];
  return GENERATED_SESSION.test(session) ? `${role}/*` : arn;
}
