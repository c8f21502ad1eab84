// Reads a file that decides where credentials go or whom to trust, so that nobody else's will is done: it belongs to this
// user or root, no one else can write it, and while there is a secret in it, no one else can read it.
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { ConfigError } from './config-error.ts';

const MEGABYTE = 1024 * 1024;
const MOST_MEGABYTES = 1;
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
  const { bytes, ownership } = readTrustedBytes(file, {
    mostMegabytes: MOST_MEGABYTES,
    writable: (quotedFile) => `others can write this file, which decides where credentials go: chmod 600 ${quotedFile}`,
    refuse,
  });
  return { text: decoded(bytes, refuse), ownership };
}

interface Trust {
  mostMegabytes: number;
  /** Why the file must not be writable by others, and what to do. `quotedFile` is its name as a shell takes it. */
  writable: (quotedFile: string) => string;
  /** Makes what is thrown. */
  refuse: (why: string) => Error;
}

/** @throws what `refuse` makes, for a file that is not there, too large, or somebody else's to own or to write */
export function readTrustedBytes(
  file: string,
  { mostMegabytes, writable, refuse }: Trust,
): { bytes: Buffer; ownership: Ownership } {
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
    if (stats.size > mostMegabytes * MEGABYTE) throw refuse(`larger than ${mostMegabytes} MB`);
    const problem = ownerProblem(stats) ?? (isWritableByOthers(stats) ? writable(quoted(file)) : undefined);
    if (problem) throw refuse(problem);
    return { bytes: bytesOf(descriptor, refuse), ownership: stats };
  } finally {
    closeSync(descriptor);
  }
}

/** Why a file of that owner decides nothing here. Windows has neither; there the user's profile folder keeps others out. */
export function ownerProblem({ uid }: Ownership, user = process.getuid?.()): string | undefined {
  if (user === undefined || uid === user || uid === ROOT) return undefined;
  return `belongs to user ${uid}, and this program runs as user ${user}: it must belong to ${user} or root`;
}

function isWritableByOthers({ mode }: Ownership, platform = process.platform): boolean {
  return platform !== 'win32' && (mode & WRITABLE_BY_OTHERS) !== 0;
}

/** Why files in a folder decide nothing: others can put theirs there. A sticky bit keeps them from removing, not from that. */
export function folderProblem(stats: Ownership, platform = process.platform): string | undefined {
  const owner = ownerProblem(stats);
  if (owner !== undefined) return owner;
  return isWritableByOthers(stats, platform) ? 'can be written by others: take that away (chmod go-w)' : undefined;
}

/** Why a file with a secret in it is not used: others can read or write it. */
export function accessProblem(file: string, { mode }: Ownership, platform = process.platform): string | undefined {
  if (platform === 'win32' || (mode & OTHERS) === 0) return undefined;
  return `holds a secret, and others can read or write the file: chmod 600 ${quoted(file)}`;
}

function bytesOf(descriptor: number, refuse: Trust['refuse']): Buffer {
  try {
    return readFileSync(descriptor);
  } catch (error) {
    throw refuse(`cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
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
