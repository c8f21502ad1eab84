// Regions and partitions: where a request goes, and how it is signed, by what arrives there.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { partitionOf } from '../../src/iam/regions.ts';
import { call, openProgram } from '../actions/program.ts';
import { refuse, startAnyHost } from '../network/any-host.ts';
import { useEmptyHome } from './aws-home.ts';

const KEYS = { from: 'keys', accessKeyId: 'AKIAREGIONREGION0001', secretAccessKey: 'of-no-account-anywhere' } as const;

// By AWS's own documentation: IAM answers at one endpoint for all of a partition, and STS in each region.
const REGIONS = [
  ['eu-west-1', 'aws', 'iam.amazonaws.com', 'us-east-1', 'sts.eu-west-1.amazonaws.com'],
  ['us-east-1', 'aws', 'iam.amazonaws.com', 'us-east-1', 'sts.us-east-1.amazonaws.com'],
  ['cn-northwest-1', 'aws-cn', 'iam.cn-north-1.amazonaws.com.cn', 'cn-north-1', 'sts.cn-northwest-1.amazonaws.com.cn'],
  ['us-gov-east-1', 'aws-us-gov', 'iam.us-gov.amazonaws.com', 'us-gov-west-1', 'sts.us-gov-east-1.amazonaws.com'],
  ['us-iso-west-1', 'aws-iso', 'iam.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1', 'sts.us-iso-west-1.c2s.ic.gov'],
  [
    'us-isob-east-1',
    'aws-iso-b',
    'iam.us-isob-east-1.sc2s.sgov.gov',
    'us-isob-east-1',
    'sts.us-isob-east-1.sc2s.sgov.gov',
  ],
  [
    'eu-isoe-west-1',
    'aws-iso-e',
    'iam.eu-isoe-west-1.cloud.adc-e.uk',
    'eu-isoe-west-1',
    'sts.eu-isoe-west-1.cloud.adc-e.uk',
  ],
  [
    'us-isof-east-1',
    'aws-iso-f',
    'iam.us-isof-south-1.csp.hci.ic.gov',
    'us-isof-south-1',
    'sts.us-isof-east-1.csp.hci.ic.gov',
  ],
  [
    'eusc-de-east-1',
    'aws-eusc',
    'iam.eusc-de-east-1.amazonaws.eu',
    'eusc-de-east-1',
    'sts.eusc-de-east-1.amazonaws.eu',
  ],
] as const;

describe.each(REGIONS)('in %s (%s)', (region, partition, iamHost, iamRegion, stsHost) => {
  it('IAM is asked where it is, signed for its region, and STS next to it', async () => {
    useEmptyHome();
    const { arrived, asked, connection } = await startAnyHost({ [iamHost]: refuse, [stsHost]: refuse });
    const program = openProgram({ ...connection, region, credentials: KEYS, roles: ['*'] });
    const given = { user_name: 'jane' };
    expect((await call(program, 'list_access_keys', given)).error).toMatch(/^AccessDenied: Not here/);
    const role_arn = `arn:${partition}:iam::111122223333:role/responder`;
    expect((await call(program, 'list_access_keys', { ...given, role_arn })).error).toMatch(/^AccessDenied: Not here/);
    expect(arrived).toEqual([
      { host: iamHost, operation: 'ListAccessKeys', region: iamRegion, service: 'iam' },
      { host: stsHost, operation: 'AssumeRole', region, service: 'sts' },
    ]);
    expect(asked).toEqual([`${iamHost}:443`, `${stsHost}:443`]);
  });

  it('neither a policy nor a role of another partition gets as far as AWS', async () => {
    useEmptyHome();
    const { asked, connection } = await startAnyHost({ [iamHost]: refuse });
    const program = openProgram({ ...connection, region, credentials: KEYS });
    const other = partition === 'aws-cn' ? 'aws' : 'aws-cn';
    const attach = { user_name: 'jane', policy_arn: `arn:${other}:iam::aws:policy/ReadOnlyAccess` };
    expect((await call(program, 'attach_user_policy', attach)).error).toBe(
      `InvalidArguments: policy_arn: ${attach.policy_arn} is of the partition ${other}, and this connection's region ` +
        `is in ${partition}. Nothing was changed.`,
    );
    const list = { user_name: 'jane', role_arn: `arn:${other}:iam::111122223333:role/responder` };
    expect((await call(program, 'list_access_keys', list)).error).toBe(
      `InvalidArguments: role_arn: ${list.role_arn} is of the partition ${other}, and this connection's region ` +
        `is in ${partition}`,
    );
    expect(asked).toEqual([]);
  });

  it('is known to be in its partition', () => {
    expect(partitionOf(region, false)).toBe(partition);
  });
});

describe('without any region', () => {
  it('IAM of the commercial partition is asked', async () => {
    useEmptyHome();
    const { arrived, connection } = await startAnyHost({ 'iam.amazonaws.com': refuse });
    await call(openProgram({ ...connection, credentials: KEYS }), 'list_access_keys', { user_name: 'jane' });
    expect(arrived).toMatchObject([{ host: 'iam.amazonaws.com', region: 'us-east-1' }]);
  });
});

describe('a region that there is not', () => {
  it.each([
    ['us-esat-1', 'us-east-1'],
    ['eu-west1', 'eu-west-1'],
    ['eu-central', 'eu-central-1'],
    ['US-EAST-1', 'us-east-1'],
    ['ap_southeast_2', 'ap-southeast-2'],
    ['cn-north', 'cn-north-1'],
    ['us-gov-wset-1', 'us-gov-west-1'],
    ['us-gov-west-2', 'us-gov-west-1'],
    ['eusc-de-east-2', 'eusc-de-east-1'],
  ])('(%s) is refused with the nearest that there is, and nothing is sent', async (region, nearest) => {
    useEmptyHome();
    const { asked, connection } = await startAnyHost({ 'iam.amazonaws.com': refuse });
    const program = openProgram({ ...connection, region, credentials: KEYS });
    const { error } = await call(program, 'delete_access_key', { user_name: 'jane', access_key_id: KEYS.accessKeyId });
    expect(error).toBe(
      `InvalidArguments: '${region}' is not a region that this program knows; did you mean ${nearest}? ` +
        '(--allow-unknown-region admits newer ones). Nothing was changed.',
    );
    expect(asked).toEqual([]);
  });

  it.each(['', 'us-east-1 ', 'us-east-1.evil.example', 'x'.repeat(10_000), '\u202e1-tsae-su'])(
    '(%j) is refused, on one short line',
    (region) => {
      expect(() => partitionOf(region, false)).toThrow(/^'.*' is not a region that this program knows; did you mean/);
      try {
        partitionOf(region, true);
        expect.unreachable();
      } catch (error) {
        expect((error as Error).message.length).toBeLessThan(250);
        expect((error as Error).message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }
    },
  );

  it.each([
    ['us-east-9', 'aws'],
    ['us-gov-north-1', 'aws-us-gov'],
    ['cn-east-1', 'aws-cn'],
    ['eusc-de-west-1', 'aws-eusc'],
    ['xx-north-1', 'aws'],
  ])('(%s) is admitted with --allow-unknown-region, in the partition of its form', (region, partition) => {
    expect(() => partitionOf(region, false)).toThrow('--allow-unknown-region');
    expect(partitionOf(region, true)).toBe(partition);
  });

  it('is used once it is admitted', async () => {
    useEmptyHome();
    const { arrived, connection } = await startAnyHost({ 'iam.amazonaws.com': refuse });
    const program = openProgram(
      { ...connection, region: 'us-east-9', credentials: KEYS },
      { allowUnknownRegion: true },
    );
    await call(program, 'list_access_keys', { user_name: 'jane' });
    expect(arrived).toMatchObject([{ host: 'iam.amazonaws.com', region: 'us-east-1' }]);
  });

  it.each(['aws-cn-global', 'aws-us-gov-global', 'aws-iso-global'])(
    'but in a list of the SDK (%s) is refused, for STS is not there',
    (region) => expect(() => partitionOf(region, true)).toThrow(/^'aws-.*-global' is not a region/),
  );

  it('of no form that a region has is refused even then', () => {
    for (const region of ['us-east', 'useast1', 'us_east_1', 'localhost', 'us-east-1/../..']) {
      expect(() => partitionOf(region, true)).toThrow('is not a region');
    }
  });
});

describe("the SDK's own list of regions", () => {
  // It does not export it. A region of a new prefix would be refused rightly spelled nowhere, but never be offered.
  const source = readFileSync(
    'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js',
    'utf8',
  );
  const listed = [...source.matchAll(/"([a-z]+(?:-[a-z]+)+-\d+)": \{/g)].map(([, region = '']) => region);

  it('is offered in full: each region is what is meant by its name with one letter too many', () => {
    expect(listed.length).toBeGreaterThan(35);
    for (const region of listed) expect(() => partitionOf(`${region}x`, false)).toThrow(`did you mean ${region}?`);
  });
});
