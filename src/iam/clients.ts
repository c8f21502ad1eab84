// The SDK's clients as this program configures them: checked answers, bounded in time, kept to the pace of their
// connection, and for a request that must not be sent twice, one attempt.
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { checkAnswers } from './answers.ts';
import type { Credentials } from './credentials.ts';
import type { Service } from './endpoints.ts';
import { IAMClient, STSClient } from './operations.ts';
import { keepPace, type Pace } from './pace.ts';
import { ATTEMPTS, IamRetryStrategy } from './retry.ts';

/** What one identity signs and sends with. */
export interface Clients {
  /** Sends again what may be sent again. */
  iam: IAMClient;
  /** Sends each request exactly once; again only when AWS throttled it, and so did nothing. */
  iamOnce: IAMClient;
  sts: STSClient;
}

export interface ClientSettings {
  region: string;
  /** In place of AWS's own. */
  endpoints: Partial<Record<Service, string>>;
  profile?: string;
  requestHandler: NodeHttpHandler;
  answerTimeoutMs: number;
  pace: Pace;
}

export function makeClients(credentials: Credentials, settings: ClientSettings): Clients {
  const { region, endpoints, profile, requestHandler, answerTimeoutMs, pace } = settings;
  const config = { region, credentials, requestHandler, profile, ignoreConfiguredEndpointUrls: true };
  const ofIam = { ...config, ...(endpoints.IAM && { endpoint: endpoints.IAM }) };
  const ofSts = { ...config, ...(endpoints.STS && { endpoint: endpoints.STS }) };
  const clients = {
    iam: new IAMClient({ ...ofIam, retryStrategy: new IamRetryStrategy(ATTEMPTS) }),
    iamOnce: new IAMClient({ ...ofIam, retryStrategy: new IamRetryStrategy(1) }),
    sts: new STSClient({ ...ofSts, retryStrategy: new IamRetryStrategy(ATTEMPTS) }),
  };
  checkAnswers(clients.iam.middlewareStack, answerTimeoutMs);
  checkAnswers(clients.iamOnce.middlewareStack, answerTimeoutMs);
  checkAnswers(clients.sts.middlewareStack, answerTimeoutMs);
  keepPace(clients.iam.middlewareStack, pace);
  keepPace(clients.iamOnce.middlewareStack, pace);
  keepPace(clients.sts.middlewareStack, pace);
  return clients;
}
