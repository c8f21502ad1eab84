// Keeps the secret of a new access key in a file of its own, so that the model never reads it. The file exists, and
// has been written to, before the key is asked for: what can fail has failed by then.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { CallError, reasonOf } from '../errors.ts';
import { openStateFolder } from './state-dir.ts';

const FOLDER = 'keys';
// Longer than any line that will be written, so that a full disk shows itself now.
const PLACEHOLDER = ' '.repeat(1024);

/** Where a new secret goes. Made ready before the key is created, so that what can fail has failed by then. */
export interface SecretPlace {
  /** @returns the file's path, or undefined when the secret is to stand in the result; throws if it cannot be kept */
  keep(key: { userName: string; accessKeyId: string; secretAccessKey: string }): string | undefined;
  /** Frees what was made ready, when no secret came. */
  discard(): void;
}

/**
 * @returns a place whose `keep` writes `<access key id>.csv`, mode 0600, in the form that
 *   `aws configure import --csv file://…` reads, and returns its absolute path
 * @throws CallError Refused when the file cannot be written; nothing is left behind then
 */
export function openSecretFile(stateDir: string): SecretPlace {
  let waiting: string;
  let descriptor: number;
  try {
    const folder = openStateFolder(stateDir, FOLDER);
    waiting = path.join(folder, `waiting-${randomBytes(6).toString('hex')}.tmp`);
    descriptor = openSync(waiting, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      writeWhole(descriptor, PLACEHOLDER);
    } catch (error) {
      closeSync(descriptor);
      rmSync(waiting, { force: true });
      throw error;
    }
  } catch (error) {
    const why = reasonOf(error);
    throw new CallError('Refused', `a file for the new secret cannot be made (${why})`, { cause: error });
  }
  let isOpen = true;
  return {
    keep(key) {
      ftruncateSync(descriptor, 0);
      writeWhole(descriptor, importableCsv(key));
      closeSync(descriptor);
      isOpen = false;
      return nameForGood(waiting, key.accessKeyId);
    },
    discard() {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
      // Gone already when the secret was kept: then this finds nothing.
      rmSync(waiting, { force: true });
    },
  };
}

/** The secret stands in the result, as the spec shows it, and in no file. */
export const secretInResult: SecretPlace = { keep: () => undefined, discard: () => {} };

function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  if (writeSync(descriptor, bytes, 0, bytes.length, 0) !== bytes.length) throw new Error('written in part');
  fsyncSync(descriptor);
}

/**
 * The id comes from the answer, which a hostile endpoint may have written: it is a file's name only if it is an id, and
 * no secret of another key is written over.
 */
function nameForGood(waiting: string, accessKeyId: string): string {
  const folder = path.dirname(waiting);
  const other = path.join(folder, `key-${randomBytes(8).toString('hex')}.csv`);
  const file = /^\w{16,128}$/.test(accessKeyId) ? path.join(folder, `${accessKeyId}.csv`) : other;
  try {
    // Unlike rename, link fails when the name is taken.
    linkSync(waiting, file);
    rmSync(waiting);
    return file;
  } catch {
    renameSync(waiting, other);
    return other;
  }
}

/**
 * The AWS CLI splits lines at every comma and knows no quotes (awscli/customizations/configure/importer.py), so that a
 * comma in a user name, which IAM allows, becomes a hyphen in what will be the profile's name.
 */
function importableCsv(key: { userName: string; accessKeyId: string; secretAccessKey: string }): string {
  const fields = [key.userName, key.accessKeyId, key.secretAccessKey];
  const oneLine = fields.map((field) => field.replace(/[,\p{Cc}]/gu, '-'));
  return `User name,Access key ID,Secret access key\n${oneLine.join(',')}\n`;
}
