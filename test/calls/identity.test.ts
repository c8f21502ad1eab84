// Which calls are the same, so that one finds the request of another.
import { describe, expect, it } from 'vitest';
import { callDigest, stableCaller } from '../../src/calls/identity.ts';
import type { RowCall } from '../../src/calls/row-call.ts';
import { aCall } from './a-call.ts';

const ROLE = 'arn:aws:sts::111122223333:assumed-role/responder';
const ANA = 'arn:aws:iam::111122223333:user/ana';
const SETTINGS = { approval: 'auto', secrets: 'file' } as const;
const INPUT = { user_name: 'ci-deploy', access_key_id: 'AKIAEXAMPLEEXAMPLE77', status: 'Inactive' };

function aRow({ label = 'default', ...changes }: Partial<RowCall> & { label?: string } = {}): RowCall {
  return { ...aCall({ input: INPUT, connection: { label } }), account: '111122223333', caller: ANA, ...changes };
}
const digestOf = (...rows: RowCall[]) => callDigest('update_access_key', rows, SETTINGS);
const bySession = (session: string) => digestOf(aRow({ caller: `${ROLE}/${session}` }));

describe('a call is the same', () => {
  it('in whatever order its fields come', () => {
    const input = Object.fromEntries(Object.entries(INPUT).reverse());
    expect(digestOf(aRow({ input }))).toBe(digestOf(aRow()));
  });

  it('whatever time it may take, and whatever it warns of', () => {
    expect(digestOf({ ...aRow(), limit: aCall({ limitMs: 1 }).limit, warnings: ['careful'] })).toBe(digestOf(aRow()));
  });

  it.each([
    ["an AWS SDK's", 'aws-sdk-js-1790000000000', 'aws-sdk-js-1790000009999'],
    ["an AWS SDK's with a web identity", 'aws-sdk-js-session-1790000000000', 'aws-sdk-js-session-1790000009999'],
    ["the Go SDK's", 'aws-go-sdk-1790000000000000000', 'aws-go-sdk-1790000000000009999'],
    ["botocore's", 'botocore-session-1790000000', 'botocore-session-1790009999'],
    ["aws-vault's", '1790000000000000000', '1790000000000009999'],
    ["an ECS task's", '0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210'],
    [
      "an EKS pod's",
      'eks-prod-agent-0b1c2d3e-1111-4222-8333-0123456789ab',
      'eks-prod-agent-5f6a7b8c-1111-4222-8333-0123456789ab',
    ],
  ])('in another session that nobody has named: %s', (_, one, other) => {
    expect(bySession(one)).toBe(bySession(other));
  });
});

describe('a call is another one', () => {
  it.each<[string, Parameters<typeof aRow>[0]]>([
    ['with other arguments', { input: { ...INPUT, status: 'Active' } }],
    ['as another row of the table', { number: 2 }],
    ['without a table', { number: undefined }],
    ['by another connection', { label: 'prod' }],
    ['to another endpoint', { endpoint: 'https://iam.example.com' }],
    ['in another role', { roleArn: 'arn:aws:iam::111122223333:role/responder' }],
    ['in another account', { account: '444455556666' }],
    ['by another user', { caller: 'arn:aws:iam::111122223333:user/ben' }],
    ['by somebody who is not known', { caller: undefined, account: undefined }],
  ])('%s', (_, changes) => {
    expect(digestOf(aRow(changes))).not.toBe(digestOf(aRow()));
  });

  it.each([
    ['a number of somebody, such as of a telephone', '4915112345678901', '4917600000000901'],
    ['a name with the word eks in it', 'eks-prod-ana', 'eks-prod-ben'],
  ])('in a session that goes by %s', (_, one, other) => {
    expect(bySession(one)).not.toBe(bySession(other));
  });

  it('of another tool', () => {
    expect(callDigest('delete_access_key', [aRow()], SETTINGS)).not.toBe(digestOf(aRow()));
  });

  it('to a server that asks in another way, or shows secrets', () => {
    const to = (settings: object) => callDigest('update_access_key', [aRow()], { ...SETTINGS, ...settings });
    expect(to({ approval: 'terminal' })).not.toBe(to({}));
    expect(to({ secrets: 'inline' })).not.toBe(to({}));
  });

  it('with its rows in another order, or one of them less', () => {
    const rows = [aRow(), aRow({ number: 2, input: { ...INPUT, user_name: 'tom.okafor' } })];
    const inOrder = digestOf(...rows);
    expect(digestOf(...rows.toReversed())).not.toBe(inOrder);
    expect(digestOf(...rows.slice(0, 1))).not.toBe(inOrder);
  });

  it.each([
    ['named by a person', 'ana', 'ben'],
    ['named by a person after a tool', 'aws-vault-ana', 'aws-vault-ben'],
    ['named by a person after an SDK', 'botocore-session-ana', 'botocore-session-ben'],
    ['named by a short number', '1001', '1002'],
  ])('in another session that is %s', (_, one, other) => {
    expect(bySession(one)).not.toBe(bySession(other));
  });

  it('in the session of another role, or of the role of another account', () => {
    const session = 'botocore-session-1790000000';
    const others = [ROLE.replace('responder', 'admin'), ROLE.replace('111122223333', '444455556666')];
    for (const role of others) {
      expect(digestOf(aRow({ caller: `${role}/${session}` }))).not.toBe(bySession(session));
    }
  });

  it('by a user who goes by the name of a session', () => {
    const user = (name: string) => digestOf(aRow({ caller: `arn:aws:iam::111122223333:user/${name}` }));
    expect(user('botocore-session-1790000000')).not.toBe(user('botocore-session-1790009999'));
  });
});

describe('the caller without the name of a session', () => {
  const UUID = '0b1c2d3e-1111-4222-8333-0123456789ab';

  it.each([
    'aws-sdk-js-session-1764280000000',
    'aws-go-sdk-1764280000',
    'aws-dotnet-sdk-session-1764280000',
    'botocore-session-1764280000',
    '1764280000000',
    '1764280000000000000',
    '0123456789abcdef0123456789abcdef',
    UUID,
    `eks-agent-${UUID}`,
  ])('is the role where a program has made the name up: %s', (session) => {
    expect(stableCaller(`${ROLE}/${session}`)).toBe(`${ROLE}/*`);
  });

  it.each([
    '1764280000',
    'x1764280000',
    '1764280000x',
    'botocore-session-176428000',
    '0123456789abcdef0123456789abcde',
    '0123456789abcdef0123456789abcdef0',
    '0123456789abcdef0123456789abcdeg',
    `x${UUID}`,
    `${UUID}x`,
    '0b1c2d3e-1111-4222-0123456789ab',
    '',
  ])('is the whole ARN where a person may have chosen it: %j', (session) => {
    expect(stableCaller(`${ROLE}/${session}`)).toBe(`${ROLE}/${session}`);
  });

  it('is found in every partition, and for a role below a path', () => {
    expect(stableCaller('arn:aws-us-gov:sts::111122223333:assumed-role/a/b/1764280000000')).toBe(
      'arn:aws-us-gov:sts::111122223333:assumed-role/a/b/*',
    );
  });

  it.each([
    'arn:aws:sts::111122223333:federated-user/1764280000',
    'arn:aws:iam::111122223333:assumed-role/responder/1764280000',
    'arn:aws:sts::1111:assumed-role/responder/1764280000',
    `x${ROLE}/1764280000`,
    '',
  ])('is as it stands where it is no session of a role: %j', (arn) => {
    expect(stableCaller(arn)).toBe(arn);
  });
});
