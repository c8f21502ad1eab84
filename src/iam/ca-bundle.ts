// Whom a connection trusts, where the operator has said so. Who can write that file can pose as AWS: it is read as the
// config file is.
import { X509Certificate } from 'node:crypto';
import { cleanLine } from '../clean-text.ts';
import { CallError, reasonOf } from '../errors.ts';
import { readTrustedBytes } from '../settings/trusted-file.ts';
import type { NetworkSettings } from './network.ts';

// Operating systems bring along a quarter of one; some companies add theirs to it, with comments.
const MOST_MEGABYTES = 10;
// So that the command in it is whole.
const LONGEST_REASON = 5000;

/** The file in effect. */
export function caBundleOf({ caBundle, direct }: Pick<NetworkSettings, 'caBundle' | 'direct'>): string | undefined {
  return (caBundle ?? (direct ? undefined : process.env.AWS_CA_BUNDLE)) || undefined;
}

/** @throws CallError InvalidArguments for one that cannot be read, or that others can write */
export function readCaBundle(network: Pick<NetworkSettings, 'caBundle' | 'direct'>): string | undefined {
  const file = caBundleOf(network);
  if (file === undefined) return undefined;
  const { bytes } = readTrustedBytes(file, {
    mostMegabytes: MOST_MEGABYTES,
    writable: (quotedFile) =>
      `others can write this file, which decides whom to take for AWS: chmod go-w ${quotedFile}`,
    refuse: (why) => unusable(file, why),
  });
  // Comments in it may be of any encoding.
  const pem = bytes.toString();
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw unusable(file, 'there is no certificate in it');
  try {
    // TLS itself takes what it cannot read for no authority at all, without a word.
    new X509Certificate(pem);
  } catch (error) {
    throw unusable(file, reasonOf(error), error);
  }
  return pem;
}

function unusable(file: string, why: string, cause?: unknown): CallError {
  const message = `the CA bundle ${cleanLine(file)} cannot be used: ${cleanLine(why, LONGEST_REASON)}`;
  return new CallError('InvalidArguments', message, { cause, field: 'caBundle' });
}
