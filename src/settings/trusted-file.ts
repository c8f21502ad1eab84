// Reads a file that decides where credentials go, so that nobody else's will is done: it belongs to this user or root,
// and while there is a secret in it, no one else can read it.
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { ConfigError } from './config-error.ts';

const LARGEST_FILE = 1024 * 1024;
const ROOT = 0;
const OTHERS = 0o077;
const WRITABLE_BY_OTHERS = 0o022;

/** What of a file's state decides whether it can be trusted. */
type Ownership = Pick<Stats, 'uid' | 'mode'>;

export interface TrustedFile {
  text: string;
  ownership: Ownership;
}

/** @throws ConfigError for a file that is not there, not this user's or root's, or not UTF-8 (a BOM is passed over) */
export function readTrustedFile(file: string): TrustedFile {
  const refuse = (why: string) => new ConfigError(file, undefined, '', why);
  let descriptor: number;
  try {
    // NONBLOCK: a named pipe would otherwise hold the start up for good.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(code === 'ENOENT' ? 'there is no such file' : `cannot be opened (${code})`);
  }
  try {
    // Through the descriptor, so that what is checked is what is read.
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw refuse('this is not a file');
    if (stats.size > LARGEST_FILE) throw refuse('larger than 1 MB');
    const problem = ownerProblem(stats, process.getuid?.()) ?? writableProblem(file, stats);
    if (problem) throw refuse(problem);
    return { text: decoded(readFileSync(descriptor), refuse), ownership: stats };
  } finally {
    closeSync(descriptor);
  }
}

/** Why a file of that owner decides nothing here. Windows has neither; there the user's profile folder keeps others out. */
export function ownerProblem({ uid }: Ownership, user = process.getuid?.()): string | undefined {
  if (user === undefined || uid === user || uid === ROOT) return undefined;
  return `belongs to user ${uid}, and this program runs as user ${user}: it must belong to ${user} or root`;
}

/** Why a file that others can write decides nothing here: it says where requests, and so credentials, go. */
function writableProblem(file: string, { mode }: Ownership, platform = process.platform): string | undefined {
  if (platform === 'win32' || (mode & WRITABLE_BY_OTHERS) === 0) return undefined;
  return `others can write this file, which decides where credentials go: chmod 600 ${quoted(file)}`;
}

/** Why a file with a secret in it is not used: others can read or write it. */
export function accessProblem(file: string, { mode }: Ownership, platform = process.platform): string | undefined {
  if (platform === 'win32' || (mode & OTHERS) === 0) return undefined;
  return `holds a secret, and others can read or write the file: chmod 600 ${quoted(file)}`;
}

function decoded(bytes: Buffer, refuse: (why: string) => ConfigError): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('expected a text in UTF-8');
  }
}

function quoted(file: string): string {
  return /^[\w./:@%+=,-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
}
