// Codes of MFA devices, which a profile may need to become its role. Which devices these are is known before anything is
// sent, so that a person can be asked for all codes first.
import type { Profiles } from './sign-in.ts';

/** A code of the device that has been typed for this call: each is given once. Undefined while there is none. */
export type MfaCode = (device: string) => string | undefined;

/** Codes are needed that nobody has typed yet: for whoever can ask a person, and never an outcome. */
export class MfaCodeNeeded extends Error {
  /** Their serial numbers or ARNs. */
  readonly devices: readonly string[];

  constructor(devices: readonly string[]) {
    super('MFA codes are needed');
    this.devices = devices;
  }
}

/**
 * The devices for which the chain wants a code, the one that it asks for first in front: a role's source may be a role,
 * too. None for profiles that the chain refuses. In the SDK's order (credential-provider-ini).
 */
export function mfaDevicesOf(profile: string, profiles: Profiles): string[] {
  const devices: string[] = [];
  const sources = new Set<string>();
  for (let settings = profiles.get(profile); settings; ) {
    const { role_arn, source_profile, credential_source, mfa_serial } = settings;
    const isSource = sources.size > 0;
    const hasKeys = settings.aws_access_key_id !== undefined && settings.aws_secret_access_key !== undefined;
    if (isSource && hasKeys) break;
    const isRole = role_arn !== undefined && (source_profile === undefined) !== (credential_source === undefined);
    const passesOn = isSource && !role_arn && !!credential_source;
    if (!isRole && !passesOn) break;
    if (role_arn && mfa_serial) devices.unshift(mfa_serial);
    if (!source_profile) break;
    // A circle of roles, or a source that does not exist: nothing comes of either, and a code would be typed in vain.
    if (sources.has(source_profile) || !profiles.has(source_profile)) return [];
    sources.add(source_profile);
    settings = profiles.get(source_profile);
  }
  return [...new Set(devices)];
}

/** @returns undefined when one of them is missing; those before it are given up then, and asked for anew */
export function takeCodes(
  devices: readonly string[],
  mfaCode: MfaCode | undefined,
): ReadonlyMap<string, string> | undefined {
  const codes = new Map<string, string>();
  for (const device of devices) {
    const code = mfaCode?.(device);
    if (code === undefined) return undefined;
    codes.set(device, code);
  }
  return codes;
}
