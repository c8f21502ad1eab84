// The folder for this program's own files: secrets, approvals, audit, log. Only this user may read or write it,
// and nothing in it is reached through a link that someone else could have put there. Calls are synchronous: the
// files are small, and a new secret must be on the disk before anything else can happen.
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

// Windows has neither modes nor these flags; there the user's profile folder is what keeps others out.
const POSIX = process.platform !== 'win32';
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
// What a file system without hard links answers: exFAT, some network drives.
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Makes the state dir if there is none, and sees to it that it is a folder of this user's, closed to others.
 * @throws Error with one actionable line: a link, not a folder, someone else's, or not to be made
 */
export function openStateDir(stateDir: string): void {
  // Without a trailing slash, which would make the system follow a link.
  const folder = path.resolve(stateDir);
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  } catch (error) {
    refuseUnlessFolder(folder);
    throw refusal(folder, `cannot be made (${codeOf(error)})`);
  }
  refuseUnlessFolder(folder);
  if (!POSIX) return;
  let descriptor: number;
  try {
    // Checked and changed through one descriptor, so that nothing can be put in its place in between.
    descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    throw refusal(folder, `cannot be opened (${codeOf(error)})`);
  }
  try {
    const stats = fstatSync(descriptor);
    refuseUnlessOwn(folder, stats);
    if ((stats.mode & 0o7777) !== FOLDER_MODE) fchmodSync(descriptor, FOLDER_MODE);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The same for a folder in the state dir, such as `approvals` or `keys`.
 * @returns its absolute path
 * @throws Error as `openStateDir` does
 */
export function openStateFolder(stateDir: string, name: string): string {
  openStateDir(stateDir);
  const folder = path.join(path.resolve(stateDir), name);
  openStateDir(folder);
  return folder;
}

/**
 * Writes a file that only this user can read (0600) and that is either there whole or not at all, also after a
 * power cut. What stood at the path is replaced, a link itself rather than its target; with `exclusive` it is an
 * error (code EEXIST) instead. The folder has to exist.
 * @throws the file system's error; nothing is left behind then
 */
export function writePrivateFile(file: string, text: string, { exclusive = false } = {}): void {
  // A short name, so that the file's own may be as long as the file system lets it be.
  // The global one: importing node:crypto would take four milliseconds of every start.
  const temporary = path.join(path.dirname(file), `.${crypto.randomUUID()}.tmp`);
  const descriptor = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, FILE_MODE);
  try {
    try {
      // The umask may have taken bits away.
      if (POSIX) fchmodSync(descriptor, FILE_MODE);
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (exclusive) moveToFreeName(temporary, file);
    else renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (POSIX) syncFolder(path.dirname(file));
}

function moveToFreeName(temporary: string, file: string): void {
  try {
    // Unlike rename, link fails when the name is taken.
    linkSync(temporary, file);
  } catch (error) {
    if (!NO_LINKS.includes(codeOf(error))) throw error;
    // Then the name is taken by an empty file first.
    closeSync(openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, FILE_MODE));
    renameSync(temporary, file);
    return;
  }
  unlinkSync(temporary);
}

/**
 * Reads a file of this user's.
 * @throws the file system's error, or an Error when the file is a link, not a regular file, or someone else's
 */
export function readPrivateFile(file: string): string {
  const descriptor = openPrivateRead(file);
  try {
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

/** @returns a descriptor, which the caller closes @throws as `readPrivateFile` does */
export function openPrivateRead(file: string): number {
  // NONBLOCK: a named pipe would otherwise hold the whole program up.
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new Error(`${file} is not a regular file: move it away`);
    if (POSIX) refuseUnlessOwn(file, stats);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/**
 * Appends one line in a single write, so that lines of several processes do not mix. `line` has no line break of its
 * own; with `fsync` it is on the disk when this returns.
 * @throws the file system's error, or an Error when the file is a link or someone else's
 */
export function appendPrivateLine(file: string, line: string, { fsync = false } = {}): void {
  const descriptor = openPrivateAppend(file);
  try {
    writeLine(descriptor, line);
    if (fsync) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Opens a file of this user's for appending, and makes it (0600) if there is none.
 * @returns the descriptor, which the caller closes
 */
export function openPrivateAppend(file: string): number {
  // NONBLOCK: a named pipe would otherwise hold the whole program up. (Both flags are undefined on Windows: no bits.)
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const descriptor = openSync(file, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW | O_NONBLOCK, FILE_MODE);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new Error(`${file} is not a regular file: move it away`);
    if (POSIX) {
      refuseUnlessOwn(file, stats);
      if ((stats.mode & 0o7777) !== FILE_MODE) fchmodSync(descriptor, FILE_MODE);
    }
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/**
 * Writes one line and its line break at once.
 * @param options.closesTorn ends the line before, which was written in part, first
 * @throws Error for a line that has a break, or was written in part
 */
export function writeLine(descriptor: number, line: string, { closesTorn = false } = {}): void {
  if (/[\r\n]/.test(line)) throw new Error('a line to be appended has a line break in it');
  const bytes = Buffer.from(`${closesTorn ? '\n' : ''}${line}\n`);
  if (writeSync(descriptor, bytes) !== bytes.length) throw new Error('a line was written in part: is the disk full?');
}

// So that the new name survives a power cut too. Not every file system can do this for a folder, and by now the file
// is there: no reason to fail.
export function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, constants.O_RDONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {}
}

function refuseUnlessFolder(folder: string): void {
  const stats = look(folder);
  if (POSIX && stats?.isSymbolicLink()) throw refusal(folder, 'is a symbolic link');
  if (stats && !stats.isDirectory() && !stats.isSymbolicLink()) throw refusal(folder, 'is not a folder');
}

// What cannot be looked at cannot be made or opened either, which says more about why.
function look(place: string): Stats | undefined {
  try {
    return lstatSync(place);
  } catch {
    return undefined;
  }
}

function refuseUnlessOwn(place: string, stats: Stats): void {
  const user = process.getuid?.();
  if (stats.uid !== user) throw refusal(place, `belongs to user ${stats.uid}, and this program runs as ${user}`);
}

const refusal = (place: string, why: string) =>
  new Error(`${place} ${why}: move it away, or choose another --state-dir`);
const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error);
