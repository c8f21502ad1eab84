// What a table's file may be called. A name comes from a model, and has to mean one file below one folder on every
// system: what Windows cuts off, treats as a device or as a stream is refused everywhere.
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../errors.ts';
import { namedTable } from './named-table.ts';

const LONGEST_NAME = 1000;
// In bytes, which is how most file systems count.
const LONGEST_SEGMENT = 255;
const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])$/i;

/** A name, fit for an error. */
export const shownName = (name: string): string => `'${cleanLine(name, 100)}'`;

const NAMED = ['rows_file', 'output_file'] as const;

/**
 * With the names of files as `nameBelow` has them, before anything else looks at them: one file has one name.
 * @throws CallError InvalidArguments
 */
export function withNamesBelow<T extends { [Field in (typeof NAMED)[number]]?: string | undefined }>(
  folder: string,
  table: T,
): T {
  const names = NAMED.flatMap((field) => {
    const name = table[field];
    if (name === undefined) return [];
    // A part of a file, after #, is no path.
    const { file = name, part } = (field === 'rows_file' && namedTable(name)) || {};
    return [[field, nameBelow(folder, file, field) + (part === undefined ? '' : `#${part}`)]];
  });
  return { ...table, ...Object.fromEntries(names) };
}

/**
 * A name as assistants write it, who have seen the folder's own path: `./users.csv`, or the whole path of a file in it.
 * Nothing is resolved but the folder: what follows it is looked at part by part, as any name is.
 * @param folder absolute
 * @returns the name below the folder; not yet known to be one that is allowed
 * @throws CallError InvalidArguments for a name that leads elsewhere
 */
function nameBelow(folder: string, name: string, field: string): string {
  const given = plainPath(name);
  const part = given !== undefined && isAbsolute(given) ? partBelow(folder, given) : given;
  const below = part?.replace(/^(?:\.\/+)+/, '');
  if (below !== undefined && !below.split(/[/\\]/).includes('..')) return below;
  throw new CallError(
    'InvalidArguments',
    `${field}: ${shownName(name)} is not below the folder of files, ${cleanLine(folder, LONGEST_NAME)}: give the name of a file in it`,
    { field },
  );
}

/** Of a `file://` URL, and of what a shell would have replaced. */
function plainPath(name: string): string | undefined {
  if (/^~[/\\]/.test(name)) return homedir() + name.slice(1);
  if (!/^file:/i.test(name)) return name;
  try {
    return fileURLToPath(name);
  } catch {
    return undefined;
  }
}

/** By the ways of any system, whichever this is. */
const isAbsolute = (name: string) => /^[/\\]|^[a-z]:/i.test(name);

function partBelow(folder: string, name: string): string | undefined {
  const start = [folder, realPathOf(folder)].map(withSeparator).find((each) => name.startsWith(each));
  return start === undefined ? undefined : name.slice(start.length).replaceAll(path.sep, '/');
}

const withSeparator = (folder: string) => (folder.endsWith(path.sep) ? folder : folder + path.sep);

function realPathOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

/**
 * @param name relative, with `/` between folders
 * @returns its segments, each of which is a plain file name on every system
 * @throws CallError InvalidArguments
 */
export function nameSegments(name: string, field: string): string[] {
  const problem = nameProblem(name);
  if (problem === undefined) return name.split('/');
  throw new CallError('InvalidArguments', `${field}: ${shownName(name)} ${problem}`, { field });
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'is empty: give the name of a file, such as users.csv';
  if (name.length > LONGEST_NAME) return `is too long: at most ${LONGEST_NAME} characters`;
  if (isAbsolute(name)) return 'is an absolute path: give a name below the folder of files';
  if (name.includes('\\')) return 'has a backslash: write / between folders';
  if (cleanLine(name, name.length) !== name) return 'has a control or invisible character';
  const [character] = /[<>:"|?*]/.exec(name) ?? [];
  if (character) return `has a ${character}, which not every system has in names`;
  for (const segment of name.split('/')) {
    const problem = segmentProblem(segment);
    if (problem) return problem;
  }
  return undefined;
}

function segmentProblem(segment: string): string | undefined {
  if (segment === '') return 'has an empty part: write one / between folders, and the name of a file at the end';
  if (segment === '..') return 'has .. in it: only files below the folder of files can be named';
  if (segment === '.') return 'has a part that is only a dot: leave it out';
  if (segment.startsWith('.')) return 'has a part that starts with a dot: hidden files are left alone';
  if (/[. ]$/.test(segment)) return 'has a part that ends in a dot or a space, which Windows leaves out';
  if (/~\d/.test(segment)) return 'has ~ and a digit in it, as in the short names by which Windows knows other files';
  const [stem = ''] = segment.split('.');
  if (DEVICE.test(stem.trimEnd())) return `has ${cleanLine(stem)} in it, which is a device on Windows`;
  if (Buffer.byteLength(segment) > LONGEST_SEGMENT) return `has a part of more than ${LONGEST_SEGMENT} bytes`;
  return undefined;
}
