// IAM and STS with `send` replaced: which command goes out with which input, and what comes of an answer. No middleware
// runs here, so that headers, retries and parsing are tested in test/iam, against the sandbox.
import {
  IAMClient,
  IAMServiceException,
  InvalidInputException,
  LimitExceededException,
  NoSuchEntityException,
  PolicyNotAttachableException,
  ServiceFailureException,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach } from 'vitest';
import { type Arguments, call, openProgram } from './program.ts';

const CALLER_KEY = 'AKIAOPERATOROPERATOR';
const CONNECTION = {
  sandbox: {
    // Nothing listens there: what slips past the mock fails.
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: CALLER_KEY, secretAccessKey: 'nothing-is-signed-with-this' },
  },
};

const REQUEST_ID = 'df329b96-752d-4170-96fe-499f29f9a625';
const SHOWN_HEADERS = {
  'x-amzn-requestid': REQUEST_ID,
  'content-type': 'text/xml',
  'content-length': '498',
  date: 'Wed, 09 Jun 2021 14:16:51 GMT',
};

/** What the SDK, and the middleware that adds the headers, tell of an exchange. */
export const EXCHANGE = {
  httpStatusCode: 200,
  requestId: REQUEST_ID,
  attempts: 1,
  headers: { ...SHOWN_HEADERS, 'set-cookie': 'not for a model' },
};

/** The same in the spec's words. */
export const RESPONSE_METADATA = {
  RequestId: REQUEST_ID,
  HTTPStatusCode: 200,
  HTTPHeaders: SHOWN_HEADERS,
  RetryAttempts: 0,
};

export type MockedIam = ReturnType<typeof mockAws>['iam'];

/** Mocks both clients for a whole file; an operation that a test has not set up fails. */
export function mockAws() {
  const iam = mockClient(IAMClient);
  const sts = mockClient(STSClient);
  // The files that follow in the same worker have the clients as they are.
  afterAll(() => {
    iam.restore();
    sts.restore();
  });
  beforeEach(() => {
    iam.reset();
    sts.reset();
    iam.onAnyCommand().rejects(new Error('an operation that this test did not set up'));
    sts.on(GetCallerIdentityCommand).resolves({
      Account: '111122223333',
      Arn: 'arn:aws:iam::111122223333:user/operator',
    });
  });
  return { iam, sts };
}

export function openMocked(settings: Parameters<typeof openProgram>[1] = {}) {
  return openProgram(CONNECTION, settings);
}

/** The same at AWS's own endpoint, as far as the program knows. */
export function openMockedAtAws() {
  return openProgram({ ...CONNECTION, endpoint: undefined });
}

export function run(tool: string, given: Arguments, settings: Parameters<typeof openProgram>[1] = {}) {
  return call(openMocked(settings), tool, given);
}

const MODELLED = {
  NoSuchEntity: NoSuchEntityException,
  LimitExceeded: LimitExceededException,
  InvalidInput: InvalidInputException,
  PolicyNotAttachable: PolicyNotAttachableException,
  ServiceFailure: ServiceFailureException,
};

/** An error as the SDK throws it, by its code on the wire. The SDK's class has another name: NoSuchEntityException. */
export function refusal(code: string, message = `IAM's text about ${code}`): Error {
  const $metadata = { httpStatusCode: code === 'ServiceFailure' ? 500 : 400, requestId: REQUEST_ID, attempts: 1 };
  const Modelled = MODELLED[code as keyof typeof MODELLED];
  return Modelled
    ? new Modelled({ message, $metadata })
    : new IAMServiceException({ name: code, $fault: 'client', message, $metadata });
}
