// A profile may need the codes of MFA devices to assume its role. This file finds out which devices these are before
// anything is sent, so that a person can be asked for all codes first.
import type { Profiles } from './sign-in.ts';

/** A code of the device that has been typed for this call: each is given once. Undefined while there is none. */
export type MfaCode = (device: string) => string | undefined;

/** Thrown when a person has to type codes first. Whoever can ask catches it; it is never the outcome of a call. */
export class MfaCodeNeeded extends Error {
  /** Their serial numbers or ARNs. */
  readonly devices: readonly string[];

  constructor(devices: readonly string[]) {
    super('MFA codes are needed');
    this.devices = devices;
  }
}

/**
 * The devices for which the SDK's chain asks, in its order, by the same rules (credential-provider-ini). There may be
 * several, since the source of a role may be a role itself.
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
    // The chain will fail at a circle of roles, and at a source that does not exist: nobody should type a code for that.
    if (sources.has(source_profile) || !profiles.has(source_profile)) return [];
    sources.add(source_profile);
    settings = profiles.get(source_profile);
  }
  return [...new Set(devices)];
}

/** @returns undefined when a code is missing. Those taken before it are lost then, and have to be asked for again */
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
