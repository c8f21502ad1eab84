// What can be told of this machine alone: Node, the config file, the state dir. Nothing is made or changed: the state
// dir is looked at by the rules of state-dir.ts, which would put right what it can.
import { accessSync, constants, lstatSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { defaultConfigFile, type Settings } from '../../settings/settings.ts';
import { type Check, failed, ok, warning } from './check.ts';

// package.json's `engines`.
const LEAST_NODE = { major: 20, minor: 3 };
const STATE_DIR_MODE = 0o700;
const WRITABLE_BY_OTHERS = 0o022;
const OPEN_TO_OTHERS = 0o077;

export function checkNode(version = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > LEAST_NODE.major || (major === LEAST_NODE.major && minor >= LEAST_NODE.minor);
  const least = `${LEAST_NODE.major}.${LEAST_NODE.minor}`;
  return isEnough ? ok('Node', version) : failed('Node', `${version}; install Node ${least} or newer`);
}

/** @param problem why it cannot be used, which names the file */
export function checkConfigFile({ config }: Settings, problem: string | undefined): Check {
  if (problem !== undefined) return failed('config file', problem);
  return ok('config file', config ?? `none (there is no ${defaultConfigFile()})`);
}

/** Who can read and write the config file. Undefined where there is none, or its modes say nothing (Windows). */
export function checkConfigMode({ config }: Settings, platform = process.platform): Check | undefined {
  const stats = config === undefined ? undefined : statSync(config, { throwIfNoEntry: false });
  if (config === undefined || !stats || platform === 'win32') return undefined;
  const mode = octal(stats);
  if (stats.mode & WRITABLE_BY_OTHERS) {
    return warning('config mode', `${mode}: others can change where credentials go; run chmod go-w ${config}`);
  }
  // One with a secret in it, and open to others, was refused when it was read.
  return ok(
    'config mode',
    stats.mode & OPEN_TO_OTHERS ? `${mode}: others can read it, and there is no secret in it` : mode,
  );
}

/** What `openStateDir` would find, do and refuse. */
export function checkStateDir({ stateDir }: Settings, platform = process.platform, user = process.getuid?.()): Check {
  try {
    const stats = lstatSync(stateDir, { throwIfNoEntry: false });
    return stats ? checkStateDirThere(stateDir, stats, platform, user) : checkPlaceFor(stateDir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return failed('state dir', `${stateDir} cannot be opened or made (${code}): choose another --state-dir`);
  }
}

function checkStateDirThere(stateDir: string, stats: Stats, platform: NodeJS.Platform, user?: number): Check {
  const check = 'state dir';
  const other = 'move it away, or choose another --state-dir';
  if (platform !== 'win32' && stats.isSymbolicLink()) return failed(check, `${stateDir} is a symbolic link: ${other}`);
  if (!stats.isDirectory() && !stats.isSymbolicLink()) return failed(check, `${stateDir} is not a folder: ${other}`);
  if (user !== undefined && stats.uid !== user) {
    return failed(check, `${stateDir} belongs to user ${stats.uid}, and this program runs as ${user}: ${other}`);
  }
  if (!isWritable(stateDir)) return failed(check, `${stateDir} cannot be written: run chmod 700 ${stateDir}`);
  if (platform !== 'win32' && (stats.mode & 0o7777) !== STATE_DIR_MODE) {
    return warning(check, `${stateDir} has mode ${octal(stats)}; the first change sets it to 0700`);
  }
  return ok(check, `${stateDir}${platform === 'win32' ? '' : ', mode 0700'}, writable`);
}

function checkPlaceFor(stateDir: string): Check {
  let parent = path.dirname(stateDir);
  while (!statSync(parent, { throwIfNoEntry: false })) parent = path.dirname(parent);
  return isWritable(parent)
    ? ok('state dir', `${stateDir} is not there yet; it is made when it is needed`)
    : failed('state dir', `${stateDir} cannot be made, since ${parent} cannot be written: choose another --state-dir`);
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function octal({ mode }: Stats): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
