// The file with an approver's key: it is read where nobody else can, and made with `approve --new-key`.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import path from 'node:path';
import type { Signer } from '../../approval/put-signed.ts';
import { reasonOf } from '../../errors.ts';
import type { Approver } from '../../settings/approvers.ts';
import { ConfigError } from '../../settings/config-error.ts';
import { accessProblem, readTrustedFile } from '../../settings/trusted-file.ts';
import { writePrivateFile } from '../../state/state-dir.ts';

/**
 * Reads the key, and finds whose it is.
 * @throws ConfigError for a file that others can read, that has no Ed25519 key, or whose key is no approver's
 */
export function readSigner(file: string, approvers: readonly Approver[]): Signer {
  const { text, ownership } = readTrustedFile(file);
  const refuse = (why: string) => new ConfigError(file, undefined, '', why);
  const access = accessProblem(file, ownership);
  if (access) throw refuse(access);
  const key = parsed(text);
  if (key?.asymmetricKeyType !== 'ed25519') {
    throw refuse('expected an Ed25519 key in PEM without a passphrase, as approve --new-key makes it');
  }
  const publicKey = publicHalfOf(key);
  const approver = approvers.find((one) => one.publicKey === publicKey);
  if (approver) return { name: approver.name, key };
  throw refuse(`this key is no approver's: the config file needs ${inConfig(publicKey)}`);
}

/** @returns what a person has to know next @throws ConfigError for a file that is there already, or cannot be made */
export function makeKeyFile(file: string): string {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  try {
    writePrivateFile(file, String(privateKey.export({ format: 'pem', type: 'pkcs8' })), { exclusive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new ConfigError(file, undefined, '', 'exists already: choose another name');
    if (code !== 'ENOENT') throw new ConfigError(file, undefined, '', `cannot be made (${reasonOf(error)})`);
    throw new ConfigError(file, undefined, '', `cannot be made: there is no folder ${path.dirname(file)}`);
  }
  const text = inConfig(publicHalfOf(publicKey), path.parse(file).name);
  return `Only you can read the key. Put its public half into the config file of the server:\n${text}\n`;
}

function parsed(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}

/** @param key either half */
function publicHalfOf(key: KeyObject): string {
  const half = key.type === 'private' ? createPublicKey(key) : key;
  return half.export({ format: 'der', type: 'spki' }).toString('base64');
}

function inConfig(publicKey: string, name = 'chat'): string {
  const fit = /^[A-Za-z0-9][\w.@-]{0,59}$/.test(name) ? name : 'chat';
  return `"approvers": [{ "name": "${fit}", "publicKey": "${publicKey}" }]`;
}
