// What is kept of a table on the disk: the journal of an earlier call, where one is taken up, and the one that this call
// writes.
import { createHash } from 'node:crypto';
import { isChange } from '../actions/action.ts';
import { mayHaveSecrets, withoutSecrets } from '../actions/secrets.ts';
import type { CallContext } from '../calls/context.ts';
import { failureText } from '../calls/failure-text.ts';
import type { PreparedRow } from '../calls/prepare.ts';
import type { RowCall, RowOutcome, RowOutcomes } from '../calls/row-call.ts';
import { CallError } from '../errors.ts';
import { AwsError } from '../iam/errors.ts';
import { EarlierRun } from './earlier-run.ts';
import { shownName } from './file-name.ts';
import type { TableFiles } from './files.ts';
import { TableJournal } from './journal.ts';
import { digestOf } from './journal-file.ts';

interface TableCall extends CallContext {
  given: { output_file?: string; overwrite: boolean; resume: boolean; dry_run: boolean };
  publisher: { files: Pick<TableFiles, 'read'> };
}

export class TableOnDisk {
  readonly #call: TableCall;
  readonly #prepared: readonly PreparedRow[];
  readonly #digest: string;
  readonly #earlier: EarlierRun | undefined;
  #journal: TableJournal | undefined;
  #end = () => {};
  readonly #ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  /** @throws CallError InvalidArguments when there is nothing to take up, Refused when another call is at work on it */
  constructor(call: TableCall, prepared: readonly PreparedRow[]) {
    const { action, given, program } = call;
    this.#call = call;
    this.#prepared = prepared;
    this.#digest = digestOf(action.name, prepared);
    this.#earlier = given.resume ? EarlierRun.find(program.settings.stateDir, action, this.#digest) : undefined;
  }

  /** What became of a row in an earlier call, where it must not be repeated. */
  settled(number = 0): RowOutcome | undefined {
    return this.#earlier?.settled.get(number);
  }

  /**
   * Whether the file that is to be written is there, and is what an earlier call of this table wrote: looked at anew each
   * time, since a person may have taken long to agree.
   */
  get isOwnOutput(): boolean {
    const { output_file: name } = this.#call.given;
    // Of secrets that stand in it there is no other copy: the journal has none.
    if (name === undefined || this.#hasSecrets) return false;
    const written = this.#earlier?.writtenTo(name) ?? [];
    return written.length > 0 && written.includes(this.#digestAt(name) ?? '');
  }

  /** @throws CallError InvalidArguments for a file that is not, or no longer, what the earlier call wrote */
  checkOutput(): void {
    const { output_file: name, overwrite } = this.#call.given;
    if (name === undefined || overwrite || !this.#earlier || this.#earlier.writtenTo(name).length === 0) return;
    if (this.#digestAt(name) === undefined || this.isOwnOutput || this.#hasSecrets) return;
    throw new CallError(
      'InvalidArguments',
      `output_file: ${shownName(name)} is not, or no longer, what the earlier call wrote: choose another name, or set overwrite`,
      { field: 'output_file' },
    );
  }

  /** To be called before the file that the caller named is written. @throws CallError Refused when it cannot be noted */
  async writing(text: string): Promise<void> {
    const { output_file } = this.#call.given;
    const journal = this.#journal ?? (this.#earlier ? this.openJournal(new Map()) : undefined);
    if (output_file !== undefined) await journal?.writing({ output_file, sha256: sha256(text) });
  }

  /** Undefined where there is no file that could be read. */
  #digestAt(name: string): string | undefined {
    try {
      return sha256(this.#call.publisher.files.read(name, 'output_file'));
    } catch (error) {
      if (error instanceof CallError) return undefined;
      throw error;
    }
  }

  /** With what an earlier call has sent the row. */
  inputOf(number?: number): Record<string, unknown> | undefined {
    return this.#earlier?.inputOf(number);
  }

  /** @throws CallError Refused for a journal of another account, or of another change */
  checkPlaces(calls: readonly RowCall[]): void {
    this.#earlier?.checkPlaces(calls);
  }

  /** @throws CallError Refused when another call is at work on it */
  hold(): void {
    this.#earlier?.hold();
  }

  /**
   * @param settled the rows to which it came before anything was sent
   * @throws CallError Refused when it cannot be written
   */
  openJournal(settled: RowOutcomes): TableJournal {
    const { action, given, program } = this.#call;
    const options = {
      stateDir: program.settings.stateDir,
      redact: <T>(value: T) => program.redactor.value(value),
      withoutSecrets: (result: unknown) => withoutSecrets(result, action.secrets),
      errorText: (error: unknown) => failureText(error, action, program.log),
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

  /** What a process had done which ended before the answer came, and AWS does not do a second time. */
  settleAlreadyDone(outcomes: RowOutcomes): void {
    const { action, given } = this.#call;
    if (!isChange(action)) return;
    for (const [call, outcome] of outcomes) {
      if (!this.#earlier?.wasSent(call.number)) continue;
      if (!(outcome.is === 'failed' && outcome.error instanceof AwsError)) continue;
      const words = action.alreadyDone(outcome.error);
      if (words === undefined) continue;
      call.warnings.push(`was sent by an earlier call, and ${words}`);
      const done: RowOutcome = { is: 'done', result: null, ...(call.change && { change: call.change }) };
      outcomes.set(call, done);
      if (!given.dry_run) (this.#journal ?? this.openJournal(new Map())).settled(call, done);
    }
  }

  /** What a caller has to know of it beside the rows. */
  notices(): string[] {
    const count = this.#earlier?.settled.size ?? 0;
    if (count === 0) return [];
    const secrets = this.#hasSecrets ? ' Their secrets stood in its answer alone, and are not known any more.' : '';
    return [`${count} of the rows were settled by an earlier call, and not sent again.${secrets}`];
  }

  /** Of the journal that this call writes. */
  get journalName(): string | undefined {
    return this.#journal?.name;
  }

  /** Nothing more is written. May be called twice. */
  async end(): Promise<void> {
    const journal = this.#journal;
    this.#journal = undefined;
    await journal?.close();
    this.#earlier?.release();
    this.#call.program.changesUnderWay.delete(this.#ended);
    this.#end();
  }

  get #hasSecrets(): boolean {
    const { action, program } = this.#call;
    return mayHaveSecrets(action) && program.settings.secrets === 'inline';
  }
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
