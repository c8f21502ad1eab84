// What is tolerated of a request for a fact, by whose endpoint answers.
import { GetPolicyCommand, ListAttachedUserPoliciesCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { readIfAvailable } from '../../src/actions/reading.ts';
import { AwsError } from '../../src/iam/errors.ts';
import { thereIsAlice } from './alice.ts';
import { mockAws, openMocked, openMockedAtAws, refusal } from './mock-aws.ts';
import { ask } from './program.ts';

const STAND_IN = { endpoint: 'http://127.0.0.1:4566' };
const AWS = { endpoint: undefined };
const { iam } = mockAws();

const failed = (code: string, httpStatusCode: number) =>
  new AwsError(code, 'No.', {
    notDone: true,
    isAnswer: code !== 'BadResponse',
    cause: { $metadata: { httpStatusCode } },
  });

describe('an operation that an endpoint seems to lack', () => {
  it.each([
    ['InvalidAction', 400],
    ['NotImplemented', 501],
    ['InternalFailure', 501],
    ...[400, 404, 405, 500, 501].map((status): [string, number] => ['BadResponse', status]),
  ])('is tolerated of a stand-in for AWS alone: %s with %i', async (code, status) => {
    const error = failed(code, status);
    expect(await readIfAvailable(Promise.reject(error), STAND_IN)).toEqual({ why: 'untold' });
    await expect(readIfAvailable(Promise.reject(error), AWS)).rejects.toBe(error);
  });

  it('ends the call at AWS, where something in between would hide what a person has to see', async () => {
    thereIsAlice(iam, { policies: ['Billing'] });
    for (const Command of [GetPolicyCommand, ListAttachedUserPoliciesCommand]) {
      iam.on(Command as typeof GetPolicyCommand).rejects(refusal('InvalidAction', 'No.'));
      const given = { user_name: 'alice' };
      const { plan, envelope } = await ask(openMockedAtAws(), 'create_access_key', given);
      expect([plan, envelope.error]).toEqual([undefined, 'InvalidAction: No. Nothing was changed.']);
      expect((await ask(openMocked(), 'create_access_key', given)).plan).toBeDefined();
    }
  });
});

it('tolerates everywhere that this connection may not read', async () => {
  for (const place of [STAND_IN, AWS]) {
    expect(await readIfAvailable(Promise.reject(failed('AccessDenied', 403)), place)).toEqual({ why: 'not-permitted' });
  }
});
