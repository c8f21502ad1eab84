// What the audit says of one change, or of one table of them, from the asking to the end.
import type { Program } from '../calls/program.ts';
import type { RowCall, RowOutcome } from '../calls/row-call.ts';
import type { RowRecord } from '../calls/run.ts';
import type { Summary } from '../envelope.ts';
import { codeOf, type Outcome, outcomeOf } from '../errors.ts';
import { type Plan, planDigest } from '../plan/plan.ts';
import type { AuditEntry } from '../state/audit.ts';

const EVENT_OF_FAILURE = {
  'not-done': 'failed',
  unknown: 'outcome-unknown',
  changed: 'partly-done',
} as const satisfies Record<Outcome, AuditEntry['event']>;

/** Of a table, the rows stand in the entry of the asking; what came of each is in the journal that a later one names. */
export class AuditTrail implements RowRecord {
  readonly #program: Program;
  /** Its id, by which the entries of all calls that it takes belong together. */
  readonly request: string;
  /** The one that the person is shown. */
  readonly plan: Plan;
  #agreedBy: string | undefined;
  #declinedBy: string | undefined;

  constructor(plan: Plan, request: string, program: Program) {
    this.#program = program;
    this.request = request;
    this.plan = plan;
  }

  /** @throws CallError Refused, here as below, when the entry cannot be written */
  asked(): void {
    const { rows } = this.plan;
    const listed = rows.map(({ number, connection, account, caller, arguments: rendered }) => ({
      number,
      connection,
      account,
      caller,
      arguments: rendered,
    }));
    this.#record({ event: 'asked', ...(this.#isTable && { rows: listed }) });
  }

  notAgreed(error: unknown): void {
    const code = codeOf(error);
    if (code === 'ApprovalPending') this.#program.audit.pending({ ...this.#about, error: code });
    else this.#record({ event: 'refused', error: code });
    this.#program.audit.hasRecorded(error);
  }

  agreed(by: string): void {
    this.#agreedBy = by;
  }

  declined(by: string): void {
    this.#declinedBy = by;
  }

  async sending({ caller }: RowCall): Promise<void> {
    // Of a session that nobody has named, the plan may have an earlier name.
    this.#record({ event: 'sent', ...(caller !== undefined && { caller }) });
  }

  settled(_call: RowCall, outcome: RowOutcome): void {
    switch (outcome.is) {
      case 'failed': {
        // Whatever is thrown once the change was sent leaves it undecided, unless it says otherwise.
        const { error } = outcome;
        const left = outcomeOf(error);
        this.#recordAfterwards({ event: EVENT_OF_FAILURE[left], error: codeOf(error) });
        this.#program.audit.hasRecorded(error);
        break;
      }
      case 'done':
        this.#recordAfterwards({ event: 'done' });
        break;
      case 'not-attempted':
      case 'planned':
        this.#recordAfterwards({ event: 'not-attempted' });
        break;
      default:
        outcome satisfies never;
    }
  }

  tableSent(journal: string): void {
    this.#record({ event: 'sent', journal });
  }

  tableFinished(summary: Summary): void {
    this.#recordAfterwards({ event: 'finished', summary });
  }

  /** The change is made: an audit that cannot be written now must not turn its outcome into a failure. */
  #recordAfterwards(entry: Pick<AuditEntry, 'event'> & Partial<AuditEntry>): void {
    try {
      this.#record(entry);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#program.log.error('audit', { error: why, event: entry.event });
    }
  }

  #record(entry: Pick<AuditEntry, 'event'> & Partial<AuditEntry>): void {
    this.#program.audit.record({ ...this.#about, ...entry });
  }

  get #about(): Omit<AuditEntry, 'event'> {
    return {
      call: this.request,
      tool: this.plan.tool,
      ...(this.#isTable ? { count: this.plan.rows.length } : this.#only),
      plan: planDigest(this.plan),
      ...(this.#agreedBy !== undefined && { agreedBy: this.#agreedBy }),
      ...(this.#declinedBy !== undefined && { declinedBy: this.#declinedBy }),
    };
  }

  get #isTable(): boolean {
    return this.plan.rows[0]?.number !== undefined;
  }

  get #only() {
    const { connection, account, caller, arguments: rendered } = this.plan.rows[0] ?? {};
    return { connection, account, caller, arguments: rendered };
  }
}
