// A table's journal as it stands in its file: one JSON object a line, the last one about a row being its state. A
// process that was killed may leave half a line, which is passed over.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { changedSchema } from '../actions/changed.ts';
import { isCall, type PreparedRow } from '../calls/prepare.ts';
import { whatIsSent } from '../calls/same-calls.ts';
import { parsedAs } from '../state/parsed-json.ts';
import { openStateFolder } from '../state/state-dir.ts';

const FOLDER = 'journals';

const head = z.looseObject({
  journal: z.literal(1),
  tool: z.string(),
  digest: z.string(),
  rows: z.int(),
  output_file: z.string().optional(),
});
const rowLine = z.looseObject({
  row: z.int(),
  state: z.enum(['sent', 'done', 'failed', 'unknown', 'not-attempted']),
  result: z.unknown().optional(),
  change: changedSchema.optional(),
  /** "Code: message", and the message alone. */
  error: z.string().optional(),
  message: z.string().optional(),
  connection: z.string().optional(),
  account: z.string().optional(),
  endpoint: z.string().optional(),
  arguments: z.record(z.string(), z.unknown()).optional(),
});

const outputLine = z.looseObject({ output_file: z.string(), sha256: z.string() });

export type JournalHead = z.output<typeof head>;
/** Sent and no more: nobody knows whether it was done, as with `unknown`. A row without a line was not attempted. */
export type JournalLine = z.output<typeof rowLine>;

export interface JournalState {
  file: string;
  head: JournalHead;
  /** By the row's number. */
  rows: Map<number, JournalLine>;
  /** What was written to files that callers named: each is noted before it is written. */
  outputs: WrittenOutput[];
}

export type WrittenOutput = z.output<typeof outputLine>;

/**
 * The same for the same tool with the same rendered calls in the same rows: what stands in a column that nothing uses may
 * have changed meanwhile.
 */
export function digestOf(tool: string, prepared: readonly PreparedRow[]): string {
  const rows = prepared.map(({ number, call, guarded }) => {
    // A rule may have been set since: what the row comes to is the same.
    const sent = isCall(call) ? call : guarded;
    return [number, sent ? whatIsSent(sent) : null];
  });
  return createHash('sha256')
    .update(JSON.stringify([tool, rows]))
    .digest('hex');
}

export function journalFolder(stateDir: string): string {
  return openStateFolder(stateDir, FOLDER);
}

/** Names sort by time. */
export function journalName(tool: string, digest: string, now: Date, random: string): string {
  return `${now.toISOString().slice(0, 23).replaceAll(':', '')}-${tool}-${digest.slice(0, 16)}-${random}.jsonl`;
}

/** The newest journal of that table, if there is one. @throws the file system's error */
export function findJournal(stateDir: string, tool: string, digest: string): JournalState | undefined {
  const folder = journalFolder(stateDir);
  const part = `-${tool}-${digest.slice(0, 16)}-`;
  const names = readdirSync(folder).filter((name) => name.includes(part) && name.endsWith('.jsonl'));
  for (const name of names.sort().reverse()) {
    const state = readJournal(path.join(folder, name));
    if (state?.head.tool === tool && state.head.digest === digest) return state;
  }
  return undefined;
}

/** @returns undefined for a file that is no journal. @throws the file system's error */
export function readJournal(file: string): JournalState | undefined {
  const [first = '', ...lines] = readFileSync(file, 'utf8').split('\n');
  const opening = parsedAs(head, first);
  if (!opening) return undefined;
  const rows = new Map<number, JournalLine>();
  const outputs: WrittenOutput[] = [];
  for (const line of lines) {
    const output = parsedAs(outputLine, line);
    if (output) outputs.push(output);
    const told = parsedAs(rowLine, line);
    // Where it was sent stands in an earlier line.
    if (told) rows.set(told.row, { ...rows.get(told.row), ...told });
  }
  return { file, head: opening, rows, outputs };
}
