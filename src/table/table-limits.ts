// When a table has to stop: its time is over, nobody waits for it any more, or its result has become too long.
import type { CallContext } from '../calls/context.ts';
import type { Row } from '../calls/row.ts';
import type { RowOutcome } from '../calls/row-call.ts';
import { CallError } from '../errors.ts';
import { TimeLimit } from '../time-limit.ts';
import type { SettledRow } from './entries.ts';

// Of a result in all, about: files of more than 50 MiB are not read again.
const LONGEST_RESULT = 40 * 1024 * 1024;
// What stands in each entry beside the row and what was found.
const ENTRY_BYTES = 100;
const MEBIBYTE = 1024 * 1024;

/** Starts at once. */
export function tableClock({ program }: CallContext): TimeLimit {
  return new TimeLimit(program.settings.tableTimeout * 1000);
}

export class TableLimits {
  readonly #context: CallContext;
  /** On all rows together, the wait for a person not counted. */
  readonly clock: TimeLimit;
  readonly #inputBytes: (row: Row) => number;
  /** Of the result, about. */
  #bytes = 0;

  /**
   * @param inputBytes how much of a row has its place in each entry
   * @param clock where it runs already
   */
  constructor(context: CallContext, inputBytes: (row: Row) => number, clock = tableClock(context)) {
    this.#context = context;
    this.#inputBytes = inputBytes;
    this.clock = clock;
  }

  count(row: Row, outcome: RowOutcome): void {
    this.#bytes += this.#bytesOf(row, outcome);
  }

  /** To be asked before entries are made: of a row whose entries would no longer fit, it is told that they do not. */
  bounded(rows: readonly SettledRow[]): SettledRow[] {
    let total = 0;
    return rows.map((settled) => {
      const { prepared, outcome } = settled;
      const bytes = this.#bytesOf(prepared.row, outcome);
      if (bytes > 0 && total + bytes > LONGEST_RESULT) {
        return { prepared, outcome: { is: 'failed', error: tooLong(bytes, outcome) } };
      }
      total += bytes;
      return settled;
    });
  }

  #bytesOf(row: Row, outcome: RowOutcome): number {
    if (outcome.is !== 'done' || !Array.isArray(outcome.result)) return 0;
    const { result } = outcome;
    return result.length * (this.#inputBytes(row) + ENTRY_BYTES) + Buffer.byteLength(JSON.stringify(result));
  }

  whyStopped(): string | undefined {
    if (this.#context.host.signal.aborted) return 'the call was cancelled';
    if (this.#context.program.leaving.aborted) return 'the host left';
    if (this.clock.signal.aborted) return 'the time allowed for a table (--table-timeout) was over';
    if (this.#bytes > LONGEST_RESULT) return 'the result had become too long to be kept in one file';
    return undefined;
  }
}

function tooLong(bytes: number, outcome: RowOutcome): CallError {
  const found =
    outcome.is === 'done' && Array.isArray(outcome.result) ? outcome.result.length.toLocaleString('en') : '';
  const size = Math.ceil(bytes / MEBIBYTE);
  return new CallError(
    'Refused',
    `${found} things were found, and an entry for each, with the row in it, would make ${size} MiB: a table's result has ` +
      `at most ${LONGEST_RESULT / MEBIBYTE} MiB. Give rows with fewer or shorter columns, or fewer rows`,
  );
}
