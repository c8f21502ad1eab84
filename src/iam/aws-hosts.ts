// Which hosts are IAM and STS at AWS itself. That a name ends as AWS's do is not enough: everybody can have a bucket, a
// load balancer or an API under amazonaws.com, with a certificate of AWS's.
import { partition } from '@aws-sdk/core/client';

// The SDK keeps its list of partitions to itself: one region of each.
const REGIONS = [
  'us-east-1',
  'cn-north-1',
  'us-gov-west-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'us-isof-south-1',
  'eu-isoe-west-1',
  'eusc-de-east-1',
];
// Of a VPC endpoint, before what it stands for: `vpce-0ab1-x2y3.sts.us-east-1.vpce.amazonaws.com`.
const VPC_ENDPOINT = 'vpce-[a-z0-9-]+';
const SERVICE = '(iam|sts)(-fips)?';
const REGION = '([a-z]+(-[a-z]+)+-[0-9]+|us-gov|global)';

/** @param host in lower case, as URL has it */
export function isAwsHost(host: string): boolean {
  const suffixes = REGIONS.map(partition).flatMap(({ dnsSuffix, dualStackDnsSuffix }) => [
    dnsSuffix,
    dualStackDnsSuffix,
  ]);
  const suffix = suffixes.map((text) => text.replaceAll('.', '\\.')).join('|');
  const pattern = `^(${SERVICE}(\\.${REGION})?|${VPC_ENDPOINT}\\.${SERVICE}(\\.${REGION})?\\.vpce)\\.(${suffix})\\.?$`;
  return new RegExp(pattern).test(host);
}
