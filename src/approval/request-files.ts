// Files of requests: each created once, by one of all processes that try, and read only where it is whole and ours.
import { lstatSync } from 'node:fs';
import type * as z from 'zod';
import { readPrivateFile, writePrivateFile } from '../state/state-dir.ts';

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

/** @returns undefined for a file that is not there, or not ours */
export function readAs<Schema extends z.ZodType>(schema: Schema, file: string): z.output<Schema> | undefined {
  try {
    return parsedAs(schema, readPrivateFile(file));
  } catch {
    return undefined;
  }
}

export function parsedAs<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // Half there, or written by somebody else.
    return undefined;
  }
}
