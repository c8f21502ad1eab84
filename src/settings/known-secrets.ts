// Secrets that are there before any call is made: in the environment, and in AWS's files for the profiles in use. They
// have to be known before the first file of a table is read, or shown. What is fetched or made later is registered by
// whoever gets it.
import type { Redactor } from '../redact.ts';
import { awsConfigFiles, stateOf } from './aws-files.ts';
import type { Connection } from './connection.ts';
import { remoteAgentLogin } from './connection-urls.ts';

type Environment = Record<string, string | undefined>;

const SECRET_VARIABLES = [
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
];
const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);
const SECRET_SETTINGS = ['aws_secret_access_key', 'aws_session_token', 'aws_security_token'];

/** Those of AWS's own variables, and the passwords in the URLs of proxies. */
export function environmentSecrets(environment: Environment): string[] {
  return [
    ...SECRET_VARIABLES.flatMap((name) => environment[name]?.trim() || []),
    ...PROXY_VARIABLES.flatMap((name) => remoteAgentLogin(environment[name] ?? '').password ?? []),
  ];
}

/** Those that AWS's files hold for the profiles that these connections use, and for the profiles those start from. */
export async function profileSecrets(
  connections: Iterable<Pick<Connection, 'credentials'>>,
  environment: Environment = process.env,
): Promise<string[]> {
  const used = new Set([...connections].flatMap((connection) => profilesOf(connection, environment)));
  if (used.size === 0) return [];
  const { getSSOTokenFromFile, loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const secrets: string[] = [];
  // Grows while it is gone through: each profile may name a source.
  for (const profile of used) {
    const settings = [configFile, credentialsFile].flatMap((file) => Object.entries(file[profile] ?? {}));
    for (const [name, value = ''] of settings) {
      if (SECRET_SETTINGS.includes(name.toLowerCase())) secrets.push(value);
      if (name === 'source_profile') used.add(value);
      if (name !== 'sso_session' && name !== 'sso_start_url') continue;
      // Not signed in: nothing to know.
      const token = await getSSOTokenFromFile(value).catch(() => ({}));
      secrets.push(...[token.accessToken, token.refreshToken, token.clientSecret].filter((part) => part !== undefined));
    }
  }
  return secrets;
}

function profilesOf({ credentials }: Pick<Connection, 'credentials'>, environment: Environment): string[] {
  if (credentials.from === 'profile') return [credentials.profile];
  if (credentials.from !== 'chain') return [];
  return [environment.AWS_PROFILE || environment.AWS_DEFAULT_PROFILE || 'default'];
}

/** @returns tells the redactor what AWS's files hold for these connections, again whenever the files have changed */
export function profileSecretsFor(
  connections: ReadonlyMap<string, Connection>,
  redactor: Redactor,
): () => Promise<void> {
  let state: string | undefined;
  return async () => {
    const now = stateOf(awsConfigFiles());
    if (now === state) return;
    for (const secret of await profileSecrets(connections.values())) redactor.register(secret);
    state = now;
  };
}
