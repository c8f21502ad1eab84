// Runs the rows of a call: several at once on each connection, those about one owner one after another, each on record
// before it is sent.
import pLimit, { type LimitFunction } from 'p-limit';
import type { RowCall, RowOutcome, RowOutcomes } from './row-call.ts';

/** Where it is kept what was sent, and what came of it. */
export interface RowRecord {
  /** Resolves when it is kept. Rejects when it cannot be: then nothing is sent. */
  sending(call: RowCall): Promise<void>;
  settled(call: RowCall, outcome: RowOutcome): void;
}

/** How a table looks on. */
export interface RunHooks {
  /** Why no further row is started, from some moment on. */
  whyStopped?: () => string | undefined;
  onSettled?: (call: RowCall, outcome: RowOutcome) => void;
}

interface RunOptions extends RunHooks {
  /** On each connection. */
  concurrency: number;
  record: RowRecord | undefined;
  /** While some are sent, the next ones are put on record, so that waiting for the disk costs no time. */
  recordsAhead?: boolean;
}

/** @returns one outcome for each call; never rejects */
export async function runRows(
  calls: readonly RowCall[],
  work: (call: RowCall) => Promise<unknown>,
  { concurrency, whyStopped = () => undefined, record, recordsAhead = true, onSettled }: RunOptions,
): Promise<RowOutcomes> {
  const recorded = perConnection(recordsAhead ? concurrency * 4 : concurrency);
  const sent = perConnection(concurrency);
  const lastOfOwner = new Map<string, Promise<unknown>>();
  const runOne = async (call: RowCall): Promise<RowOutcome> => {
    const notStarted = whyStopped();
    if (notStarted !== undefined) return { is: 'not-attempted', why: notStarted };
    try {
      await record?.sending(call);
    } catch (error) {
      return { is: 'failed', error };
    }
    return sent(call)(async () => {
      const outcome = await outcomeOf(call, work, whyStopped);
      record?.settled(call, outcome);
      return outcome;
    });
  };
  const settled = calls.map((call): Promise<[RowCall, RowOutcome]> => {
    const before = lastOfOwner.get(ownerOf(call));
    const run = (async (): Promise<[RowCall, RowOutcome]> => {
      await before;
      const outcome = await recorded(call)(() => runOne(call));
      onSettled?.(call, outcome);
      return [call, outcome];
    })();
    lastOfOwner.set(ownerOf(call), run);
    return run;
  });
  return new Map(await Promise.all(settled));
}

async function outcomeOf(
  call: RowCall,
  work: (call: RowCall) => Promise<unknown>,
  whyStopped: () => string | undefined,
): Promise<RowOutcome> {
  const notStarted = whyStopped();
  if (notStarted !== undefined) return { is: 'not-attempted', why: notStarted };
  try {
    const result = await work(call);
    return { is: 'done', result, ...(call.change && { change: call.change }) };
  } catch (error) {
    return { is: 'failed', error };
  }
}

/** At most `most` calls of one connection at once. */
export function perConnection(most: number): (call: RowCall) => LimitFunction {
  const limits = new Map<string, LimitFunction>();
  return ({ connection: { label } }) => {
    const limit = limits.get(label) ?? pLimit(most);
    limits.set(label, limit);
    return limit;
  };
}

/** A call that is about nobody's things, such as a read, waits for no other. */
function ownerOf({ account, connection, target, number }: RowCall): string {
  return JSON.stringify([account ?? connection.label, target?.owner.id ?? number]);
}
