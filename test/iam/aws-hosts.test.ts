// Which hosts are taken for AWS's own: of those that are not, a person is warned.
import { describe, expect, it, vi } from 'vitest';
import { isAwsHost } from '../../src/iam/aws-hosts.ts';
import { awsEndpoint } from '../../src/iam/endpoints.ts';
import { useEmptyHome } from './aws-home.ts';

const REGIONS = [
  'us-east-1 eu-west-1 ap-southeast-3 cn-north-1 cn-northwest-1 us-gov-west-1 us-gov-east-1 us-iso-east-1',
  'us-isob-east-1 us-isof-south-1 eu-isoe-west-1 eusc-de-east-1',
].flatMap((line) => line.split(' '));

describe("AWS's own hosts", () => {
  it.each(REGIONS)('are all to which the SDK sends by itself in %s', async (region) => {
    useEmptyHome();
    for (const fips of ['true', 'false']) {
      for (const dualStack of ['true', 'false']) {
        vi.stubEnv('AWS_USE_FIPS_ENDPOINT', fips);
        vi.stubEnv('AWS_USE_DUALSTACK_ENDPOINT', dualStack);
        const addresses = [await awsEndpoint('IAM', region, undefined), await awsEndpoint('STS', region, undefined)];
        for (const address of addresses)
          expect([address, isAwsHost(new URL(address).hostname)]).toEqual([address, true]);
      }
    }
  });

  it.each([
    'https://sts.amazonaws.com',
    'https://STS.EU-West-1.amazonaws.COM',
    'https://iam.amazonaws.com.',
    'https://user:password@sts.eu-west-1.amazonaws.com/path',
    'https://vpce-0a1b2c3d4e-5f6g7h8i.sts.us-east-1.vpce.amazonaws.com',
    'https://vpce-0a1b2c3d4e-5f6g7h8i-us-east-1a.sts.us-east-1.vpce.amazonaws.com',
    'https://vpce-0a1b2c3d4e-5f6g7h8i.sts.cn-north-1.vpce.amazonaws.com.cn',
  ])('are that of %s', (address) => {
    expect(isAwsHost(new URL(address).hostname)).toBe(true);
  });

  it.each([
    'https://amazonaws.com.evil.example',
    'https://iam.amazonaws.com.evil.example',
    'https://evilamazonaws.com',
    'https://iam.evilamazonaws.com',
    'https://iam-amazonaws.com',
    'https://iam.amazonaws.com@evil.example',
    'https://evil.example/iam.amazonaws.com',
    'https://evil.example\\@iam.amazonaws.com',
    'https://evil.example#iam.amazonaws.com',
    'https://iam.amazonaws.com..',
    'https://iam.amazonaws.comm',
    'https://iam.amazonaws.com.cn.evil.example',
    'https://iam.аmazonaws.com',
    'https://іam.amazonaws.com',
    'https://iamxamazonaws.com',
    'https://iam.us-east-1xamazonaws.com',
    'https://127.0.0.1',
    'https://localhost',
  ])('are not that of %s', (address) => {
    expect(isAwsHost(new URL(address).hostname)).toBe(false);
  });

  it.each([
    'a1b2c3.execute-api.us-east-1.amazonaws.com',
    'sts.execute-api.us-east-1.amazonaws.com',
    'iam.s3.amazonaws.com',
    'iam.s3.us-east-1.amazonaws.com',
    'sts.s3-website-us-east-1.amazonaws.com',
    'sts-1234567890.us-east-1.elb.amazonaws.com',
    'ec2-198-51-100-1.compute-1.amazonaws.com',
    'vpce-0a1b2c-3d4e.vpce-svc-0a1b2c.us-east-1.vpce.amazonaws.com',
    'vpce-0a1b2c-3d4e.execute-api.us-east-1.vpce.amazonaws.com',
    'evil.sts.us-east-1.amazonaws.com',
    'amazonaws.com',
    '',
  ])('are not what any customer may have there: %s', (host) => {
    expect(isAwsHost(host)).toBe(false);
  });
});
