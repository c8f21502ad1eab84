// Where a connection's own credentials come from: given keys, a profile, or the SDK's normal chain; found when a call
// needs them, with errors that a person can act on.
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { cleanLine } from '../clean-text.ts';
import { assertNever, CallError } from '../errors.ts';
import type { ConnectionCredentials } from '../settings/connection.ts';
import { AwsError, toAwsError } from './errors.ts';
import { type CredentialSource, isLasting, remembering } from './lookup.ts';
import { MfaCodeNeeded, mfaDevicesOf } from './mfa.ts';
import { getDefaultRoleAssumerWithWebIdentity } from './operations.ts';
import { ATTEMPTS, IamRetryStrategy } from './retry.ts';
import { readProfiles, signInCommand, signInOf } from './sign-in.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

interface RoleParameters {
  RoleArn?: string;
  RoleSessionName?: string;
  SerialNumber?: string;
  TokenCode?: string;
}

interface SourceSettings {
  region: string;
  requestHandler: NodeHttpHandler;
  /** Takes secrets out of what went wrong. */
  redact: (text: string) => string;
  /** For profiles that name a role. */
  assumeRole: (own: Credentials, params: RoleParameters) => Promise<Credentials>;
  /** Puts on record that a role is about to be assumed with a token. @returns tells what came of it */
  recordRole: (role: string) => (error?: unknown) => void;
}

const ignore = () => {};
// Without a logger of ours the chain writes its remarks to the console.
const quiet = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

/** @returns a source that remembers what it found until shortly before it expires, and looks anew after a failure */
export function credentialSource(from: ConnectionCredentials, settings: SourceSettings): CredentialSource {
  switch (from.from) {
    case 'keys':
    case 'sandbox': {
      const { from: _, ...given } = from;
      return async () => given;
    }
    case 'profile':
      return sourceByChain(from.profile, settings);
    case 'chain':
      return sourceByChain(undefined, settings);
    default:
      return assertNever(from);
  }
}

function sourceByChain(profile: string | undefined, settings: SourceSettings): CredentialSource {
  // Without a region: for the sign-in portal the SDK would take it before the profile's own sso_region.
  const clientConfig = { requestHandler: settings.requestHandler, retryStrategy: new IamRetryStrategy(ATTEMPTS) };
  const assumeRoleWithWebIdentity = getDefaultRoleAssumerWithWebIdentity({ ...clientConfig, region: settings.region });
  /** Of the lookup that is under way. */
  let codes: ReadonlyMap<string, string> = new Map();
  const chain = defaultProvider({
    profile,
    logger: quiet,
    ignoreCache: true,
    clientConfig,
    parentClientConfig: { region: settings.region },
    roleAssumer: async (own, params) => {
      if (params.SerialNumber !== undefined && !params.TokenCode) throw new MfaCodeNeeded([params.SerialNumber]);
      return settings.assumeRole(own, params);
    },
    roleAssumerWithWebIdentity: (params) =>
      recorded(settings.recordRole(params.RoleArn ?? ''), () =>
        assumeRoleWithWebIdentity(params).catch((error: unknown) => {
          throw toAwsError(error, 'AssumeRoleWithWebIdentity', settings.redact).asOfARead();
        }),
      ),
    // Must not throw: by then the chain is at work on the source's credentials, whose failure would go unhandled.
    mfaCodeProvider: async (device) => codes.get(device) ?? '',
  });
  // Where a sign-in names no region of its own.
  const callerClientConfig = { region: async () => settings.region };
  // Past the chain's own memory, which renews a session in the background, where nobody could type a code.
  const runChain = () => chain({ callerClientConfig, forceRefresh: true });
  return remembering({
    devices: () => devicesOf(profileInUse(profile)),
    noCodes: () => new CallError('NoCredentials', noWayToAskForCode(profileInUse(profile))),
    async lookUp(brought) {
      codes = brought;
      try {
        const found = await runChain();
        // Where codes were used, a second run would need new ones.
        return isLasting(found) || brought.size > 0 ? found : await runChain();
      } catch (error) {
        throw await credentialsError(error, profileInUse(profile), settings.redact);
      }
    },
  });
}

async function devicesOf(profile: string | undefined): Promise<readonly string[]> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  // Without a profile, keys in the environment come first.
  if (profile === undefined && AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) return [];
  return mfaDevicesOf(profile ?? 'default', await readProfiles());
}

/** Tells what came of something that is on record. */
export async function recorded<T>(settled: (error?: unknown) => void, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    settled();
    return result;
  } catch (error) {
    settled(error);
    throw error;
  }
}

function profileInUse(named: string | undefined): string | undefined {
  // An empty variable names no profile.
  return named ?? (process.env.AWS_PROFILE || undefined);
}

async function credentialsError(
  error: unknown,
  profile: string | undefined,
  redact: (text: string) => string,
): Promise<Error> {
  if (error instanceof CallError || error instanceof AwsError || error instanceof MfaCodeNeeded) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const named = cleanLine(profile ?? 'default', 80);
  const told = (text: string) => new CallError('NoCredentials', text, { cause: error });
  const profiles = await readProfiles();
  const isOfProvider = /^(Credentials|Token)?ProviderError$/.test(name);
  const signIn = signInOf(profile ?? 'default', profiles);
  // As the SDK's chain puts the error of its own requests into words. Not by its name: a broken connection has the same.
  if (isOfProvider && /exceeded the configured \d+ ms requestTimeout|did not establish a connection/.test(message)) {
    const text = `what the credentials of profile '${named}' come from did not answer within the time allowed (--answer-timeout)`;
    return new CallError('Timeout', text, { cause: error });
  }
  // Whatever came of it, the chain may have gone on and failed elsewhere. Without the right, no sign-in helps.
  if (signIn?.by === 'login' && isOfProvider && !/insufficient permissions/.test(message)) {
    const command = signInCommand(signIn, profile);
    return told(
      `the sign-in of profile '${cleanLine(signIn.profile, 80)}' has expired, or was never made: run ${command}`,
    );
  }
  if (
    /sso login|SSO session|Token is expired|UnauthorizedException|token not found or invalid/i.test(
      `${name} ${message}`,
    )
  ) {
    const sso = signIn ?? { by: 'sso', profile: profile ?? 'default' };
    return told(
      `the SSO sign-in of profile '${cleanLine(sso.profile, 80)}' has expired: run ${signInCommand(sso, profile)}`,
    );
  }
  // A request of the chain itself failed, such as the one for a web identity's role.
  if (!isOfProvider) return toAwsError(error, 'the request for credentials', redact).asOfARead();
  if (profile !== undefined && !profiles.has(profile)) {
    const names = [...profiles.keys()].join(', ');
    const there = profiles.size > 0 ? `there are: ${cleanLine(names, 600)}` : 'there are none';
    return told(`profile '${named}' is not in the AWS config files; ${there}`);
  }
  if (profile !== undefined || signIn)
    return told(`profile '${named}' gave no credentials: ${cleanLine(redact(message))}`);
  return told(
    'no AWS credentials were found: start the server with --profile NAME, or with AWS_PROFILE or AWS_ACCESS_KEY_ID and ' +
      'AWS_SECRET_ACCESS_KEY in its environment; --sandbox works without any',
  );
}

function noWayToAskForCode(profile: string | undefined): string {
  return (
    `profile '${cleanLine(profile ?? 'default', 80)}' asks for an MFA code, and this host has no form to ask for it: run ` +
    "'aws sts get-session-token' with your MFA device, and use a profile that holds the session it returns"
  );
}
