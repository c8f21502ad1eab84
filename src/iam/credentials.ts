// Where a connection's credentials come from: the SDK's normal chain, resolved when a call needs them, with errors a
// person can act on.

import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { loadSharedConfigFiles } from '@smithy/core/config';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../envelope.ts';
import type { Connection } from '../settings/connections.ts';
import { toAwsError } from './errors.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

export type CredentialsProvider = () => Promise<Credentials>;

const ignore = () => {};
// Without a logger of ours the chain writes its remarks to the console.
const quiet = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

/** @returns a provider that remembers what it found until shortly before it expires, and asks anew after a failure */
export function credentialsOf(
  connection: Connection,
  region: string,
  requestHandler: NodeHttpHandler,
): CredentialsProvider {
  if (connection.sandbox) {
    const { credentials } = connection.sandbox;
    return async () => credentials;
  }
  const chain = defaultProvider({
    profile: connection.profile,
    logger: quiet,
    ignoreCache: true,
    clientConfig: { region, requestHandler },
  });
  return async () => {
    try {
      return await chain();
    } catch (error) {
      throw await credentialsError(error, connection.profile ?? process.env.AWS_PROFILE);
    }
  };
}

async function credentialsError(error: unknown, profile: string | undefined): Promise<Error> {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  // A request of the chain itself failed, such as the AssumeRole that a profile names.
  if (!/^(Credentials|Token)?ProviderError$/.test(name)) return toAwsError(error, 'the request for credentials');
  const named = profile === undefined ? undefined : cleanLine(profile, 80);
  const told = (text: string) => new CallError('NoCredentials', text, { cause: error });
  const profiles = await profileNames();
  if (profile !== undefined && !profiles.includes(profile)) {
    const there = profiles.length > 0 ? `there are: ${cleanLine(profiles.join(', '), 600)}` : 'there are none';
    return told(`profile '${named}' is not in the AWS config files; ${there}`);
  }
  if (/multi-factor/.test(message)) {
    return told(
      `profile '${named ?? 'default'}' asks for an MFA code, which this server cannot give: run 'aws sts get-session-token' ` +
        'with your MFA device, and use a profile that holds the session it returns',
    );
  }
  if (/sso login|SSO session|Token is expired/i.test(message)) {
    return told(
      `the SSO sign-in of profile '${named ?? 'default'}' has expired: run aws sso login${named ? ` --profile ${named}` : ''}`,
    );
  }
  if (profile !== undefined) {
    return told(`profile '${named}' gave no credentials: ${cleanLine(message)}`);
  }
  return told(
    'no AWS credentials were found: start the server with --profile NAME, or with AWS_PROFILE or AWS_ACCESS_KEY_ID and ' +
      'AWS_SECRET_ACCESS_KEY in its environment; --sandbox works without any',
  );
}

async function profileNames(): Promise<string[]> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  return [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])].filter(
    (name) => !name.includes('.'),
  );
}
