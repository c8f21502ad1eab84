// The tables that a person may have meant by the name of a file that is not there.
import { opendirSync } from 'node:fs';
import path from 'node:path';
import { nameSegments, shownName } from './file-name.ts';
import { namedTable } from './named-table.ts';

const FEW_NAMES = 5;
const MOST_LISTED = 1000;

/**
 * @param file where the name leads
 * @returns a clause for an error, with names that could be given instead
 */
export function filesBeside(file: string, name: string): string {
  const before = name.slice(0, name.lastIndexOf('/') + 1);
  const names = tablesIn(path.dirname(file)).map((there) => before + there);
  if (names.length === 0) return 'there is no CSV, JSON, text or Excel file beside it';
  const few = names.slice(0, FEW_NAMES).map(shownName).join(', ');
  return `there ${names.length > 1 ? 'are' : 'is'} ${few}${names.length > FEW_NAMES ? ' and others' : ''}`;
}

function tablesIn(folder: string): string[] {
  const names: string[] = [];
  try {
    const entries = opendirSync(folder);
    try {
      for (let listed = 0; listed < MOST_LISTED; listed++) {
        const entry = entries.readSync();
        if (!entry) break;
        if (entry.isFile() && namedTable(entry.name) && isAllowed(entry.name)) names.push(entry.name);
      }
    } finally {
      entries.closeSync();
    }
  } catch {
    // A list that cannot be had is no reason to fail in another way.
  }
  return names.sort();
}

function isAllowed(name: string): boolean {
  try {
    return nameSegments(name, '').length === 1;
  } catch {
    return false;
  }
}
