// The files of tables: below one folder, by relative names that come from a model. Nothing is reached through a link,
// nothing is opened that is not a plain file, and what stands there is kept unless it is to be overwritten.
import {
  accessSync,
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../errors.ts';
import { defaultConfigFile, type Settings } from '../settings/settings.ts';
import { folderProblem } from '../settings/trusted-file.ts';
import { openStateFolder, writePrivateFile } from '../state/state-dir.ts';
import { nameSegments, shownName } from './file-name.ts';
import { filesBeside } from './files-beside.ts';
import { filesFolder } from './files-folder.ts';

const MEBIBYTE = 1024 * 1024;
const LARGEST_MEBIBYTES = 50;

/** Where a name leads: the folders on the way, as they were when they were looked at. */
interface Place {
  file: string;
  folders: { path: string; stats: BigIntStats }[];
  /** What is there, if anything. */
  stats?: BigIntStats;
}

/** Of the operator's folder, or of the default one in the state dir. */
export function tableFiles(settings: Pick<Settings, 'files' | 'stateDir' | 'config'>): TableFiles {
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = process.env;
  const keptOut = [settings.config ?? defaultConfigFile(), AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE].flatMap(
    (file) => file || [],
  );
  return new TableFiles(filesFolder(settings), settings.files === undefined, settings.stateDir, keptOut);
}

export class TableFiles {
  readonly #folder: string;
  readonly #isOurs: boolean;
  readonly #stateDir: string | undefined;
  readonly #keptOut: readonly string[];

  /**
   * @param folder absolute
   * @param isOurs the default folder in the state dir, which is made (0700) when first needed; one that the operator
   *   named has to exist, and keeps its mode
   * @param stateDir with the secrets and the audit, which no name leads to, wherever the operator's folder is
   * @param keptOut files to which no name leads either
   */
  constructor(folder: string, isOurs: boolean, stateDir?: string, keptOut: readonly string[] = []) {
    this.#keptOut = keptOut;
    this.#folder = folder;
    this.#isOurs = isOurs;
    this.#stateDir = stateDir;
  }

  /**
   * @param field the argument that the name was given as, such as rows_file
   * @throws CallError InvalidArguments for a name that is not allowed, or leads to no plain file of at most 50 MiB;
   *   Refused when the folder itself cannot be used
   */
  read(name: string, field: string): Buffer {
    const refuse = refusals(name, field);
    const place = this.#locate(name, field);
    const { file, stats: seen } = place;
    if (!seen) throw refuse(`is not in ${cleanLine(this.#folder)}; ${filesBeside(file, name)}`);
    if (seen.isSymbolicLink()) throw refuse('is a symbolic link: put the file itself there');
    if (!seen.isFile()) throw refuse(`is ${seen.isDirectory() ? 'a folder' : 'not a regular file'}`);
    // Another name of it may be anywhere, among what no name is to lead to.
    if (seen.nlink > 1n) throw refuse('has several names (hard links): put a copy there');
    if (seen.size > LARGEST_MEBIBYTES * MEBIBYTE) {
      const size = (Math.ceil((Number(seen.size) / MEBIBYTE) * 10) / 10).toFixed(1);
      throw refuse(`has ${size} MiB, and at most ${LARGEST_MEBIBYTES} are read: split it`);
    }
    let descriptor: number;
    try {
      // NONBLOCK: a named pipe, put there just now, would otherwise hold the whole program up.
      descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      throw refuse(`cannot be opened (${codeOf(error)})`);
    }
    try {
      const opened = fstatSync(descriptor, { bigint: true });
      const bytes = isSame(seen, opened) && isUnmoved(place) ? readWhole(descriptor, Number(opened.size)) : undefined;
      if (!bytes) throw refuse('was changed while it was read: try again');
      return bytes;
    } catch (error) {
      throw error instanceof CallError ? error : refuse(`cannot be read (${codeOf(error)})`);
    } finally {
      closeSync(descriptor);
    }
  }

  /**
   * Everything about the name and its place that would make `write` fail and can be known beforehand.
   * @throws CallError as `write` does
   */
  checkWritable(name: string, field: string, options: { overwrite: boolean }): void {
    this.#placeToWrite(name, field, options);
  }

  /**
   * Writes a file that is there whole or not at all, for this user alone (0600).
   * @returns its absolute path
   * @throws CallError InvalidArguments for a name that is not allowed, is taken, or has no folder; Refused when the
   *   folder or the file cannot be written
   */
  write(name: string, text: string, field: string, { overwrite }: { overwrite: boolean }): string {
    const { file } = this.#placeToWrite(name, field, { overwrite });
    try {
      writePrivateFile(file, text, { exclusive: !overwrite });
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw refusals(name, field)(TAKEN);
      throw new CallError('Refused', `${field}: ${shownName(name)} cannot be written (${codeOf(error)})`, { field });
    }
    return file;
  }

  /** @throws CallError Refused when the folder cannot be used */
  checkFolder(): void {
    this.#openFolder();
  }

  #placeToWrite(name: string, field: string, { overwrite }: { overwrite: boolean }): Place {
    const refuse = refusals(name, field);
    const place = this.#locate(name, field);
    if (place.stats?.isSymbolicLink()) throw refuse('is a symbolic link, which is not written through');
    if (place.stats?.isDirectory()) throw refuse('is a folder: choose another name');
    if (place.stats && !place.stats.isFile()) throw refuse('is not a regular file: choose another name');
    if (place.stats && !overwrite) throw refuse(TAKEN);
    try {
      accessSync(path.dirname(place.file), constants.W_OK | constants.X_OK);
    } catch (error) {
      throw new CallError(
        'Refused',
        `${field}: ${shownName(name)} cannot be written: its folder is closed (${codeOf(error)})`,
        { field },
      );
    }
    return place;
  }

  /** Goes down to the file, folder by folder, each of which has to be one. */
  #locate(name: string, field: string): Place {
    const refuse = refusals(name, field);
    const segments = nameSegments(name, field);
    const last = segments.pop() ?? '';
    const stateDir = this.#isOurs || !this.#stateDir ? undefined : lookAt(this.#stateDir);
    let folder = this.#openFolder();
    const folders = [{ path: folder, stats: statSync(folder, { bigint: true }) }];
    try {
      for (const segment of segments) {
        folder = path.join(folder, segment);
        const stats = lookAt(folder);
        const shown = shownName(segment);
        if (!stats) throw refuse(`is in a folder that is not there: ${shown}`);
        if (stats.isSymbolicLink()) throw refuse(`leads through a symbolic link, ${shown}, which is not followed`);
        if (!stats.isDirectory()) throw refuse(`leads through ${shown}, which is not a folder`);
        if (stateDir && isSame(stateDir, stats)) throw refuse("leads to this program's own files");
        folders.push({ path: folder, stats });
      }
      const file = path.join(folder, last);
      const stats = lookAt(file);
      if (this.#isKeptOut(file, stats)) throw refuse('is no file for tables: it decides where credentials go');
      return { file, folders, stats };
    } catch (error) {
      throw error instanceof CallError ? error : refuse(`cannot be looked at (${codeOf(error)})`);
    }
  }

  /** By its name where there is none yet, or it would be made. */
  #isKeptOut(file: string, stats: BigIntStats | undefined): boolean {
    return this.#keptOut.some((kept) => {
      const other = statSync(kept, { bigint: true, throwIfNoEntry: false });
      return (stats && other && isSame(stats, other)) || (realPlace(kept) ?? kept) === realPlace(file);
    });
  }

  #openFolder(): string {
    const folder = this.#folder;
    try {
      if (this.#isOurs) return openStateFolder(path.dirname(folder), path.basename(folder));
    } catch (error) {
      throw new CallError('Refused', cleanLine((error as Error).message, 500), { cause: error });
    }
    const unusable = (why: string) =>
      new CallError('Refused', `the folder of files, ${cleanLine(folder)}, ${why}, or choose another --files`);
    let stats: Stats;
    try {
      stats = statSync(folder);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') throw unusable('is not there: make it');
      throw unusable(`cannot be opened (${codeOf(error)}): see to its permissions`);
    }
    if (!stats.isDirectory()) throw unusable('is not a folder: move it away');
    const others = folderProblem(stats);
    if (others !== undefined) throw unusable(others);
    if (this.#stateDir && isInside(folder, this.#stateDir)) {
      throw unusable("is the state dir or in it, among this program's own files: leave --files out");
    }
    return folder;
  }
}

const TAKEN = 'is there already: choose another name, or set overwrite';

const refusals = (name: string, field: string) => (why: string) =>
  new CallError('InvalidArguments', `${field}: ${shownName(name)} ${why}`, { field });

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? 'unknown error';

const lookAt = (place: string) => lstatSync(place, { bigint: true, throwIfNoEntry: false });

/** With the folder's own path, though the file is not there; undefined without the folder. */
function realPlace(file: string): string | undefined {
  try {
    return path.join(realpathSync(path.dirname(file)), path.basename(file));
  } catch {
    return undefined;
  }
}

const isSame = (one: BigIntStats, other: BigIntStats) => one.dev === other.dev && one.ino === other.ino;

/** Whether the folders on the way still are those that were looked at: Node cannot open relative to an open folder. */
const isUnmoved = ({ folders }: Place) =>
  folders.slice(1).every((folder) => {
    const now = lookAt(folder.path);
    return now !== undefined && isSame(now, folder.stats);
  });

function isInside(folder: string, stateDir: string): boolean {
  try {
    const way = path.relative(realpathSync(stateDir), realpathSync(folder));
    return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
  } catch {
    // No state dir yet, so nothing is in it.
    return false;
  }
}

/** @returns undefined when the file is not as long as it was */
function readWhole(descriptor: number, size: number): Buffer | undefined {
  // One more, to see whether it goes on.
  const bytes = Buffer.alloc(size + 1);
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(descriptor, bytes, filled, bytes.length - filled, null);
    if (count === 0) break;
    filled += count;
  }
  return filled === size ? bytes.subarray(0, size) : undefined;
}
