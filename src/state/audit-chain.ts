// The chain of the audit: each line has the number of its entry and the hash of the line before. Whoever appends one
// reads the end of the file alone, and holds the lock between processes.
//
// `prev` is the SHA-256 of the bytes from the beginning of the entry before up to the new line, without the last line
// break: of that one line, and where lines behind it were torn (by a crash, or a full disk), of those as well. So the
// chain goes on over a torn line, which nobody can take out or alter afterwards, nor the entry before it.
import { closeSync, fstatSync, fsyncSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { bytesAt, CURRENT, fullFiles, putAway } from './audit-files.ts';
import { withFolderLock } from './folder-lock.ts';
import { openPrivateAppend, openPrivateRead, syncFolder, writeLine } from './state-dir.ts';

export interface Link {
  /** From 1. */
  seq: number;
  /** Null for the first entry of a new audit. */
  prev: string | null;
}

/** Where the chain has come to. */
interface Tip {
  /** Of the last entry; 0 where there is none. */
  seq: number;
  /** What the next entry has the hash of; empty where there is nothing. */
  bytes: Buffer;
}

// A person can still open one of this size, and there is one in ten thousand changes or so.
const LARGEST_FILE = 10 * 1024 * 1024;
const FIRST_LOOK_BYTES = 64 * 1024;
// An entry with all rows of a table may have some megabytes. Behind what is no entry, it is looked for so far.
const FARTHEST_LOOK_BYTES = 32 * 1024 * 1024;
const LINE_BREAK = 0x0a;
// Written first in each line, so that it can be told from the beginning of a long one.
const LINK = /^\{"seq":(\d{1,15}),"prev":(?:null|"([\da-f]{64})"),/;
const LINK_BYTES = 128;

// Loaded with the first entry: it takes four milliseconds, which no start is to pay.
const load = createRequire(import.meta.url);
export const newHash = () => (load('node:crypto') as typeof import('node:crypto')).createHash('sha256');
export const hashOf = (bytes: Buffer): string => newHash().update(bytes).digest('hex');

/** @returns undefined for a line that is not of the chain: one from before there was a chain, or a torn one */
export function linkOf(line: Buffer): Link | undefined {
  const { 1: seq, 2: prev = null } = LINK.exec(line.toString('latin1', 0, LINK_BYTES)) ?? [];
  return seq === undefined ? undefined : { seq: Number(seq), prev };
}

/** Whether it is whole: of a torn one, the beginning may be there. */
export function isWhole(line: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/**
 * Appends an entry, which is on the disk when this returns.
 * @param textOf the rest of the entry as JSON, `{…}`, without a line break; made while nobody else can append
 * @throws FolderBusy; the file system's error; Error when the file is a link or someone else's
 */
export function appendEntry(stateDir: string, textOf: () => string, largestFile = LARGEST_FILE): void {
  withFolderLock({ folder: stateDir, prefix: 'audit.', what: 'the audit' }, () => {
    let { tip, isTorn, isNew } = lookAtEnd(stateDir);
    if (!isTorn && tip.seq > 0 && !isNew && isFull(stateDir, largestFile)) {
      isNew = putAway(stateDir, firstOf(stateDir), tip.seq);
    }
    const descriptor = openPrivateAppend(path.join(stateDir, CURRENT));
    try {
      const link: Link = { seq: tip.seq + 1, prev: tip === NOTHING ? null : hashOf(tip.bytes) };
      const line = `${JSON.stringify(link).slice(0, -1)},${textOf().slice(1)}`;
      writeLine(descriptor, line, { closesTorn: isTorn });
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (isNew) syncFolder(stateDir);
  });
}

const NOTHING: Tip = { seq: 0, bytes: Buffer.alloc(0) };

function lookAtEnd(stateDir: string): { tip: Tip; isTorn: boolean; isNew: boolean } {
  const current = endOf(path.join(stateDir, CURRENT));
  if (current && current.tip.seq > 0) return { ...current, isNew: false };
  // No entry was written since a file was put away.
  const before = fullFiles(stateDir).at(-1);
  const { tip } = (before && endOf(path.join(stateDir, before.name))) ?? { tip: NOTHING };
  if (!current) return { tip, isTorn: false, isNew: true };
  const { isTorn, whole } = current;
  if (tip.seq === 0) return { tip: current.tip, isTorn, isNew: false };
  return { tip: { seq: tip.seq, bytes: Buffer.concat([tip.bytes, Buffer.from('\n'), whole]) }, isTorn, isNew: false };
}

interface End {
  tip: Tip;
  isTorn: boolean;
  /** Where there is no entry, all that was read. */
  whole: Buffer;
}

/** @returns undefined where there is no file, or an empty one */
function endOf(file: string): End | undefined {
  let descriptor: number;
  try {
    descriptor = openPrivateRead(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { size } = fstatSync(descriptor);
    if (size === 0) return undefined;
    for (let length = Math.min(FIRST_LOOK_BYTES, size); ; length = Math.min(length * 8, size)) {
      const bytes = bytesAt(descriptor, size - length, length);
      const isTorn = bytes.at(-1) !== LINE_BREAK;
      const whole = isTorn ? bytes : bytes.subarray(0, -1);
      const tip = lastEntryIn(whole, length === size);
      if (tip) return { tip, isTorn, whole };
      if (length === size) return { tip: { seq: 0, bytes: lastLineOf(whole) }, isTorn, whole };
      if (length >= FARTHEST_LOOK_BYTES)
        throw new Error(`${file} ends in ${length} bytes without an entry: move it away`);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** @param isFromStart whether the first line is there from its beginning */
function lastEntryIn(bytes: Buffer, isFromStart: boolean): Tip | undefined {
  for (let end = bytes.length; end >= 0; ) {
    const before = end === 0 ? -1 : bytes.lastIndexOf(LINE_BREAK, end - 1);
    if (before < 0 && !isFromStart) return undefined;
    const line = bytes.subarray(before + 1, end);
    const link = linkOf(line);
    if (link && isWhole(line)) return { seq: link.seq, bytes: bytes.subarray(before + 1) };
    end = before;
  }
  return undefined;
}

function lastLineOf(bytes: Buffer): Buffer {
  return bytes.subarray(bytes.lastIndexOf(LINE_BREAK) + 1);
}

function isFull(stateDir: string, largestFile: number): boolean {
  const descriptor = openPrivateRead(path.join(stateDir, CURRENT));
  try {
    return fstatSync(descriptor).size >= largestFile;
  } finally {
    closeSync(descriptor);
  }
}

/** The first entry of the current file: the one behind those that were put away. */
function firstOf(stateDir: string): number {
  return (fullFiles(stateDir).at(-1)?.last ?? 0) + 1;
}
