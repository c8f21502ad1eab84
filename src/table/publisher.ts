// The last step of a result of many entries: to the file that the caller wants it in, and cut to what fits a model's
// window, with the rest kept.
import { isDeepStrictEqual } from 'node:util';
import type { Action } from '../actions/action.ts';
import { mayHaveSecrets, withoutSecrets } from '../actions/secrets.ts';
import { withoutOutput } from '../calls/failure-text.ts';
import type { Program } from '../calls/program.ts';
import type { Row } from '../calls/row.ts';
import type { TableArguments } from '../calls/table-arguments.ts';
import { type Envelope, isFailure, type ResultFile } from '../envelope.ts';
import { Failure } from '../errors.ts';
import { withOwnResults } from './entries.ts';
import { type TableFiles, tableFiles } from './files.ts';
import { fitted, nextPage, shortened } from './results.ts';
import { checkEnding, rowsText } from './write-rows.ts';

// Of a result that the caller has in a file of its own.
const SHOWN_BESIDE_A_FILE = 7 * 1024;

/** Of a table: what goes into its file, and how an earlier run of it stands to that file. */
interface TableOutput {
  /** All columns of all rows, in their order. */
  allEntries: () => Row[];
  /** Whether the file that is there is one that an earlier run of this very table wrote. */
  isOwn: () => boolean;
  /** Before the file is written. */
  writing: (text: string) => Promise<void>;
}

export class Publisher {
  readonly #action: Action;
  readonly #program: Program;
  readonly files: TableFiles;

  constructor(action: Action, program: Program) {
    this.#action = action;
    this.#program = program;
    this.files = tableFiles(program.settings);
  }

  /** @throws CallError for an output_file that cannot be written, before anything is done */
  checkOutput({ output_file: name, overwrite }: TableArguments, isOwn = false): void {
    if (name === undefined) return;
    checkEnding(name, 'output_file');
    this.files.checkWritable(name, 'output_file', { overwrite: overwrite || isOwn });
  }

  /** @throws CallError Refused when nothing can be written, and so no long result could be kept */
  checkFolder(): void {
    this.files.checkFolder();
  }

  /** @throws CallError InvalidArguments */
  nextPage(token: string): Envelope {
    const envelope = nextPage(token, this.#shown);
    if (!this.#holdsSecrets(envelope)) return envelope;
    const files = envelope.files?.map((file) => ({ ...file, holds_secrets: true as const }));
    // They were shown to a model once, when the operator wanted it so.
    const isWanted = this.#program.settings.secrets === 'inline';
    return { ...envelope, result: isWanted ? envelope.result : this.#withoutSecrets(envelope), files };
  }

  /** By now everything is done: what cannot be written becomes a warning, and the result is told all the same. */
  async publish(whole: Envelope, given: TableArguments, warnings: string[], table?: TableOutput): Promise<Envelope> {
    const { output_file } = given;
    if (output_file !== undefined && !given.dry_run && isFailure(whole)) {
      return { ...whole, error: withoutOutput(whole.error ?? '', output_file) };
    }
    const name = given.dry_run ? undefined : output_file;
    // What goes to no file is searched for secrets by whoever asked for this.
    if (name === undefined && shortened(whole, this.#shown.limit) === whole) return whole;
    let envelope = this.#program.redactor.value(whole);
    const holdsSecrets = this.#holdsSecrets(envelope);
    const isWritten =
      name !== undefined &&
      (await this.#trying(warnings, async () => {
        const entries = table ? this.#program.redactor.value(table.allEntries()) : entriesIn(envelope);
        const text = await rowsText(name, entries);
        // Noted first: of a file that is there and not noted nobody could tell whose it is.
        await table?.writing(text);
        this.files.write(name, text, 'output_file', { overwrite: given.overwrite || (table?.isOwn() ?? false) });
        const file: ResultFile = { name, entries: entries.length, ...(holdsSecrets && { holds_secrets: true }) };
        envelope = { ...envelope, files: [file] };
      }));
    const { limit } = this.#shown;
    const isBeside = isWritten && table && given.detail === 'brief' && limit > 0;
    const shown = { ...this.#shown, limit: isBeside ? Math.min(limit, SHOWN_BESIDE_A_FILE) : limit };
    const isKept = await this.#trying(warnings, async () => {
      envelope = fitted(envelope, shown, holdsSecrets);
    });
    // No host could read all of it.
    if (!isKept) envelope = shortened(envelope, shown.limit);
    if (holdsSecrets && envelope.files) {
      const what = Object.values(this.#action.secrets).join(' and ');
      warnings.push(`The files named have ${what} in them: guard them.`);
    }
    return envelope;
  }

  async #trying(warnings: string[], work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      warnings.push(`The result was not written to its file: ${error.code}: ${error.message}`);
      return false;
    }
  }

  #withoutSecrets({ result }: Envelope): unknown {
    return withOwnResults(this.#action, result, (own) => withoutSecrets(own, this.#action.secrets));
  }

  #holdsSecrets(envelope: Envelope): boolean {
    return mayHaveSecrets(this.#action) && !isDeepStrictEqual(envelope.result, this.#withoutSecrets(envelope));
  }

  get #shown() {
    return { files: this.files, tool: this.#action.name, limit: this.#program.settings.resultLimit };
  }
}

/** Of a call without a table too. */
function entriesIn({ result, error, has_error, change, dry_run }: Envelope): Row[] {
  return Array.isArray(result)
    ? result
    : [{ result, error, has_error, ...(change && { change }), ...(dry_run !== undefined && { dry_run }) }];
}
