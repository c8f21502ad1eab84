// Facts that an endpoint cannot tell, as stand-ins for AWS (moto, LocalStack and others) answer. Over real HTTP, since
// it hangs on what an answer is made of.
import { describe, expect, it } from 'vitest';
import { iamAnswer, openHostile } from '../iam/hostile-endpoint.ts';
import { ask, planOf, shown } from './program.ts';

const KEY_ID = 'AKIAALICEALICEALI001';
const POLICY = 'arn:aws:iam::111122223333:policy/Tools';
const IDENTITY = '<Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/operator</Arn>';
const READS = [
  'GetUser',
  'ListAccessKeys',
  'GetAccessKeyLastUsed',
  'ListAttachedUserPolicies',
  'ListGroupsForUser',
  'ListUserPolicies',
  'GetPolicy',
  'GetPolicyVersion',
];
const PAGE = '<!doctype html><html><title>Whatever</title><h1>Not here</h1></html>';

const errorOf = (code: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>No.</Message></Error><RequestId>r</RequestId></ErrorResponse>`;

interface Failure {
  status: number;
  body: string;
}

/** An endpoint that knows who asks, but answers so to every operation in `failing`. */
async function endpointWith({ status, body }: Failure, failing: readonly string[] = READS, callTimeout = 20) {
  const { program, asked } = await openHostile(
    (response, operation) => {
      if (operation === 'GetCallerIdentity') return response.end(iamAnswer(operation, IDENTITY));
      if (failing.includes(operation)) return response.writeHead(status).end(body);
      return response.end(iamAnswer(operation));
    },
    { callTimeout },
  );
  return { program, asked };
}

const UNTOLD: [string, Failure][] = [
  ...[
    'InvalidAction',
    'NotImplemented',
    'NotImplementedError',
    'NotImplementedException',
    'UnknownOperation',
    'UnknownOperationException',
    'UnsupportedOperation',
    'MethodNotAllowed',
  ].map((code): [string, Failure] => [code, { status: 400, body: errorOf(code) }]),
  ['501 InternalFailure', { status: 501, body: errorOf('InternalFailure') }],
  ...[400, 404, 405, 500, 501].map((status): [string, Failure] => [`a page with ${status}`, { status, body: PAGE }]),
  ['an empty answer with 404', { status: 404, body: '' }],
  ['JSON with 400', { status: 400, body: '{"__type":"UnknownOperationException"}' }],
];

describe.each(UNTOLD)('an endpoint that answers %s', (_, failure) => {
  const NOT_AVAILABLE = 'this endpoint does not tell';

  it.each([
    ['create_access_key', { user_name: 'alice' }, { Keys: NOT_AVAILABLE, 'Attached policies': NOT_AVAILABLE }],
    [
      'delete_access_key',
      { user_name: 'alice', access_key_id: KEY_ID },
      { 'Access key': `${KEY_ID}: status: ${NOT_AVAILABLE}; last use: ${NOT_AVAILABLE}`, 'Other keys': NOT_AVAILABLE },
    ],
    [
      'attach_user_policy',
      { user_name: 'alice', policy_arn: POLICY },
      { 'Policy says': NOT_AVAILABLE, 'Attached policies': NOT_AVAILABLE },
    ],
  ])('is no obstacle to %s, and the plan says what it does not tell', async (tool, given, facts) => {
    const { program } = await endpointWith(failure);
    const plan = await planOf(program, tool, given);
    expect(shown(plan, 'User')).toBe(`alice (details: ${NOT_AVAILABLE})`);
    for (const label of ['Permissions boundary', 'Groups', 'Inline policies']) {
      expect(shown(plan, label)).toBe(NOT_AVAILABLE);
    }
    for (const [label, text] of Object.entries(facts)) expect(shown(plan, label)).toBe(text);
  });
});

describe('what is no word about the fact', () => {
  it.each<[string, Failure, RegExp]>([
    ["a captive portal's page", { status: 200, body: PAGE }, /^BadResponse: /],
    ['a page with 407', { status: 407, body: PAGE }, /^BadResponse: /],
    ['a page with 502', { status: 502, body: PAGE }, /^(BadResponse|Timeout): /],
    ['a page with 503', { status: 503, body: PAGE }, /^(BadResponse|Timeout): /],
    ['a page with 504', { status: 504, body: PAGE }, /^(BadResponse|Timeout): /],
    ['ServiceFailure', { status: 500, body: errorOf('ServiceFailure') }, /^ServiceFailure: /],
    ['Throttling', { status: 400, body: errorOf('Throttling') }, /^Throttling: /],
    ['ValidationError', { status: 400, body: errorOf('ValidationError') }, /^ValidationError: /],
  ])('ends the call, such as %s', async (_, failure, error) => {
    const { program } = await endpointWith(failure, ['ListAttachedUserPolicies'], 2);
    const { plan, envelope } = await ask(program, 'create_access_key', { user_name: 'alice' });
    expect(plan).toBeUndefined();
    expect(envelope.error).toMatch(error);
    expect(envelope.error).toMatch(/Nothing was changed\.$/);
  });

  it('is any such answer about who asks, or to the change itself', async () => {
    const failure = { status: 501, body: errorOf('NotImplemented') };
    const whoAsks = await openHostile((response) => response.writeHead(501).end(failure.body), { callTimeout: 2 });
    const { plan, envelope } = await ask(whoAsks.program, 'create_access_key', { user_name: 'alice' });
    expect([plan, envelope.error?.split(':')[0]]).toEqual([undefined, 'NotImplemented']);
    const { call } = await openHostile((response, operation) => {
      if (operation === 'GetCallerIdentity') return response.end(iamAnswer(operation, IDENTITY));
      return response.writeHead(400).end(errorOf('InvalidAction'));
    });
    const { error } = await call('create_access_key', { user_name: 'alice' });
    expect(error).toBe('InvalidAction: No. Nothing was changed.');
  });
});
