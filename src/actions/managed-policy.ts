// What a managed policy says, in its default version: the one that holds for whomever it is attached to.
import type { PlanContext } from './action.ts';
import { type Reading, readIfAvailable } from './reading.ts';

interface ManagedPolicy {
  /** Such as v3. */
  version: string;
  /** As IAM gives it: URL-encoded JSON. */
  document: string;
}

/** The requests that reading a policy takes. */
export const POLICY_READS = ['GetPolicy', 'GetPolicyVersion'] as const;

/** @throws AwsError NoSuchEntity when there is no such policy */
export async function readManagedPolicy(
  arn: string,
  context: PlanContext<(typeof POLICY_READS)[number]>,
): Promise<Reading<ManagedPolicy>> {
  const policy = await readIfAvailable(context.send('GetPolicy', { PolicyArn: arn }), context);
  const version = policy.value?.Policy?.DefaultVersionId;
  if (!version) return { why: policy.why ?? 'untold' };
  const read = await readIfAvailable(context.send('GetPolicyVersion', { PolicyArn: arn, VersionId: version }), context);
  const document = read.value?.PolicyVersion?.Document;
  return document === undefined ? { why: read.why ?? 'untold' } : { value: { version, document } };
}

/** The last part of the ARN, which is unique in its account whatever the path. */
export function policyName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** Of one that AWS wrote, which nobody can change or imitate: its name by the ARN, whatever the partition and path. */
function nameOfAwsPolicy(arn: string): string | undefined {
  return /^arn:[\w-]+:iam::aws:policy\//.test(arn) ? policyName(arn) : undefined;
}

/** For where its document may not be read. */
export function isAdministratorsByArn(arn: string): boolean {
  return ['AdministratorAccess', 'IAMFullAccess'].some((name) => name === nameOfAwsPolicy(arn));
}

/** AWS attaches one to the user of a key that leaked. There are several versions, and will be more. */
export function isQuarantine(arn: string): boolean {
  return nameOfAwsPolicy(arn)?.startsWith('AWSCompromisedKeyQuarantine') ?? false;
}
