// What an earlier call left of a table, by its journal, for a call that takes it up.
import { isDeepStrictEqual } from 'node:util';
import { type Action, isRepeatable } from '../actions/action.ts';
import type { RowCall, RowOutcome } from '../calls/row-call.ts';
import { cleanLine } from '../clean-text.ts';
import { assertNever, CallError, Failure, reasonOf } from '../errors.ts';
import { type JournalOptions, placeOf, TableJournal } from './journal.ts';
import { findJournal, type JournalLine, type JournalState, readJournal } from './journal-file.ts';
import { JournalLock, refuseIfHeld } from './journal-lock.ts';

export class EarlierRun {
  readonly #state: JournalState;
  #lock: JournalLock | undefined;
  /** What must not be repeated, by the row's number. The rest is taken up. */
  readonly settled = new Map<number, RowOutcome>();

  /** @throws CallError InvalidArguments when there is none, Refused when another call is at work on it */
  static find(stateDir: string, action: Action, digest: string): EarlierRun {
    const state = readable(() => {
      const found = findJournal(stateDir, action.name, digest);
      if (!found) return undefined;
      refuseIfHeld(found.file);
      // Once more, since whoever held it may have gone on until now.
      return readJournal(found.file);
    });
    if (state) return new EarlierRun(state, action);
    throw new CallError(
      'InvalidArguments',
      'resume: no earlier call that comes to these very changes has left a journal: make sure that none of it was ' +
        'done before you call without resume',
    );
  }

  private constructor(state: JournalState, action: Action) {
    this.#state = state;
    for (const [number, line] of state.rows) {
      const outcome = knownOutcome(line, action);
      if (outcome) this.settled.set(number, outcome);
    }
  }

  /** The digests of what it wrote to that file. */
  writtenTo(name: string): string[] {
    return this.#state.outputs.flatMap(({ output_file, sha256 }) => (output_file === name ? sha256 : []));
  }

  /** Whether nobody knows if the row was done. */
  wasSent(number = 0): boolean {
    const state = this.#state.rows.get(number)?.state;
    return state === 'sent' || state === 'unknown';
  }

  /** With what the row was sent. */
  inputOf(number = 0): Record<string, unknown> | undefined {
    return this.#state.rows.get(number)?.arguments;
  }

  /** @throws CallError Refused for a row that went to another account, or was another change */
  checkPlaces(calls: readonly RowCall[]): void {
    for (const call of calls) {
      const was = this.#state.rows.get(call.number ?? 0);
      if (was?.connection === undefined) continue;
      if (call.account === undefined) {
        const why = call.unreachable instanceof Failure ? call.unreachable.message : 'this program failed';
        throw new CallError('Refused', `resume: to which account row ${call.number} goes cannot be told now (${why})`);
      }
      const is = placeOf(call);
      if (describePlace(was) === describePlace(is) && isDeepStrictEqual(was.arguments, is.arguments)) continue;
      throw new CallError(
        'Refused',
        `resume: row ${call.number} was sent to ${describePlace(was)} by the earlier call, and now would go to ` +
          `${describePlace(is)}, or is another change: resume it where it was begun, or make a new call`,
      );
    }
  }

  /**
   * Has the journal to itself from here on, until `release`, or until the journal that it opens is closed.
   * @throws CallError Refused when another call is at work on it, or was since the journal was read
   */
  hold(): void {
    if (this.#lock) return;
    const { file, rows } = this.#state;
    readable(() => {
      const lock = new JournalLock(file);
      if (isDeepStrictEqual(readJournal(file)?.rows, rows)) {
        this.#lock = lock;
        return;
      }
      lock.release();
      throw new CallError(
        'Refused',
        'resume: another call has gone on with this table meanwhile: make the same call again',
      );
    });
  }

  /** @throws CallError Refused when it cannot be written, or as `hold` does */
  openJournal(options: JournalOptions): TableJournal {
    this.hold();
    if (!this.#lock) throw new Error('the journal is not held');
    return TableJournal.resume(this.#state.file, this.#lock, options);
  }

  /** May be called twice. */
  release(): void {
    this.#lock?.release();
  }
}

/** @throws CallError Refused for what the file system throws */
function readable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CallError) throw error;
    const why = reasonOf(error);
    throw new CallError('Refused', `the journal cannot be read (${why})`, { cause: error });
  }
}

function knownOutcome({ state, result, change, message }: JournalLine, action: Action): RowOutcome | undefined {
  switch (state) {
    case 'done':
      return { is: 'done', result, ...(change && { change }) };
    case 'failed':
    case 'not-attempted':
      return undefined;
    case 'sent':
    case 'unknown': {
      if (isRepeatable(action)) return undefined;
      // Of one that was only sent, a message is of an attempt before.
      const known = state === 'unknown' ? message : undefined;
      const why = known ?? 'it was sent by a process that ended before the answer came';
      const advice = `it is not repeated by resume: look first, then call ${action.name} for it`;
      return { is: 'failed', error: new CallError('OutcomeUnknown', `${why}; ${advice}`) };
    }
    default:
      return assertNever(state);
  }
}

function describePlace({ account, endpoint, connection }: Pick<JournalLine, 'account' | 'endpoint' | 'connection'>) {
  const at = endpoint === undefined ? '' : ` at ${endpoint}`;
  return cleanLine(`account ${account ?? '(unknown)'}${at} by the connection '${connection}'`, 500);
}
