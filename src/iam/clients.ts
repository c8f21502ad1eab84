// The SDK's clients as this program configures them: bounded in time, checked answers, and for a request that must
// not be sent twice, one attempt. Part of the chunk that is loaded with the first call.
import { loadConfig, NODE_REGION_CONFIG_FILE_OPTIONS, NODE_REGION_CONFIG_OPTIONS } from '@smithy/core/config';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Connection } from '../settings/connections.ts';
import { checkAnswers } from './answers.ts';
import { type CredentialsProvider, credentialsOf } from './credentials.ts';
import { IAMClient, STSClient } from './operations.ts';
import { IamRetryStrategy } from './retry.ts';

/** In milliseconds. */
export interface Timeouts {
  connect: number;
  answer: number;
}

/** What one connection signs and sends with. */
export interface Clients {
  /** Sends again what may be sent again. */
  iam: IAMClient;
  /** Sends each request exactly once. */
  iamOnce: IAMClient;
  sts: STSClient;
  credentials: CredentialsProvider;
}

const ATTEMPTS = 3;
// IAM is global: with no region set anywhere, this one reaches the commercial partition.
const REGION_WITHOUT_SETTING = 'us-east-1';

/** Makes the clients of a connection; with `withCredentials` they sign with those instead of the connection's own. */
export async function makeClients(
  connection: Connection,
  timeouts: Timeouts,
  withCredentials?: CredentialsProvider,
): Promise<Clients> {
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: timeouts.connect,
    requestTimeout: timeouts.answer,
    throwOnRequestTimeout: true,
  });
  const region = connection.sandbox
    ? REGION_WITHOUT_SETTING
    : (connection.region ?? (await regionFromEnvironment(connection)));
  const credentials = withCredentials ?? credentialsOf(connection, region, requestHandler);
  const config = {
    region,
    credentials,
    requestHandler,
    profile: connection.profile,
    ...(connection.sandbox && { endpoint: connection.sandbox.endpoint }),
  };
  const clients = {
    iam: new IAMClient({ ...config, retryStrategy: new IamRetryStrategy(ATTEMPTS) }),
    iamOnce: new IAMClient({ ...config, retryStrategy: new IamRetryStrategy(1) }),
    sts: new STSClient({ ...config, retryStrategy: new IamRetryStrategy(ATTEMPTS) }),
  };
  checkAnswers(clients.iam.middlewareStack, timeouts.answer);
  checkAnswers(clients.iamOnce.middlewareStack, timeouts.answer);
  checkAnswers(clients.sts.middlewareStack, timeouts.answer);
  return { ...clients, credentials };
}

async function regionFromEnvironment(connection: Connection): Promise<string> {
  const configured = loadConfig(
    { ...NODE_REGION_CONFIG_OPTIONS, default: REGION_WITHOUT_SETTING },
    { ...NODE_REGION_CONFIG_FILE_OPTIONS, profile: connection.profile },
  );
  return configured();
}
