// Looking for credentials: what was found is kept until shortly before it expires, and calls that come at once share one
// lookup.
import type { Credentials } from './credentials.ts';
import { type MfaCode, MfaCodeNeeded, takeCodes } from './mfa.ts';

// A session must outlive the call that it is given to, the wait for a person included.
export const LEAST_LIFE_LEFT_MS = 5 * 60 * 1000;

/**
 * @param mfaCode undefined where nobody can be asked for a code
 * @throws MfaCodeNeeded before anything is sent, CallError NoCredentials, Timeout, AwsError
 */
export type CredentialSource = (mfaCode: MfaCode | undefined) => Promise<Credentials>;

interface Lookup {
  /** Those whose codes it takes. */
  devices: () => Promise<readonly string[]>;
  lookUp: (codes: ReadonlyMap<string, string>) => Promise<Credentials>;
  /** Where there is no way to ask for a code. */
  noCodes: () => Error;
}

/** Runs one lookup at a time, and begins none before all its codes are there: no call fails for a code that another lacked. */
export function remembering({ devices: devicesNow, lookUp, noCodes }: Lookup): CredentialSource {
  let found: Credentials | undefined;
  let underWay: Promise<Credentials> | undefined;
  const begin = (codes: ReadonlyMap<string, string>): Promise<Credentials> => {
    underWay = lookUp(codes)
      .then((credentials) => {
        found = credentials;
        return credentials;
      })
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  };
  const find = async (mfaCode: MfaCode | undefined): Promise<Credentials> => {
    if (found && isLasting(found)) return found;
    const devices = await devicesNow();
    let failed: { error: unknown } | undefined;
    while (underWay) {
      try {
        return await underWay;
      } catch (error) {
        failed = { error };
      }
    }
    if (found && isLasting(found)) return found;
    // The lookup of another call has failed. It is worth another try only with codes that this call has brought.
    if (failed && devices.length === 0) throw failed.error;
    const codes = takeCodes(devices, mfaCode);
    if (codes) return begin(codes);
    throw failed ? failed.error : new MfaCodeNeeded(devices);
  };
  return async (mfaCode) => {
    try {
      return await find(mfaCode);
    } catch (error) {
      throw error instanceof MfaCodeNeeded && !mfaCode ? noCodes() : error;
    }
  };
}

/** A session may be handed out to its very end; a call must not outlive what it signs with. */
export function isLasting({ expiration }: Credentials): boolean {
  return expiration === undefined || expiration.getTime() - Date.now() > LEAST_LIFE_LEFT_MS;
}
