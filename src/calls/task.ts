// The rows of one call as its page works on them: the only one of a single call, or those of a table.
import type { Envelope, Summary } from '../envelope.ts';
import type { TimeLimit } from '../time-limit.ts';
import type { GuardedRow } from './prepare.ts';
import type { RowCall, RowOutcomes } from './row-call.ts';
import type { RowRecord, RunHooks } from './run.ts';

/** What is on record of a change, from the asking to the end. */
export interface Trail extends RowRecord {
  tableSent(journal: string): void;
  tableFinished(summary: Summary): void;
}

export interface Task {
  readonly isTable: boolean;
  readonly dryRun: boolean;
  /** What is tried in this pass. */
  readonly calls: readonly RowCall[];
  /** Of which it has to be known where they go: with `resume`, also those that an earlier call has settled. */
  readonly allCalls: readonly RowCall[];
  /** With what an earlier call has sent the row, where one is taken up. */
  readonly earlierInput?: (call: RowCall) => Record<string, unknown> | undefined;
  /** Rows that are known not to be possible, and why. */
  readonly leftOut: { number: number; why: string }[];
  /** Those of them that a rule of their connection refuses. */
  readonly guarded: readonly GuardedRow[];
  /** Whether it has to be known who each row is sent by, and to which account. */
  readonly needsIdentity: boolean;
  /** On all rows together. */
  readonly clock?: TimeLimit;
  /** What is left for sending, in milliseconds. Without end for a table, whose progress tells the host that it goes on. */
  readonly leftMs: number;
  readonly run: RunHooks;
  /** @param isAgain since a person has agreed */
  readonly onRowRead?: (isAgain: boolean) => void;
  /** To be called when it is known where each row goes. @throws CallError Refused where one was begun elsewhere */
  checkPlaces(): void;
  /** Before a yes is used: sees to it that no other call is at work on the same. @throws CallError Refused */
  hold(): void;
  /**
   * Where it is kept what was sent, and what came of it.
   * @param settled the rows to which it came before anything was sent
   * @param trail of changes
   * @throws CallError Refused when it cannot be written
   */
  openRecord(settled: RowOutcomes, trail?: Trail): RowRecord | undefined;
  /** After the last row. */
  finished(outcomes: RowOutcomes, trail?: Trail): void;
  /** @param warnings takes up what the caller must know beside the result */
  report(outcomes: RowOutcomes, warnings: string[]): Promise<Envelope>;
  /** Frees what it holds. May be called twice. */
  end(): Promise<void>;
}
