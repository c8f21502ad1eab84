// Files of requests: each created once, by one of all processes that try, and read only where it is whole and ours.
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type * as z from 'zod';
import { parsedAs } from '../state/parsed-json.ts';
import { pause } from '../state/pause.ts';
import { openStateFolder, readPrivateFile, writePrivateFile } from '../state/state-dir.ts';
import { TOLD_FOR_MS, VALID_FOR_MS } from './request.ts';

export { parsedAs };

const FOLDER = 'requests';
// How long an empty file may still be one that a process is about to fill.
const FILLED_WITHIN_MS = 100;
const LOOK_EVERY_MS = 5;
// A plan of thousands of rows has a few of these.
const LARGEST_FILE = 64 * 1024 * 1024;

export type Kind =
  | 'request.json'
  | `yes-${1 | 2}.json`
  | 'closed.json'
  | 'outcome.json'
  | 'seen.jsonl'
  | 'waiter'
  | 'next.json';

/** The folder of all requests. It is made, and seen to be this user's alone, before the first file in it is touched. */
export class RequestFolder {
  readonly #stateDir: string;
  #checked: string | undefined;

  constructor(stateDir: string) {
    this.#stateDir = stateDir;
  }

  /** Looking makes no folder. */
  isMade(): boolean {
    return isThere(path.join(this.#stateDir, FOLDER));
  }

  names(): string[] {
    return readdirSync(this.#path());
  }

  ids(): string[] {
    return this.names().flatMap((name) => (name.endsWith('.request.json') ? [name.slice(0, name.indexOf('.'))] : []));
  }

  /** Of calls that have a slot. */
  callDigests(): string[] {
    return this.names().flatMap((name) => (name.endsWith('.slot') ? [name.slice(0, -'.slot'.length)] : []));
  }

  named = (name: string) => path.join(this.#path(), name);
  fileOf = (id: string, kind: Kind) => this.named(`${id}.${kind}`);
  slotOf = (callDigest: string) => this.named(`${callDigest}.slot`);

  #path(): string {
    this.#checked ??= openStateFolder(this.#stateDir, FOLDER);
    return this.#checked;
  }
}

/** @returns false when somebody else has created it before */
export function createdOnce(file: string, value: object): boolean {
  try {
    writePrivateFile(file, JSON.stringify(value), { exclusive: true });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A link that leads nowhere is there, too: nobody can create the file. */
export function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** Never of a folder, which is not of this program's making. @param age since it was last written, in milliseconds */
export function isOld(file: string, now: number, age = VALID_FOR_MS + TOLD_FOR_MS): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isDirectory() && now >= stats.mtimeMs + age;
}

/** What somebody has put there by hand may not be: a folder, say. It must not keep anybody from asking. */
export function removeIfPossible(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It stays.
  }
}

/** @returns undefined for a file that is not there, not ours, or far too large to be */
export function readAs<Schema extends z.ZodType>(schema: Schema, file: string): z.output<Schema> | undefined {
  // On a file system without hard links, a file that is created exclusively is empty for a moment.
  for (let waited = 0; waited < FILLED_WITHIN_MS && isBeingFilled(file); waited += LOOK_EVERY_MS) pause(LOOK_EVERY_MS);
  try {
    if (lstatSync(file).size > LARGEST_FILE) return undefined;
    return parsedAs(schema, readPrivateFile(file));
  } catch {
    return undefined;
  }
}

function isBeingFilled(file: string): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (!stats?.isFile() || stats.size > 0) return false;
  return Date.now() < stats.mtimeMs + FILLED_WITHIN_MS;
}
