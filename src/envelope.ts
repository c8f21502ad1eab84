// The one shape in which every outcome of a known tool is told: {result, error, has_error}.
import type { Changed } from './actions/changed.ts';

/** What must be read first stands first: a host may show a model no more than the beginning. */
const FIRST = ['error', 'has_error', 'summary', 'page', 'continue_from', 'files', 'warnings', 'change', 'dry_run'];
const LAST = 'result';

/** `error` is null or "Code: message"; `has_error` says which. The rest stands there only when there is any. */
export interface Envelope {
  [key: string]: unknown;
  result: unknown;
  error: string | null;
  has_error: boolean;
  warnings?: string[];
  /** Of a change that was made: whom and what it was about, and what that was before and is now. */
  change?: Changed;
  /** For a table, how many rows came to what; for a list of which only some is kept, how much was found. */
  summary?: Summary | Kept;
  /** What a dry run found that would be done. */
  dry_run?: unknown;
  /** Files below the folder for tables that have the rows of the result. */
  files?: ResultFile[];
  /** Which entries of the whole result stand in `result`, where that is not all. */
  page?: { from: number; to: number; of: number };
  /** Given back to the same tool, it returns the entries that follow. */
  continue_from?: string;
}

/** How many things a read found, and how many of them are in the result. */
export interface Kept {
  found: number;
  kept: number;
}

/** How many rows of a table came to what. A row of which nobody knows whether it was done counts as failed. */
export interface Summary extends Partial<Kept> {
  rows: number;
  succeeded: number;
  failed: number;
  not_attempted: number;
  /** Those for which the call's condition is not true: nothing is said of them. Present only with a condition. */
  skipped?: number;
  /** Of all of them, those whose call another row made already: present only when there are any. */
  same_as_another?: number;
  /** Of changes, where that is not all that succeeded: how many were made, each once, and how many were so before. */
  changed?: number;
  already_so?: number;
  /** With `resume`: of those that succeeded, how many an earlier call had done, and how many this one. */
  done_earlier?: number;
  done_now?: number;
  /** When this was told: ISO 8601, as the dates in results. Of a table's result alone. */
  now?: string;
}

export interface ResultFile {
  name: string;
  entries: number;
  /** Present only when true. */
  holds_secrets?: true;
}

/**
 * Whether nothing succeeded: a host must not take a table of which one row failed for a failure, and send it again, nor
 * a page that was read although it tells of failures.
 */
export function isFailure({ has_error, summary, page }: Envelope): boolean {
  const succeeded = summary && 'succeeded' in summary ? summary.succeeded : 0;
  return has_error && !(succeeded > 0) && !(page && page.from > 1);
}

/** @param error "Code: message" */
export function failed(error: string): Envelope {
  return { result: null, error, has_error: true };
}

export function withWarnings(envelope: Envelope, warnings: readonly string[]): Envelope {
  return warnings.length > 0 ? { ...envelope, warnings: [...warnings] } : envelope;
}

/** The same with its keys in the order in which they are read; keys of no rank stand before the result. */
export function ordered(envelope: Envelope): Envelope {
  const rankOf = (name: string) =>
    name === LAST ? FIRST.length + 1 : FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length;
  const entries = Object.entries(envelope).sort(([a], [b]) => rankOf(a) - rankOf(b));
  return Object.fromEntries(entries) as Envelope;
}

/** As JSON, with a line for each entry of a result that has several. */
export function envelopeText(envelope: Envelope): string {
  const { result, ...others } = ordered(envelope);
  if (!Array.isArray(result) || result.length < 2) return JSON.stringify({ ...others, result });
  const lines = result.map((entry) => JSON.stringify(entry)).join(',\n');
  return `${JSON.stringify(others).slice(0, -1)},"result":[\n${lines}\n]}`;
}
