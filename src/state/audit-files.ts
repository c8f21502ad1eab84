// The files of the audit in a state dir: audit.jsonl, and the full ones before it, which are named by the entries in them.
import { closeSync, fstatSync, lstatSync, readdirSync, readSync, renameSync } from 'node:fs';
import path from 'node:path';
import { pause } from './pause.ts';
import { openPrivateRead, syncFolder } from './state-dir.ts';

export const CURRENT = 'audit.jsonl';

const FULL_FILE = /^audit\.(?<first>\d{1,15})-(?<last>\d{1,15})\.jsonl$/;
const CHUNK_BYTES = 256 * 1024;
const LINE_BREAK = 0x0a;

interface FullFile {
  name: string;
  first: number;
  last: number;
}

/** In the order in which they were written. @throws the file system's error */
export function fullFiles(stateDir: string): FullFile[] {
  const files = readdirSync(stateDir, { withFileTypes: true }).flatMap((entry) => {
    const { name } = entry;
    if (!entry.isFile()) return [];
    const { first, last } = FULL_FILE.exec(name)?.groups ?? {};
    return first === undefined || last === undefined ? [] : { name, first: Number(first), last: Number(last) };
  });
  return files.sort((a, b) => a.first - b.first || a.last - b.last);
}

/**
 * Gives the current file its lasting name. It goes on being written to where it cannot be moved: the chain is the same.
 * @returns whether it was moved
 */
export function putAway(stateDir: string, first: number, last: number): boolean {
  const file = path.join(stateDir, `audit.${first}-${last}.jsonl`);
  try {
    // A move would replace what has this name. Nobody else puts a file away meanwhile, since the lock is held.
    if (lstatSync(file, { throwIfNoEntry: false })) return false;
    renameSync(path.join(stateDir, CURRENT), file);
  } catch {
    return false;
  }
  syncFolder(stateDir);
  return true;
}

export interface Line {
  /** The name of its file. */
  file: string;
  /** In its file, from 1. */
  number: number;
  /** Without the line break. */
  bytes: Buffer;
  /** The last line of the file, without a line break. */
  isOpen: boolean;
}

/** The files of an audit in their order, while others may write to them. */
export interface OpenAudit {
  names: string[];
  lines(name: string): Generator<Line>;
  close(): void;
}

/**
 * Takes no lock and writes nothing, so that it reads a copy of a state dir, too.
 * @throws the file system's error; Error where the current file is a link, or someone else's
 */
export function openAudit(stateDir: string): OpenAudit {
  // The current one first: should it be put away now, it is found among the full ones, and left out there.
  const current = openCurrent(stateDir);
  const inode = current === undefined ? undefined : fstatSync(current).ino;
  const full = fullFiles(stateDir).map(({ name }) => name);
  const others = full.filter((name) => lstatSync(path.join(stateDir, name)).ino !== inode);
  return {
    names: [...others, ...(current === undefined ? [] : [CURRENT])],
    *lines(name) {
      if (name === CURRENT && current !== undefined) {
        yield* linesOf(name, current, sizeOfWholeLines(current));
        return;
      }
      const descriptor = openPrivateRead(path.join(stateDir, name));
      try {
        yield* linesOf(name, descriptor, fstatSync(descriptor).size);
      } finally {
        closeSync(descriptor);
      }
    },
    close: () => current !== undefined && closeSync(current),
  };
}

function openCurrent(stateDir: string): number | undefined {
  try {
    return openPrivateRead(path.join(stateDir, CURRENT));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A server may be in the middle of a line: it is given a moment. */
function sizeOfWholeLines(descriptor: number): number {
  for (let looks = 1; ; looks += 1) {
    const { size } = fstatSync(descriptor);
    if (size === 0 || looks === 10 || bytesAt(descriptor, size - 1, 1)[0] === LINE_BREAK) return size;
    pause(20);
  }
}

function* linesOf(file: string, descriptor: number, size: number): Generator<Line> {
  let parts: Buffer[] = [];
  let number = 1;
  for (let position = 0; position < size; ) {
    const chunk = bytesAt(descriptor, position, Math.min(CHUNK_BYTES, size - position));
    if (chunk.length === 0) break;
    position += chunk.length;
    let start = 0;
    for (let end = chunk.indexOf(LINE_BREAK); end >= 0; end = chunk.indexOf(LINE_BREAK, start)) {
      yield { file, number, bytes: Buffer.concat([...parts, chunk.subarray(start, end)]), isOpen: false };
      parts = [];
      number += 1;
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  if (parts.length > 0) yield { file, number, bytes: Buffer.concat(parts), isOpen: true };
}

/** As many as there are. */
export function bytesAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const more = readSync(descriptor, bytes, read, length - read, position + read);
    if (more === 0) break;
    read += more;
  }
  return bytes.subarray(0, read);
}
