// ARNs name their partition (aws, aws-cn, aws-us-gov, …), and nothing of one partition exists in another.
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../errors.ts';

/** @throws CallError InvalidArguments, before anything is sent, for an ARN of another partition than the connection's */
export function refuseOtherPartition(field: string, arn: string, own: string): void {
  const other = arn.split(':')[1];
  if (other === own) return;
  throw new CallError(
    'InvalidArguments',
    `${field}: ${cleanLine(arn)} is of the partition ${other}, and this connection's region is in ${own}`,
    { field },
  );
}
