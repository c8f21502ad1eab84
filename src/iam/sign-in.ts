// Which command of the AWS CLI signs a person in, for a profile that gave no credentials: by what the profile has in
// AWS's config files, or the one that it takes them from.
import { loadSharedConfigFiles } from '@smithy/core/config';
import { cleanLine } from '../clean-text.ts';

/** By name; what both files have, as the SDK puts it together. */
export type Profiles = ReadonlyMap<string, Record<string, string | undefined>>;

interface SignIn {
  by: 'sso' | 'login';
  /** The profile that is signed in to: the one asked about, or a source of it. */
  profile: string;
}

export async function readProfiles(): Promise<Profiles> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const names = new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)]);
  return new Map(
    [...names]
      .filter((name) => !/^(sso-session|services)\./.test(name))
      .map((name) => [name, { ...configFile[name], ...credentialsFile[name] }]),
  );
}

/** Undefined for a profile whose credentials come from something else. In the SDK's order (credential-provider-ini). */
export function signInOf(profile: string, profiles: Profiles, visited: readonly string[] = []): SignIn | undefined {
  const settings = profiles.get(profile);
  if (!settings || visited.includes(profile)) return undefined;
  const { role_arn, source_profile, credential_source, credential_process, web_identity_token_file } = settings;
  const hasKeys = settings.aws_access_key_id !== undefined && settings.aws_secret_access_key !== undefined;
  // The keys of a source win over its role.
  if (hasKeys && visited.length > 0) return undefined;
  if (role_arn !== undefined && source_profile !== undefined && credential_source === undefined) {
    return signInOf(source_profile, profiles, [...visited, profile]);
  }
  if (hasKeys || credential_source !== undefined || credential_process !== undefined) return undefined;
  if (role_arn !== undefined && web_identity_token_file !== undefined) return undefined;
  if (Object.keys(settings).some((name) => name.startsWith('sso_'))) return { by: 'sso', profile };
  return settings.login_session ? { by: 'login', profile } : undefined;
}

/** @param asked the profile that the person named; the default one needs no name where there was none */
export function signInCommand({ by, profile }: SignIn, asked: string | undefined): string {
  const command = by === 'sso' ? 'aws sso login' : 'aws login';
  return asked === undefined && profile === 'default' ? command : `${command} --profile ${quoted(profile)}`;
}

/** For a shell, where the name has something in it that one would take for its own. */
function quoted(name: string): string {
  const shown = cleanLine(name, 80);
  return /^[\w.@%+=:,/-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", "'\\''")}'`;
}
