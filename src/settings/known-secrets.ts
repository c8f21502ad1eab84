// Secrets that are there before any call is made: in the environment, and in AWS's files for the profiles in use. They
// have to be known before the first file of a table is read, or shown. What is fetched or made later is registered by
// whoever gets it.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { assertNever } from '../errors.ts';
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
const TOKEN_FILE_VARIABLES = ['AWS_WEB_IDENTITY_TOKEN_FILE', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
const SECRET_SETTINGS = ['aws_secret_access_key', 'aws_session_token', 'aws_security_token'];

/** Those of AWS's own variables, and the logins in the URLs of proxies. */
export function environmentSecrets(environment: Environment): string[] {
  return [
    ...SECRET_VARIABLES.flatMap((name) => environment[name]?.trim() || []),
    ...PROXY_VARIABLES.flatMap((name) => loginOf(environment[name] ?? '')),
  ];
}

/** A user name without a password may be a token. */
function loginOf(proxy: string): string[] {
  // Without a scheme it is one for http.
  const { user, password } = remoteAgentLogin(/^[\w+.-]+:\/\//.test(proxy) ? proxy : `http://${proxy}`);
  return [password ?? user ?? []].flat();
}

interface ProfileSecrets {
  secrets: string[];
  /** Where they are kept, or would be: when one changes, there may be others. */
  files: string[];
}

/** Those that AWS's files hold for the profiles that these connections use, and for the profiles those start from. */
export async function profileSecrets(
  connections: Iterable<Pick<Connection, 'credentials'>>,
  environment: Environment = process.env,
): Promise<ProfileSecrets> {
  const used = new Set([...connections].flatMap((connection) => profilesOf(connection, environment)));
  if (used.size === 0) return { secrets: [], files: [] };
  const found: ProfileSecrets = { secrets: [], files: TOKEN_FILE_VARIABLES.flatMap((name) => environment[name] || []) };
  const { getSSOTokenFilepath, loadSharedConfigFiles } = await import('@smithy/core/config');
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  // Grows while it is gone through: each profile may name a source.
  for (const profile of used) {
    const settings = [configFile, credentialsFile].flatMap((file) => Object.entries(file[profile] ?? {}));
    for (const [name, value = ''] of settings) {
      if (SECRET_SETTINGS.includes(name.toLowerCase())) found.secrets.push(value);
      if (name === 'source_profile') used.add(value);
      if (name === 'sso_session' || name === 'sso_start_url') found.files.push(getSSOTokenFilepath(value));
      if (name === 'web_identity_token_file') found.files.push(value);
      if (name === 'login_session') found.files.push(await loginCacheFile(value, environment));
    }
  }
  return {
    secrets: [...found.secrets, ...found.files.flatMap(tokensIn)],
    files: [...awsConfigFiles(), ...found.files],
  };
}

/** As the AWS CLI names it (`aws login`). */
async function loginCacheFile(session: string, environment: Environment): Promise<string> {
  const { createHash } = await import('node:crypto');
  const folder = environment.AWS_LOGIN_CACHE_DIRECTORY ?? path.join(homedir(), '.aws', 'login', 'cache');
  return path.join(folder, `${createHash('sha256').update(session).digest('hex')}.json`);
}

/** Of a sign-in that the AWS CLI keeps, or of a file that is a token: none while it is not there. */
function tokensIn(file: string): string[] {
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (!text.startsWith('{')) return [text];
    const { accessToken, ...more } = JSON.parse(text);
    const kept = [
      accessToken,
      accessToken?.secretAccessKey,
      accessToken?.sessionToken,
      more.refreshToken,
      more.clientSecret,
    ];
    return kept.filter((secret) => typeof secret === 'string');
  } catch {
    return [];
  }
}

function profilesOf({ credentials }: Pick<Connection, 'credentials'>, environment: Environment): string[] {
  switch (credentials.from) {
    case 'profile':
      return [credentials.profile];
    case 'chain':
      return [environment.AWS_PROFILE || environment.AWS_DEFAULT_PROFILE || 'default'];
    case 'keys':
    case 'sandbox':
      return [];
    default:
      return assertNever(credentials);
  }
}

/** @returns tells the redactor what AWS's files hold for these connections, again whenever the files have changed */
export function profileSecretsFor(
  connections: ReadonlyMap<string, Connection>,
  redactor: Redactor,
): () => Promise<void> {
  let known: { files: string[]; state: string } | undefined;
  return async () => {
    if (known && stateOf(known.files) === known.state) return;
    const { secrets, files } = await profileSecrets(connections.values());
    for (const secret of secrets) redactor.register(secret);
    known = { files, state: stateOf(files) };
  };
}
