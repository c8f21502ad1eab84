// A call without a table: one of a single row, whose outcome is the result.
import type { Envelope } from '../envelope.ts';
import type { TimeLimit } from '../time-limit.ts';
import { orThrow } from './attempt.ts';
import type { CallContext } from './context.ts';
import { Keep } from './keep.ts';
import { isCall, prepareRows } from './prepare.ts';
import type { RowCall, RowOutcomes } from './row-call.ts';
import type { RowRecord, RunHooks } from './run.ts';
import type { Task, Trail } from './task.ts';

/** Puts a result of many entries where it belongs. */
type Publish = (envelope: Envelope, warnings: string[]) => Promise<Envelope>;

interface Options {
  dryRun: boolean;
  keep: Keep | undefined;
  publish: Publish;
}

export class OneRow implements Task {
  readonly isTable = false;
  readonly needsIdentity: boolean;
  readonly dryRun: boolean;
  readonly calls: readonly RowCall[];
  readonly allCalls: readonly RowCall[];
  readonly leftOut = [];
  readonly guarded = [];
  readonly run: RunHooks = {};
  readonly #limit: TimeLimit;
  readonly #keep: Keep | undefined;
  readonly #publish: Publish;

  /** @throws CallError for whatever is wrong with the arguments */
  static async prepare(
    fields: Record<string, unknown>,
    { action, program, host }: CallContext,
    { keep: condition, ...options }: { dryRun: boolean; keep: string | undefined; publish: Publish },
  ): Promise<OneRow> {
    const keep = condition === undefined ? undefined : new Keep(condition, action);
    await keep?.check([{}]);
    const [prepared] = await prepareRows(action, fields, undefined, program, host.deadline);
    if (!prepared || !isCall(prepared.call)) throw prepared?.call;
    return new OneRow(prepared.call, action.kind !== 'read', { ...options, keep });
  }

  private constructor(call: RowCall, isChange: boolean, { dryRun, keep, publish }: Options) {
    this.calls = [call];
    this.#limit = call.limit;
    this.allCalls = this.calls;
    this.needsIdentity = isChange;
    this.dryRun = dryRun;
    this.#keep = keep;
    this.#publish = publish;
  }

  get leftMs(): number {
    return this.#limit.leftMs;
  }

  checkPlaces(): void {}

  hold(): void {}

  openRecord(_settled: RowOutcomes, trail?: Trail): RowRecord | undefined {
    return trail;
  }

  finished(): void {}

  async report(outcomes: RowOutcomes, warnings: string[]): Promise<Envelope> {
    const [call] = this.calls;
    const outcome = call && outcomes.get(call);
    warnings.push(...(call?.warnings ?? []));
    switch (outcome?.is) {
      case 'done':
        return this.#publish(
          { ...(await this.#found(outcome.result)), ...(outcome.change && { change: outcome.change }) },
          warnings,
        );
      case 'planned':
        return { result: null, error: null, has_error: false, dry_run: outcome.would };
      case 'failed':
        throw outcome.error;
      case 'not-attempted':
      case undefined:
        throw new Error('a single call was not attempted');
      default:
        return outcome satisfies never;
    }
  }

  async #found(result: unknown): Promise<Envelope> {
    if (!this.#keep || !Array.isArray(result)) return { result, error: null, has_error: false };
    const decisions = await this.#keep.of(result.map((each) => ({ row: {}, result: each })));
    const kept = result.filter((_, index) => orThrow(decisions[index]));
    return { result: kept, error: null, has_error: false, summary: { found: result.length, kept: kept.length } };
  }

  async end(): Promise<void> {}
}
