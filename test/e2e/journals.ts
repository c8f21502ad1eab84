// The journals of tables, read without the program's own code: what a person would find in the state dir.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface JournalEntry {
  row: number;
  state: string;
  arguments?: Record<string, string>;
  result?: unknown;
  error?: string;
}

/** Names, oldest first. */
export function journalsIn(stateDir: string): string[] {
  const folder = path.join(stateDir, 'journals');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
}

/** Every entry about a row, in order, of the only journal there is; half a line is passed over. */
export function journalEntries(stateDir: string): JournalEntry[] {
  const names = journalsIn(stateDir);
  const [name] = names;
  if (name === undefined || names.length > 1) throw new Error(`there are ${names.length} journals`);
  return readFileSync(path.join(stateDir, 'journals', name), 'utf8')
    .split('\n')
    .flatMap(entryOf);
}

function entryOf(line: string): JournalEntry[] {
  try {
    const entry = JSON.parse(line) as Partial<JournalEntry>;
    return entry.row === undefined ? [] : [entry as JournalEntry];
  } catch {
    return [];
  }
}

/** The last state of each row, by its number. */
export function rowStates(stateDir: string): Map<number, string> {
  return new Map(journalEntries(stateDir).map(({ row, state }) => [row, state]));
}
