// The real SDK clients, pointed at a sandbox, each call sent once.
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

// The SDK announces on stderr that it will want a newer Node.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface ClientChoice {
  /** The operator's when absent. */
  credentials?: Credentials;
  region?: string;
}

export function iamClient(sandbox: Sandbox, choice: ClientChoice = {}): IAMClient {
  return new IAMClient({ ...settings(sandbox), ...choice });
}

export function stsClient(sandbox: Sandbox, choice: ClientChoice = {}): STSClient {
  return new STSClient({ ...settings(sandbox), ...choice });
}

function settings(sandbox: Sandbox) {
  return { endpoint: sandbox.endpoint, region: 'us-east-1', credentials: sandbox.credentials, maxAttempts: 1 };
}

export interface Failure {
  name: string;
  message: string;
  code: string | undefined;
  status: number | undefined;
  requestId: string | undefined;
}

/** What a call that must fail failed with; `code` is the code on the wire. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    const { name, message, Code, code, $metadata } = error as Error & {
      Code?: string;
      code?: string;
      $metadata?: { httpStatusCode?: number; requestId?: string };
    };
    return {
      name,
      message,
      code: Code ?? code,
      status: $metadata?.httpStatusCode,
      requestId: $metadata?.requestId,
    };
  }
  throw new Error('The call succeeded.');
}

/** `CODE STATUS: message`, as in iam-notes. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  const { code, status, message } = await failureOf(call);
  return `${code} ${status}: ${message}`;
}
