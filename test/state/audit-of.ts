// An audit in a folder of a test's own: written, read and checked.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { appendEntry } from '../../src/state/audit-chain.ts';
import { ChainCheck, type Checked } from '../../src/state/audit-check.ts';
import { openAudit } from '../../src/state/audit-files.ts';

const AT = '2026-11-28T04:00:00.000Z';

/** Appends entries that are called by these names. */
export function append(stateDir: string, names: string[], largestFile?: number): void {
  for (const call of names) appendEntry(stateDir, () => JSON.stringify({ at: AT, call, event: 'sent' }), largestFile);
}

export function check(stateDir: string, known?: string): Checked {
  const chain = new ChainCheck(known);
  const audit = openAudit(stateDir);
  for (const name of audit.names) for (const line of audit.lines(name)) chain.take(line);
  audit.close();
  return chain.finish();
}

export const currentOf = (stateDir: string) => path.join(stateDir, 'audit.jsonl');

export function linesOf(stateDir: string): string[] {
  const file = currentOf(stateDir);
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

export const entriesOf = (stateDir: string) =>
  linesOf(stateDir).map((line) => JSON.parse(line) as Record<string, unknown>);
