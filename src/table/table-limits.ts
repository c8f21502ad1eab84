// When a table has to stop: its time is over, nobody waits for it any more, or its result has become too long.
import type { CallContext } from '../calls/context.ts';
import type { Row } from '../calls/row.ts';
import type { RowOutcome } from '../calls/row-call.ts';
import { TimeLimit } from '../time-limit.ts';

// Of a result in all, about: files of more than 50 MiB are not read again.
const LONGEST_RESULT = 40 * 1024 * 1024;
const ENTRY_BYTES = 500;

/** Starts at once. */
export function tableClock({ program }: CallContext): TimeLimit {
  return new TimeLimit(program.settings.tableTimeout * 1000);
}

export class TableLimits {
  readonly #context: CallContext;
  /** On all rows together, the wait for a person not counted. */
  readonly clock: TimeLimit;
  /** Of the result, about. */
  #bytes = 0;

  /** @param clock where it runs already */
  constructor(context: CallContext, clock = tableClock(context)) {
    this.#context = context;
    this.clock = clock;
  }

  /** @param row has its place in each entry of the result */
  count(row: Row, outcome: RowOutcome): void {
    if (outcome.is !== 'done' || !Array.isArray(outcome.result)) return;
    this.#bytes += outcome.result.length * (Buffer.byteLength(JSON.stringify(row)) + ENTRY_BYTES);
  }

  whyStopped(): string | undefined {
    if (this.#context.host.signal.aborted) return 'the call was cancelled';
    if (this.#context.program.leaving.aborted) return 'the host left';
    if (this.clock.signal.aborted) return 'the time allowed for a table (--table-timeout) was over';
    if (this.#bytes > LONGEST_RESULT) return 'the result had become too long to be kept in one file';
    return undefined;
  }
}
