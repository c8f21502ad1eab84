// One call of an action, rendered and checked: the only one of a call without a table, or that of one row. And what can
// become of it.
import type { Target } from '../actions/action.ts';
import type { Changed } from '../actions/changed.ts';
import type { Connection } from '../settings/connection.ts';
import type { TimeLimit } from '../time-limit.ts';

export interface RowCall {
  /** In the table, from 1; absent for a call without one. */
  number?: number;
  input: Record<string, string>;
  roleArn: string | undefined;
  connection: Connection;
  /**
   * Where it goes, once that is known: 12 digits, and the endpoint of IAM where it is not AWS's own. For the sandbox, what
   * stands for it in every process.
   */
  account?: string;
  endpoint?: string;
  /** Of the connection itself, for a call that names a role, once that is known: 12 digits. */
  ownAccount?: string;
  /** ARN of the identity that it is sent by, once that is known. */
  caller?: string;
  /** What was thrown when that was asked, or when it was looked for what the input lacks. */
  unreachable?: unknown;
  /** Of a change, once it is planned. */
  target?: Target;
  /** Of a change, once it is planned: what it would have changed; once it is made, what it has. */
  change?: Changed;
  /** On the time that it may spend with AWS, over all its steps. */
  limit: TimeLimit;
  /** What the caller must know although it succeeded. */
  warnings: string[];
}

export type RowOutcome =
  /** `change` of a change, as far as that is known. */
  | { is: 'done'; result: unknown; change?: Changed }
  /** In a dry run: this is what would be done; for a change, with what a person would read. */
  | { is: 'planned'; would: Record<string, unknown>; inShort: PlannedInShort }
  /** Its time has not come, and nothing was sent. */
  | { is: 'not-attempted'; why: string }
  /** `error` is whatever was thrown. */
  | { is: 'failed'; error: unknown };

/** The same for one line among many: what is said of each row, and what may be the same in all and is said once. */
export interface PlannedInShort {
  /** Connection, and of a change account, identity and whatever is out of the ordinary on the way there. */
  sentTo: Record<string, unknown>;
  /** Of a read: the rendered arguments. */
  arguments?: Record<string, string>;
  /** Of a change. */
  plan?: {
    severity: 'grave' | 'notable' | 'plain';
    text: string;
    effect: string;
    warnings: { severity: 'grave' | 'notable'; text: string }[];
    /** What is worth counting over all rows: what is done, and what is so now. */
    choices: [name: string, value: string][];
    cells: [column: string, value: string][];
  };
}

export type RowOutcomes = Map<RowCall, RowOutcome>;

/** Runs one step of a call under its time limit, and under `signal` where there is one. */
export async function timed<T>(
  { limit }: Pick<RowCall, 'limit'>,
  signal: AbortSignal | undefined,
  step: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  limit.start();
  const unlink = signal && limit.endWith(signal);
  try {
    return await step(limit.signal);
  } finally {
    unlink?.();
    limit.stop();
  }
}
