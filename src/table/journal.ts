// Writes what becomes of each row of a table, before it is sent and after, so that a process that is killed at any
// moment leaves behind what is known of each.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { PreparedRow } from '../calls/prepare.ts';
import type { RowCall, RowOutcome } from '../calls/row-call.ts';
import type { RowRecord } from '../calls/run.ts';
import { assertNever, CallError, Failure, outcomeOf, reasonOf } from '../errors.ts';
import { withoutLogin } from '../settings/connection-urls.ts';
import { openPrivateAppend } from '../state/state-dir.ts';
import { type JournalHead, journalFolder, journalName, type WrittenOutput } from './journal-file.ts';
import { JournalLock } from './journal-lock.ts';
import { SyncedLines } from './synced-lines.ts';

export interface JournalOptions {
  stateDir: string;
  /** Takes secrets of this program out of whatever is written. */
  redact: <T>(value: T) => T;
  /** Takes those out that the action answered. */
  withoutSecrets: (result: unknown) => unknown;
  errorText: (error: unknown) => string;
  onFault: (error: unknown) => void;
  /** Whether an earlier call has sent the row, and nobody knows what came of it. */
  wasSent: (number: number | undefined) => boolean;
}

export class TableJournal implements RowRecord {
  readonly name: string;
  readonly #lines: SyncedLines;
  readonly #lock: JournalLock;
  readonly #options: JournalOptions;
  /** What it begins with, without which nobody could read the rest. */
  #opened: Promise<void> = Promise.resolve();

  /** @throws CallError Refused when it cannot be written */
  static begin(
    head: Pick<JournalHead, 'tool' | 'digest' | 'rows' | 'output_file'>,
    prepared: readonly PreparedRow[],
    options: JournalOptions,
  ) {
    return refusing(() => {
      const random = randomBytes(4).toString('hex');
      const file = path.join(journalFolder(options.stateDir), journalName(head.tool, head.digest, new Date(), random));
      const journal = new TableJournal(file, new JournalLock(file), options);
      journal.#opened = journal.#append({ journal: 1, at: now(), ...head });
      journal.#opened.catch(options.onFault);
      for (const { number, call } of prepared) {
        if (call instanceof CallError) journal.#write({ row: number, state: 'failed', error: options.errorText(call) });
      }
      return journal;
    });
  }

  /**
   * @param lock held since before the journal was read; closing the journal releases it
   * @throws CallError Refused when it cannot be written
   */
  static resume(file: string, lock: JournalLock, options: JournalOptions) {
    return refusing(() => {
      const journal = new TableJournal(file, lock, options);
      // The last line may be incomplete.
      journal.#write(undefined);
      journal.#write({ resumed: now() });
      return journal;
    });
  }

  private constructor(file: string, lock: JournalLock, options: JournalOptions) {
    this.name = path.basename(file);
    this.#options = options;
    this.#lock = lock;
    try {
      this.#lines = new SyncedLines(openPrivateAppend(file));
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  async sending(call: RowCall): Promise<void> {
    const line = { row: call.number, state: 'sent', at: now(), ...placeOf(call) };
    try {
      await Promise.all([this.#opened, this.#append(line)]);
    } catch (error) {
      throw unwritable(error);
    }
  }

  settled({ number }: RowCall, outcome: RowOutcome): void {
    const told = this.#told(outcome);
    // That it was not done this time says nothing of the time before.
    const isStillUnknown = outcome.is !== 'done' && this.#options.wasSent(number);
    this.#write({ row: number, at: now(), ...told, ...(isStillUnknown && { state: 'unknown' }) });
  }

  /** @throws CallError Refused when it cannot be written */
  async writing(output: WrittenOutput): Promise<void> {
    try {
      await Promise.all([this.#opened, this.#append({ at: now(), ...output })]);
    } catch (error) {
      throw unwritable(error);
    }
  }

  /** When all that was written is on the disk. */
  async close(): Promise<void> {
    try {
      await this.#lines.close();
    } finally {
      this.#lock.release();
    }
  }

  #told(outcome: RowOutcome) {
    switch (outcome.is) {
      case 'done':
        return {
          state: 'done',
          result: this.#options.withoutSecrets(outcome.result ?? null),
          ...(outcome.change && { change: outcome.change }),
        };
      case 'failed': {
        const { error } = outcome;
        const left = outcomeOf(error);
        return {
          state: left === 'not-done' ? 'failed' : 'unknown',
          error: this.#options.errorText(error),
          ...(error instanceof Failure && { message: error.message }),
        };
      }
      // Nothing is put on record of a dry run.
      case 'planned':
      case 'not-attempted':
        return { state: 'not-attempted' };
      default:
        return assertNever(outcome);
    }
  }

  /** The row is done, whatever becomes of the line: without it, it counts as sent and unknown. */
  #write(line: object | undefined): void {
    this.#append(line).catch(this.#options.onFault);
  }

  #append(line: object | undefined): Promise<void> {
    return this.#lines.append(line === undefined ? '' : JSON.stringify(this.#options.redact(line)));
  }
}

/** Where a row goes, and with what: the same when it is taken up. */
export function placeOf({ connection, account, endpoint, roleArn, input }: RowCall) {
  const rendered = { ...input, ...(roleArn !== undefined && { role_arn: roleArn }) };
  // Where it goes is a fact for people; a login in the address is none.
  const at = endpoint === undefined ? undefined : withoutLogin(endpoint);
  return { connection: connection.label, account, endpoint: at, arguments: rendered };
}

const now = () => new Date().toISOString();

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unwritable(error);
  }
}

function unwritable(error: unknown): CallError {
  const why = reasonOf(error);
  return new CallError('Refused', `the journal cannot be written (${why})`, { cause: error });
}
