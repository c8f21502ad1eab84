// What may be told of a connection: how it reaches AWS and how its credentials are found, never a value of them.
import { assertNever, CallError } from '../errors.ts';
import { AwsError } from '../iam/errors.ts';
import type { Connection } from '../settings/connection.ts';
import { TimeLimit } from '../time-limit.ts';
import type { Program } from './program.ts';

export interface ConnectionSummary {
  label: string;
  is_default: boolean;
  region: string | null;
  partition: string | null;
  /** How the credentials are found. */
  credentials: string;
  /** ARN of the role that the connection works as. */
  role: string | null;
  /** Patterns of the roles that a call may name without a person being asked; null: those of its own account. */
  roles: readonly string[] | null;
  /** Host and port of the proxy in effect. */
  proxy: string | null;
  read_only: boolean;
  verify_ssl: boolean;
  /** "Code: message" where region or network settings cannot be used. */
  error: string | null;
}

export async function describeConnection(connection: Connection, program: Program): Promise<ConnectionSummary> {
  const { label, role, roles = null, remoteAgent, readOnly, verifySsl } = connection;
  const place = await program.accounts.place(connection).catch((error: unknown) => ({ error: told(error) }));
  return {
    label,
    is_default: label === program.defaultLabel,
    region: 'region' in place ? place.region : null,
    partition: 'region' in place ? place.partition : null,
    credentials: howFound(connection),
    role: role?.arn ?? null,
    roles,
    proxy: hostOf('way' in place ? (place.way.iam.proxy ?? place.way.sts.proxy)?.address : remoteAgent),
    read_only: readOnly || program.settings.readOnly,
    verify_ssl: verifySsl,
    error: 'error' in place ? place.error : null,
  };
}

/** Account and ARN by STS, or why they are not known. */
export async function describeIdentity(
  connection: Connection,
  program: Program,
  signal: AbortSignal,
): Promise<{ account: string | null; arn: string | null; error: string | null }> {
  const limit = new TimeLimit(program.settings.callTimeout * 1000);
  const unlink = limit.endWith(signal);
  try {
    const account = await program.accounts.open(connection, { signal: limit.signal });
    return { ...(await account.identity(limit.signal, { anew: true })), error: null };
  } catch (error) {
    return { account: null, arn: null, error: told(error) };
  } finally {
    unlink();
    limit.stop();
  }
}

export function howFound({ credentials }: Connection): string {
  switch (credentials.from) {
    case 'keys':
      return 'access key given in the config file';
    case 'profile':
      return `profile ${credentials.profile}`;
    case 'sandbox':
      return 'the built-in sandbox';
    case 'chain':
      return "AWS's normal chain: environment, default profile, SSO, container, instance";
    default:
      return assertNever(credentials);
  }
}

function hostOf(url: string | undefined): string | null {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : null;
}

function told(error: unknown): string {
  if (error instanceof CallError || error instanceof AwsError) return `${error.code}: ${error.message}`;
  throw error;
}
