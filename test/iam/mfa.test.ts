// Which MFA devices a profile takes codes of. The SDK's own chain says whether that is right.
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { describe, expect, it } from 'vitest';
import { mfaDevicesOf, takeCodes } from '../../src/iam/mfa.ts';
import { readProfiles } from '../../src/iam/sign-in.ts';
import { useEmptyHome } from './aws-home.ts';

const KEYS = 'aws_access_key_id = AKIA\naws_secret_access_key = s\n';
const role = (name: string, source: string, device?: string) =>
  `[profile ${name}]\nrole_arn = arn:aws:iam::111122223333:role/${name}\n${source}\n${device ? `mfa_serial = ${device}\n` : ''}`;
const base = `[profile base]\n${KEYS}`;

const ignore = () => {};
const quiet = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

/** What the chain asks for, and whether it came to anything. */
async function askedByChain(profile: string): Promise<{ devices: string[]; found: boolean }> {
  const devices: string[] = [];
  const session = { accessKeyId: 'ASIA', secretAccessKey: 's', sessionToken: 't' };
  const found = await defaultProvider({
    profile,
    ignoreCache: true,
    logger: quiet,
    roleAssumer: async () => session,
    roleAssumerWithWebIdentity: async () => session,
    mfaCodeProvider: async (device) => {
      devices.push(device);
      return '123456';
    },
  })().then(
    () => true,
    () => false,
  );
  return { devices: [...new Set(devices)], found };
}

describe('the MFA devices of a profile', () => {
  it.each<[string, string, string[]]>([
    ['with keys', `[profile a]\n${KEYS}mfa_serial = mfa/no\n`, []],
    ['with a role', role('a', 'source_profile = base', 'mfa/a') + base, ['mfa/a']],
    ['with a role and no device', role('a', 'source_profile = base') + base, []],
    ['with keys and a role', `${role('a', 'source_profile = base', 'mfa/a')}${KEYS}${base}`, ['mfa/a']],
    ['that is its own source', `${role('a', 'source_profile = a', 'mfa/a')}${KEYS}`, ['mfa/a']],
    [
      'whose source is a role, too, which is asked for first',
      role('a', 'source_profile = b', 'mfa/a') + role('b', 'source_profile = base', 'mfa/b') + base,
      ['mfa/b', 'mfa/a'],
    ],
    [
      'whose source is a role with the same device',
      role('a', 'source_profile = b', 'mfa/a') + role('b', 'source_profile = base', 'mfa/a') + base,
      ['mfa/a'],
    ],
    [
      'whose source has keys beside its role',
      `${role('a', 'source_profile = b', 'mfa/a')}${role('b', 'source_profile = base', 'mfa/b')}${KEYS}${base}`,
      ['mfa/a'],
    ],
    ['of a credential source', role('a', 'credential_source = Environment', 'mfa/a'), ['mfa/a']],
    [
      'whose source has a credential source and no role',
      `${role('a', 'source_profile = b', 'mfa/a')}[profile b]\ncredential_source = Environment\nmfa_serial = mfa/b\n`,
      ['mfa/a'],
    ],
    [
      'whose source passes on those of another, without a role',
      `${role('a', 'source_profile = b', 'mfa/a')}[profile b]\ncredential_source = x\nsource_profile = c\n${role('c', 'source_profile = base', 'mfa/c')}${base}`,
      ['mfa/c', 'mfa/a'],
    ],
    ['with a process', '[profile a]\ncredential_process = echo {}\nmfa_serial = mfa/no\n', []],
  ])('%s are those that the chain asks for', async (_, config, devices) => {
    useEmptyHome({ AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' }).config(config);
    expect(mfaDevicesOf('a', await readProfiles())).toEqual(devices);
    expect((await askedByChain('a')).devices.sort()).toEqual([...devices].sort());
  });

  it.each<[string, string]>([
    ['a circle', role('a', 'source_profile = b', 'mfa/a') + role('b', 'source_profile = a', 'mfa/b')],
    ['a source that does not exist', role('a', 'source_profile = nowhere', 'mfa/a')],
    ['two sources', role('a', 'source_profile = base\ncredential_source = Environment', 'mfa/a') + base],
    ['no source', role('a', '', 'mfa/a')],
    ['a profile that does not exist', base],
  ])('are none where nothing comes of the chain: %s', async (_, config) => {
    useEmptyHome().config(config);
    expect(mfaDevicesOf('a', await readProfiles())).toEqual([]);
    expect((await askedByChain('a')).found).toBe(false);
  });
});

describe('the codes of a lookup', () => {
  const typed = (codes: Record<string, string>) => (device: string) => codes[device];

  it('are those of all its devices', () => {
    expect(takeCodes(['a', 'b'], typed({ a: '1', b: '2', c: '3' }))).toEqual(
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    );
    expect(takeCodes([], undefined)).toEqual(new Map());
  });

  it('are none as long as one is missing', () => {
    expect(takeCodes(['a', 'b'], typed({ a: '1' }))).toBeUndefined();
    expect(takeCodes(['a'], undefined)).toBeUndefined();
  });
});
