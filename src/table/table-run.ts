// What a call over a table has beside a single one: rows from the call or a file, a journal that can be taken up again,
// progress, a limit on its whole time, and an answer of many entries. Loaded with the first table.
import { isChange } from '../actions/action.ts';
import { mayHaveSecrets, withoutSecrets } from '../actions/secrets.ts';
import type { CallContext } from '../calls/context.ts';
import { failureText, whyLeftOut } from '../calls/failure-text.ts';
import { callsOf, isCall, type PreparedRow, prepareRows } from '../calls/prepare.ts';
import type { RowCall, RowOutcome, RowOutcomes } from '../calls/row-call.ts';
import type { RunHooks } from '../calls/run.ts';
import { describeSummary, summaryOf } from '../calls/summary.ts';
import type { Task, Trail } from '../calls/task.ts';
import type { Envelope, Summary } from '../envelope.ts';
import { AwsError } from '../iam/errors.ts';
import { TimeLimit } from '../time-limit.ts';
import type { TableArguments } from './arguments.ts';
import { EarlierRun } from './earlier-run.ts';
import { entriesOf } from './entries.ts';
import { TableJournal } from './journal.ts';
import { digestOf } from './journal-file.ts';
import { Progress } from './progress.ts';
import type { Publisher } from './publisher.ts';
import { readTable } from './read-table.ts';

// Of the warnings of rows that succeeded, so many are told.
const MOST_WARNINGS = 20;
// Of a result in all, about: files of more than 50 MiB are not read again.
const LONGEST_RESULT = 40 * 1024 * 1024;
const ENTRY_BYTES = 500;

interface TableCall extends CallContext {
  /** As given: templates and all. */
  fields: Record<string, unknown>;
  given: TableArguments;
  publisher: Publisher;
}

export class TableRun implements Task {
  readonly isTable = true;
  readonly needsIdentity: boolean;
  readonly dryRun: boolean;
  readonly #call: TableCall;
  readonly #prepared: readonly PreparedRow[];
  readonly #digest: string;
  readonly #earlier: EarlierRun | undefined;
  readonly #progress: Progress;
  readonly allCalls: readonly RowCall[];
  readonly calls: readonly RowCall[];
  /** On all rows together, the wait for a person not counted. */
  readonly clock: TimeLimit;
  #journal: TableJournal | undefined;
  /** Of the result, about. */
  #bytes = 0;
  #end = () => {};
  readonly #ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  /** @throws CallError for whatever is wrong with the arguments, the table, or a file that is to be written */
  static async prepare(
    fields: Record<string, unknown>,
    given: TableArguments,
    context: CallContext,
    publisher: Publisher,
  ): Promise<TableRun> {
    const { action, program } = context;
    const rows = await readTable(given, action, program.settings, publisher.files);
    const prepared = await prepareRows(action, fields, rows, program);
    // Whether it may be there already is known for sure when an earlier run is found.
    publisher.checkOutput(given, given.resume);
    publisher.checkFolder();
    const table = new TableRun({ ...context, fields, given, publisher }, prepared);
    try {
      publisher.checkOutput(given, table.isOwnOutput);
      return table;
    } catch (error) {
      await table.end();
      throw error;
    }
  }

  /**
   * Whoever makes one has to end it.
   * @throws CallError InvalidArguments when there is nothing to take up, Refused when another call is at work on it
   */
  constructor(call: TableCall, prepared: readonly PreparedRow[]) {
    const { action, given, program, host } = call;
    this.needsIdentity = isChange(action) || given.output_file !== undefined || given.resume;
    this.dryRun = given.dry_run;
    this.#call = call;
    this.#prepared = prepared;
    this.#digest = digestOf(
      action.name,
      call.fields,
      prepared.map(({ row }) => row),
    );
    this.#earlier = given.resume ? EarlierRun.find(program.settings.stateDir, action, this.#digest) : undefined;
    this.allCalls = callsOf(prepared);
    this.calls = this.allCalls.filter(({ number = 0 }) => !this.#earlier?.settled.has(number));
    this.#progress = new Progress(host.onProgress, this.calls.length * this.#phases);
    this.clock = new TimeLimit(program.settings.tableTimeout * 1000);
  }

  get leftOut(): { number: number; why: string }[] {
    return this.#prepared.flatMap(({ number, call }) =>
      isCall(call) || number === undefined ? [] : { number, why: whyLeftOut(call) },
    );
  }

  onRowRead = (): void => this.#progress.checked(this.calls.length);

  get run(): RunHooks {
    return {
      whyStopped: () => this.#whyStopped(),
      onSettled: (call, outcome) => {
        this.#progress.ran(this.calls.length, outcome.is === 'failed');
        this.#bytes += this.#bytesOf(call, outcome);
      },
    };
  }

  /** How often each row is gone through: facts, facts once more after a person has agreed, and the change itself. */
  get #phases(): number {
    const { action, given, program } = this.#call;
    if (!isChange(action) || given.dry_run) return 1;
    return program.settings.approval === 'host' ? 2 : 3;
  }

  hold(): void {
    this.#earlier?.hold();
  }

  /** Of reads there is one where their result is wanted in a file. @throws CallError Refused */
  openRecord(settled: RowOutcomes, trail?: Trail): TableJournal | undefined {
    if (!trail && this.#call.given.output_file === undefined) return undefined;
    const journal = this.#openJournal(settled);
    trail?.tableSent(journal.name);
    return journal;
  }

  finished(outcomes: RowOutcomes, trail?: Trail): void {
    trail?.tableFinished(summaryOf(outcomes.values()));
  }

  /** @throws CallError Refused when it cannot be written */
  #openJournal(settled: RowOutcomes = new Map()): TableJournal {
    const { action, given, program } = this.#call;
    const options = {
      stateDir: program.settings.stateDir,
      redact: <T>(value: T) => program.redactor.value(value),
      withoutSecrets: (result: unknown) => withoutSecrets(result, action.secrets),
      errorText: (error: unknown) => this.#errorText(error),
      onFault: (error: unknown) => program.log.error('journal', { error: String(error) }),
      wasSent: (number?: number) => this.#earlier?.wasSent(number) ?? false,
    };
    const { output_file } = given;
    const head = { tool: action.name, digest: this.#digest, rows: this.#prepared.length, output_file };
    this.#journal = this.#earlier?.openJournal(options) ?? TableJournal.begin(head, this.#prepared, options);
    // From here on the program waits, should the host leave, until everything about the table is written.
    program.changesUnderWay.add(this.#ended);
    for (const [call, outcome] of settled) this.#journal.settled(call, outcome);
    return this.#journal;
  }

  /**
   * A row that was done elsewhere is not done here. To be called when it is known where each goes now.
   * @throws CallError Refused for a journal of another account, or of another change
   */
  checkPlaces(): void {
    this.#earlier?.checkPlaces(this.allCalls);
  }

  get #hasSecrets(): boolean {
    const { action, program } = this.#call;
    return mayHaveSecrets(action) && program.settings.secrets === 'inline';
  }

  /** Nothing more is written. May be called twice. */
  async end(): Promise<void> {
    this.clock.stop();
    const journal = this.#journal;
    this.#journal = undefined;
    await journal?.close();
    this.#earlier?.release();
    this.#call.program.changesUnderWay.delete(this.#ended);
    this.#end();
  }

  /** Whether the file that is to be written may be there, since an earlier run of this table wrote it. */
  get isOwnOutput(): boolean {
    const { output_file } = this.#call.given;
    // Of secrets that stand in it there is no other copy: the journal has none.
    if (this.#hasSecrets) return false;
    return output_file !== undefined && this.#earlier?.outputFile === output_file;
  }

  /**
   * The envelope with every entry of the result.
   * @param warnings takes up what the caller must know beside it
   */
  async report(outcomes: RowOutcomes, warnings: string[]): Promise<Envelope> {
    const { action, program, host, given, publisher } = this.#call;
    this.#settleAlreadyDone(outcomes);
    const rows = this.#prepared.map((prepared) => ({ prepared, outcome: this.#outcomeOf(prepared, outcomes) }));
    const summary = summaryOf(rows.map(({ outcome }) => outcome));
    const entries = rows.flatMap(({ prepared, outcome }) =>
      entriesOf(action, prepared, outcome, (error) => this.#errorText(error)),
    );
    warnings.push(...this.#warningsOf(rows));
    if (this.#earlier && this.#earlier.settled.size > 0) warnings.push(this.#settledBefore(this.#earlier));
    if (summary.not_attempted > 0 || host.signal.aborted) {
      const notice = this.#notice(summary);
      // A cancelled call gets no answer: the next one tells.
      if (host.signal.aborted) program.notices.push(`An earlier call was cancelled: ${notice}`);
      else warnings.push(notice);
    }
    const bad = summary.failed + summary.not_attempted;
    const envelope = {
      result: entries,
      error: bad > 0 ? `RowsFailed: ${bad} of ${summary.rows} rows did not succeed` : null,
      has_error: bad > 0,
      summary,
    };
    return publisher.publish(envelope, given, warnings, this.isOwnOutput);
  }

  #settledBefore({ settled }: EarlierRun): string {
    const secrets = this.#hasSecrets ? ' Their secrets stood in its answer alone, and are not known any more.' : '';
    return `${settled.size} of the rows were settled by an earlier call, and not sent again.${secrets}`;
  }

  #notice(summary: Summary): string {
    const what = `${this.#call.action.name} over ${summary.rows} rows: ${describeSummary(summary)}.`;
    return this.#journal
      ? `${what} To go on, make the same call with resume. What came of each row is in the journal ${this.#journal.name}.`
      : what;
  }

  #outcomeOf({ number = 0, call }: PreparedRow, outcomes: RowOutcomes): RowOutcome {
    const before = this.#earlier?.settled.get(number);
    if (before) return before;
    if (!isCall(call)) return { is: 'failed', error: call };
    return outcomes.get(call) ?? { is: 'failed', error: new Error('no outcome') };
  }

  /** What a process had done which ended before the answer came, and AWS does not do a second time. */
  #settleAlreadyDone(outcomes: RowOutcomes): void {
    const { action } = this.#call;
    if (!isChange(action)) return;
    for (const [call, outcome] of outcomes) {
      if (!this.#earlier?.wasSent(call.number)) continue;
      if (!(outcome.is === 'failed' && outcome.error instanceof AwsError)) continue;
      const words = action.alreadyDone(outcome.error);
      if (words === undefined) continue;
      call.warnings.push(`was sent by an earlier call, and ${words}`);
      const done: RowOutcome = { is: 'done', result: null };
      outcomes.set(call, done);
      if (!this.#call.given.dry_run) (this.#journal ?? this.#openJournal()).settled(call, done);
    }
  }

  #warningsOf(rows: { prepared: PreparedRow }[]): string[] {
    const all = rows.flatMap(({ prepared: { number, call } }) =>
      isCall(call) ? call.warnings.map((text) => `Row ${number}: ${text}`) : [],
    );
    const rest = all.length - MOST_WARNINGS;
    return rest > 0 ? [...all.slice(0, MOST_WARNINGS), `and ${rest} more such warnings`] : all;
  }

  #whyStopped(): string | undefined {
    if (this.#call.host.signal.aborted) return 'the call was cancelled';
    if (this.#call.program.leaving.aborted) return 'the host left';
    if (this.clock.signal.aborted) return 'the time allowed for a table (--table-timeout) was over';
    if (this.#bytes > LONGEST_RESULT) return 'the result had become too long to be kept in one file';
    return undefined;
  }

  /** Each entry has the row in it. */
  #bytesOf({ number = 0 }: RowCall, outcome: RowOutcome): number {
    if (outcome.is !== 'done' || !Array.isArray(outcome.result)) return 0;
    const row = JSON.stringify(this.#prepared[number - 1]?.row ?? {});
    return outcome.result.length * (Buffer.byteLength(row) + ENTRY_BYTES);
  }

  #errorText(error: unknown): string {
    return failureText(error, this.#call.action, this.#call.program.log);
  }
}
