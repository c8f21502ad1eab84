import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
} from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import type { FaultOrder, Sandbox, SandboxFault } from '../../src/sandbox/sandbox.ts';
import { aSandbox } from './a-sandbox.ts';
import { failureOf, iamClient, refusalOf } from './clients.ts';

let sandbox: Sandbox;
let iam: IAMClient;

beforeEach(async () => {
  sandbox = await aSandbox();
  iam = iamClient(sandbox);
  sandbox.createUser('Jane');
});

const create = () => iam.send(new CreateAccessKeyCommand({ UserName: 'Jane' }));
const keysOfJane = () => sandbox.keysOf('Jane').length;
const order = (fault: SandboxFault, times?: number) => sandbox.order({ operation: 'CreateAccessKey', times, fault });

describe('faults that IAM reports', () => {
  test.each<[SandboxFault, string]>([
    [{ kind: 'throttle' }, 'Throttling 400: Rate exceeded'],
    [{ kind: 'status', status: 500 }, 'ServiceFailure 500: '],
    [{ kind: 'status', status: 503 }, 'ServiceUnavailable 503: '],
    [
      { kind: 'error', status: 409, code: 'EntityTemporarilyUnmodifiable', message: 'a < b & c' },
      'EntityTemporarilyUnmodifiable 409: a < b & c',
    ],
  ])('%j: an XML error with a request id, nothing carried out', async (fault, refusal) => {
    order(fault);
    const failure = await failureOf(create());
    expect(`${failure.code} ${failure.status}: ${failure.message}`).toContain(refusal);
    expect(failure.requestId).toBe(sandbox.log.at(-1)?.requestId);
    expect(sandbox.log.at(-1)).toMatchObject({ operation: 'CreateAccessKey', outcome: 'fault', code: failure.code });
    expect(keysOfJane()).toBe(0);
  });
});

describe('faults of the connection', () => {
  test('reset: the connection breaks and nothing was carried out', async () => {
    order({ kind: 'reset' });
    const failure = await failureOf(create());
    // A connection merely closed would be "socket hang up".
    expect(failure.message).toContain('ECONNRESET');
    expect(keysOfJane()).toBe(0);
    expect(sandbox.log.at(-1)).toMatchObject({ outcome: 'fault', code: 'reset' });
  });

  test('lost-answer: the same to see, but it was carried out', async () => {
    order({ kind: 'lost-answer' });
    expect((await failureOf(create())).message).toContain('ECONNRESET');
    expect(keysOfJane()).toBe(1);
    expect(sandbox.log.at(-1)).toMatchObject({ outcome: 'done', code: 'lost-answer' });
  });

  test('lost-body: status 200 arrives, the body does not, and it was carried out', async () => {
    order({ kind: 'lost-body' });
    const failure = await failureOf(create());
    expect(failure.message).toMatch(/^aborted/);
    expect(failure.status).toBe(200);
    expect(keysOfJane()).toBe(1);
  });

  test('silence: no answer, nothing carried out, the connection stays open until the sandbox closes', async () => {
    order({ kind: 'silence' });
    let settled = false;
    const failure = failureOf(create()).finally(() => {
      settled = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(settled).toBe(false);
    expect(keysOfJane()).toBe(0);
    await sandbox.close();
    expect((await failure).code).toBe('ECONNRESET');
  });

  test('with the retries of the SDK, a lost answer makes a second key', async () => {
    order({ kind: 'lost-answer' });
    const { endpoint, credentials } = sandbox;
    const retrying = new IAMClient({ endpoint, credentials, region: 'us-east-1', maxAttempts: 3 });
    await retrying.send(new CreateAccessKeyCommand({ UserName: 'Jane' }));
    expect(keysOfJane()).toBe(2);
  });
});

describe('answers that are not IAM’s', () => {
  test('html 200: the SDK takes it for success, without a request id', async () => {
    sandbox.order({ fault: { kind: 'html', status: 200 } });
    const AccessKeyId = sandbox.createKey('Jane').accessKeyId;
    const answer = await iam.send(new DeleteAccessKeyCommand({ UserName: 'Jane', AccessKeyId }));
    expect(answer.$metadata).toMatchObject({ httpStatusCode: 200, requestId: undefined });
    expect(keysOfJane()).toBe(1);
  });

  test('html 502: the SDK fails without a code of AWS', async () => {
    order({ kind: 'html', status: 502 });
    const failure = await failureOf(create());
    expect(failure.status).toBe(502);
    expect(failure.requestId).toBeUndefined();
    expect(keysOfJane()).toBe(0);
  });

  test('empty: the SDK takes it for success, nothing carried out', async () => {
    sandbox.order({ fault: { kind: 'empty' } });
    const PolicyArn = sandbox.company.wildcardPolicyArn;
    const answer = await iam.send(new AttachUserPolicyCommand({ UserName: 'Jane', PolicyArn }));
    expect(answer.$metadata.httpStatusCode).toBe(200);
    expect(sandbox.attachedPolicies('Jane')).toEqual([]);
  });

  test('malformed-xml: the SDK cannot read it, and it was carried out', async () => {
    order({ kind: 'malformed-xml' });
    const failure = await failureOf(create());
    expect(failure.status).toBe(200);
    expect(keysOfJane()).toBe(1);
    expect(sandbox.log.at(-1)).toMatchObject({ outcome: 'done', code: 'malformed-xml' });
  });
});

describe('orders', () => {
  const getUser = () => iam.send(new GetUserCommand({}));

  test('strike once when nothing else is said, then all is well', async () => {
    order({ kind: 'throttle' });
    await failureOf(create());
    await create();
    expect(keysOfJane()).toBe(1);
  });

  test('strike as often as told, in the order they came', async () => {
    const orders: FaultOrder[] = [
      { times: 2, fault: { kind: 'throttle' } },
      { times: 0, fault: { kind: 'reset' } },
      { fault: { kind: 'status', status: 503 } },
    ];
    for (const each of orders) sandbox.order(each);
    const codes = [await failureOf(getUser()), await failureOf(getUser()), await failureOf(getUser())].map(
      ({ code }) => code,
    );
    expect(codes).toEqual(['Throttling', 'Throttling', 'ServiceUnavailable']);
    await getUser();
  });

  test('strike only the operation they name, until they are cleared', async () => {
    order({ kind: 'throttle' }, Number.POSITIVE_INFINITY);
    await getUser();
    await failureOf(create());
    await failureOf(create());
    sandbox.clearOrders();
    await create();
  });

  test('of latency slow a request, which is then carried out', async () => {
    order({ kind: 'latency', ms: 120 });
    const start = performance.now();
    await create();
    expect(performance.now() - start).toBeGreaterThan(115);
    expect(keysOfJane()).toBe(1);
  });

  test('of latency go together with another fault', async () => {
    order({ kind: 'latency', ms: 120 });
    order({ kind: 'throttle' });
    const start = performance.now();
    expect(await refusalOf(create())).toContain('Throttling');
    expect(performance.now() - start).toBeGreaterThan(115);
  });

  test('do not spoil a refusal: what is lost may be an error, too', async () => {
    sandbox.order({ fault: { kind: 'lost-answer' } });
    const call = iam.send(new ListAccessKeysCommand({ UserName: 'nobody' }));
    expect((await failureOf(call)).code).toBe('ECONNRESET');
    expect(sandbox.log.at(-1)).toMatchObject({ outcome: 'refused', code: 'NoSuchEntity' });
  });
});
