// What a managed policy says, in its default version: the one that holds for whomever it is attached to.
import type { PlanContext } from './action.ts';
import { ifTold, NOT_TOLD, type Reading } from './reading.ts';

interface ManagedPolicy {
  /** Such as v3. */
  version: string;
  /** As IAM gives it: URL-encoded JSON. */
  document: string;
}

/** The requests that reading a policy takes. */
export const POLICY_READS = ['GetPolicy', 'GetPolicyVersion'] as const;

/** @throws AwsError NoSuchEntity when there is no such policy */
export async function readManagedPolicy(arn: string, { send }: PlanContext): Promise<Reading<ManagedPolicy>> {
  const policy = await ifTold(send('GetPolicy', { PolicyArn: arn }));
  const version = policy.value?.Policy?.DefaultVersionId;
  if (!version) return { why: policy.why ?? NOT_TOLD };
  const read = await ifTold(send('GetPolicyVersion', { PolicyArn: arn, VersionId: version }));
  const document = read.value?.PolicyVersion?.Document;
  return document === undefined ? { why: read.why ?? NOT_TOLD } : { value: { version, document } };
}
