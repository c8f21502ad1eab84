// A call over a table, as its page works on it. Loaded with the first table.
import { isChange } from '../actions/action.ts';
import type { CallContext } from '../calls/context.ts';
import { whyLeftOut } from '../calls/failure-text.ts';
import { Keep } from '../calls/keep.ts';
import { callsOf, type GuardedRow, isCall, type PreparedRow, prepareRows } from '../calls/prepare.ts';
import type { GivenTable, Row, Table } from '../calls/row.ts';
import type { RowCall, RowOutcome, RowOutcomes } from '../calls/row-call.ts';
import type { RunHooks } from '../calls/run.ts';
import { markSameCalls } from '../calls/same-calls.ts';
import { summaryOf } from '../calls/summary.ts';
import type { TableArguments } from '../calls/table-arguments.ts';
import type { Task, Trail } from '../calls/task.ts';
import type { Envelope, Summary } from '../envelope.ts';
import type { TimeLimit } from '../time-limit.ts';
import type { SettledRow } from './entries.ts';
import type { TableJournal } from './journal.ts';
import { keepRows } from './keep-rows.ts';
import { type RowLimit, tooManyRows } from './problem.ts';
import { Progress } from './progress.ts';
import type { Publisher } from './publisher.ts';
import { readTable, rowLimitOf } from './read-table.ts';
import { noticeOf, reportOf, warningsOf } from './report.ts';
import { EVERYTHING, inputOf, type Shown, shownBy } from './shown.ts';
import { TableLimits } from './table-limits.ts';
import { TableOnDisk } from './table-on-disk.ts';

interface TableCall extends CallContext {
  /** As given: templates and all. */
  fields: Record<string, unknown>;
  given: TableArguments;
  publisher: Publisher;
  keep: Keep | undefined;
  /** How many there are, those included for which nothing is done. */
  rows: number;
}

export interface TakenRows extends Table {
  /** Runs since they began to be read. */
  clock: TimeLimit;
}

export class TableRun implements Task {
  readonly isTable = true;
  readonly leftMs = Number.POSITIVE_INFINITY;
  readonly needsIdentity: boolean;
  readonly dryRun: boolean;
  readonly allCalls: readonly RowCall[];
  readonly calls: readonly RowCall[];
  readonly #call: TableCall;
  readonly #prepared: readonly PreparedRow[];
  readonly #byNumber: ReadonlyMap<number, PreparedRow>;
  readonly #onDisk: TableOnDisk;
  readonly #shown: Shown;
  readonly #limits: TableLimits;
  readonly #progress: Progress;

  /**
   * @param taken rows that were read already, in place of those that `given` names
   * @throws CallError for whatever is wrong with the arguments, the table, or a file that is to be written
   */
  static async prepare(
    fields: Record<string, unknown>,
    given: TableArguments,
    context: CallContext,
    publisher: Publisher,
    taken?: TakenRows,
  ): Promise<TableRun> {
    const { action, program } = context;
    const { rows, unusable } = taken ?? (await readTable(given, action, program, publisher.files));
    const { where } = given;
    const table: GivenTable = {
      rows,
      ...(unusable && { unusable }),
      now: Date.now(),
      ...(where !== undefined && { where }),
    };
    const keep = given.keep === undefined ? undefined : new Keep(given.keep, action, table);
    const prepared = await prepareRows(action, fields, table, program);
    if (where !== undefined) checkChosen(prepared.length, given, rowLimitOf(action, program.settings));
    markSameCalls(prepared, action);
    const tried = prepared.flatMap(({ row, call }) => (isCall(call) ? [row] : []));
    if (tried.length > 0) await keep?.check(tried);
    // Whether it may be there already is known for sure when an earlier run is found.
    publisher.checkOutput(given, given.resume);
    publisher.checkFolder();
    const run = new TableRun({ ...context, fields, given, publisher, keep, rows: rows.length }, prepared, taken?.clock);
    try {
      run.#onDisk.checkOutput();
      publisher.checkOutput(given, run.#onDisk.isOwnOutput);
      return run;
    } catch (error) {
      await run.end();
      throw error;
    }
  }

  /**
   * Whoever makes one has to end it.
   * @throws CallError InvalidArguments when there is nothing to take up, Refused when another call is at work on it
   */
  constructor(call: TableCall, prepared: readonly PreparedRow[], clock?: TimeLimit) {
    const { action, given, program, host } = call;
    this.needsIdentity = isChange(action) || given.output_file !== undefined || given.resume;
    this.dryRun = given.dry_run;
    this.#call = call;
    this.#prepared = prepared;
    this.#byNumber = new Map(prepared.map((row) => [row.number ?? 0, row]));
    this.#onDisk = new TableOnDisk(call, prepared);
    this.#shown = shownBy(Object.values(call.fields), [given.where, given.keep], given.detail);
    const inEntries = given.output_file === undefined ? this.#shown : EVERYTHING;
    const inputBytes = (row: Row) => Buffer.byteLength(JSON.stringify(inputOf(row, inEntries)));
    this.#limits = new TableLimits(call, inputBytes, clock);
    this.allCalls = callsOf(prepared);
    this.calls = this.allCalls.filter(({ number }) => !this.#onDisk.settled(number));
    const asksInBetween = program.settings.approval !== 'host';
    const phases = !isChange(action) || given.dry_run ? 1 : asksInBetween ? 3 : 2;
    this.#progress = new Progress(host.onProgress, this.calls.length, phases);
  }

  get leftOut(): { number: number; why: string }[] {
    return this.#prepared.flatMap(({ number, call }) =>
      isCall(call) || number === undefined ? [] : { number, why: whyLeftOut(call) },
    );
  }

  get guarded(): GuardedRow[] {
    return this.#prepared.flatMap(({ guarded }) => guarded ?? []);
  }

  get clock(): TimeLimit {
    return this.#limits.clock;
  }

  onRowRead = (isAgain: boolean): void => this.#progress.read(isAgain);

  get run(): RunHooks {
    return {
      whyStopped: () => this.#limits.whyStopped(),
      onSettled: (call, outcome) => {
        this.#progress.ran(outcome.is === 'failed');
        this.#limits.count(this.#byNumber.get(call.number ?? 0)?.row ?? {}, outcome);
      },
    };
  }

  earlierInput = ({ number }: RowCall): Record<string, unknown> | undefined => this.#onDisk.inputOf(number);

  checkPlaces(): void {
    this.#onDisk.checkPlaces(this.allCalls);
  }

  hold(): void {
    this.#onDisk.hold();
  }

  /** Of reads there is one where their result is wanted in a file. */
  openRecord(settled: RowOutcomes, trail?: Trail): TableJournal | undefined {
    if (!trail && this.#call.given.output_file === undefined) return undefined;
    const journal = this.#onDisk.openJournal(settled);
    trail?.tableSent(journal.name);
    return journal;
  }

  finished(outcomes: RowOutcomes, trail?: Trail): void {
    trail?.tableFinished(summaryOf(outcomes.values()));
  }

  async report(outcomes: RowOutcomes, warnings: string[]): Promise<Envelope> {
    const { action, program, host, given, publisher } = this.#call;
    this.#onDisk.settleAlreadyDone(outcomes);
    const isResumed = given.resume;
    const settled = this.#limits.bounded(this.#prepared.map((prepared) => this.#settled(prepared, outcomes)));
    const kept = this.#call.keep && (await keepRows(settled, this.#call.keep));
    const rows = kept?.settled ?? settled;
    const { envelope, allEntries } = reportOf(rows, this.#call, {
      shown: this.#shown,
      isResumed,
      entered: kept?.shown,
    });
    envelope.summary = { ...envelope.summary, ...this.#skipped(), ...kept?.counts };
    if (rows.length === 0) warnings.push(`where is true for none of the ${this.#call.rows} rows: nothing was done.`);
    warnings.push(...warningsOf(rows), ...this.#onDisk.notices());
    if (envelope.summary.not_attempted > 0 || host.signal.aborted) {
      const notice = noticeOf(action.name, envelope.summary, this.#onDisk.journalName);
      // A cancelled call gets no answer: the next one tells.
      if (host.signal.aborted) program.notices.push(`An earlier call was cancelled: ${notice}`);
      else warnings.push(notice);
    }
    return publisher.publish(envelope, given, warnings, {
      allEntries,
      isOwn: () => this.#onDisk.isOwnOutput,
      writing: (text) => this.#onDisk.writing(text),
    });
  }

  #settled(prepared: PreparedRow, outcomes: RowOutcomes): SettledRow {
    const isDoneEarlier = this.#onDisk.settled(prepared.number)?.is === 'done';
    return { prepared, outcome: this.#outcomeOf(prepared, outcomes), ...(isDoneEarlier && { isDoneEarlier }) };
  }

  #skipped(): Partial<Summary> {
    const { given, rows } = this.#call;
    return given.where === undefined ? {} : { rows, skipped: rows - this.#prepared.length };
  }

  #outcomeOf({ number, call, sameAs }: PreparedRow, outcomes: RowOutcomes): RowOutcome {
    const same = sameAs === undefined ? undefined : this.#byNumber.get(sameAs);
    if (same) return this.#outcomeOf(same, outcomes);
    const before = this.#onDisk.settled(number);
    if (before) return before;
    if (!isCall(call)) return { is: 'failed', error: call };
    return outcomes.get(call) ?? { is: 'failed', error: new Error('no outcome') };
  }

  async end(): Promise<void> {
    this.clock.stop();
    await this.#onDisk.end();
  }
}

/** @throws CallError InvalidArguments for more rows than the call may be about */
function checkChosen(count: number, { rows_file = 'rows' }: TableArguments, limit: RowLimit): void {
  if (count > limit.most) throw tooManyRows(rows_file, `${count} rows for which where is true`, limit);
}
