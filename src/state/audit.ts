// What was asked, who agreed, what happened, what was refused: one JSON line each in audit.jsonl in the state dir, on the
// disk before the next step. A change that cannot be recorded is not made.
import { cleanLine, unseenInJson } from '../clean-text.ts';
import type { Summary } from '../envelope.ts';
import { CallError, codeOf, reasonOf } from '../errors.ts';
import type { Redactor } from '../redact.ts';
import { appendEntry, hashOf } from './audit-chain.ts';
import type { AuditEvent } from './audit-events.ts';
import { Repeats } from './repeats.ts';
import { openStateDir } from './state-dir.ts';

/** Whom a change is about, and with what. */
interface AuditedCall {
  connection: string;
  account: string;
  caller: string;
  arguments: Record<string, string>;
}

export interface AuditEntry extends Partial<AuditedCall> {
  /** For a change, the id of its request, the same in all its entries. For a role that is assumed, that of its request,
   * or an id of its own where nobody was asked. */
  call: string;
  event: AuditEvent;
  /** `sts:AssumeRole` for a role that was assumed, whatever the tool was. */
  tool: string;
  /** For a table, how many rows there are to do, and, once, what they are. Of those that were refused, the first ones. */
  count?: number;
  rows?: (Partial<AuditedCall> & { number?: number; error?: string })[];
  /** How often the same was refused by now, since an earlier entry. */
  times?: number;
  /** For a table, the file in the state dir that says what came of each row, and the counts. */
  journal?: string;
  summary?: Summary;
  /** Who agreed: `form`, `terminal <request> <user>`, `bridge <approver> <who>` or `host`. */
  agreedBy?: string;
  /** Who declined: `terminal <user>`, `bridge <approver> <who>`, or in words. */
  declinedBy?: string;
  /** The digest of the plan that was agreed to. */
  plan?: string;
  error?: string;
}

/** `accessKeyId` is that of who assumes it: none with a web identity. */
export interface AssumedRole {
  connection: string;
  role: string;
  accessKeyId?: string;
  /** Where a person was asked for the role: the request, and who has agreed. */
  agreement?: { request: string; by: string };
}

export class Audit {
  readonly #stateDir: string;
  readonly #redactor: Redactor;
  readonly #refusals = new Repeats();
  readonly #pendings = new Repeats();
  readonly #recorded = new WeakSet<object>();

  constructor(stateDir: string, redactor: Redactor) {
    this.#stateDir = stateDir;
    this.#redactor = redactor;
  }

  /**
   * That a role is about to be assumed, for whatever call, and what came of it.
   * @throws CallError Refused, when it cannot be written beforehand
   */
  role({ connection, role, accessKeyId, agreement }: AssumedRole): (error?: unknown) => void {
    const entry = {
      // The global one: importing node:crypto would take four milliseconds of every start.
      call: agreement?.request ?? crypto.randomUUID(),
      ...(agreement && { agreedBy: agreement.by }),
      tool: 'sts:AssumeRole',
      connection,
      arguments: { role_arn: role, ...(accessKeyId !== undefined && { access_key_id: accessKeyId }) },
    };
    this.record({ ...entry, event: 'sent' });
    return (error) => {
      try {
        this.record(
          error === undefined ? { ...entry, event: 'done' } : { ...entry, event: 'failed', error: codeOf(error) },
        );
      } catch {
        // It is on record that it was sent.
      }
    };
  }

  /**
   * That something was refused before anybody was asked. It is refused whether this can be written or not.
   * Of what a model repeats, the first, the second, the fourth, the eighth time and so on are on record.
   */
  refused(entry: Omit<AuditEntry, 'event' | 'call' | 'times'>): void {
    const { tool, connection, error } = entry;
    const times = this.#refusals.toTell(
      hashOf(Buffer.from(JSON.stringify(entry))),
      JSON.stringify([tool, connection, error]),
    );
    if (times === undefined) return;
    const { count, isAmongOthers } = times;
    const what = isAmongOthers ? { tool, connection, error } : entry;
    try {
      this.record({ call: crypto.randomUUID(), event: 'refused', ...what, ...(count > 1 && { times: count }) });
    } catch {
      // Nothing was done.
    }
  }

  /**
   * That a call went back without an answer. Who asks again and again is on record as `refused` has it.
   * @throws CallError Refused when the entry cannot be written
   */
  pending(entry: Omit<AuditEntry, 'event' | 'times'>): void {
    const times = this.#pendings.toTell(entry.call, entry.tool);
    if (times === undefined) return;
    this.record({ event: 'pending', ...entry, ...(times.count > 1 && { times: times.count }) });
  }

  /** Notes that what was thrown is on record. */
  hasRecorded(error: unknown): void {
    if (typeof error === 'object' && error !== null) this.#recorded.add(error);
  }

  isRecorded(error: unknown): boolean {
    return typeof error === 'object' && error !== null && this.#recorded.has(error);
  }

  /** @throws CallError Refused when the entry cannot be written */
  record(entry: AuditEntry): void {
    try {
      openStateDir(this.#stateDir);
      appendEntry(this.#stateDir, () =>
        unseenInJson(JSON.stringify(this.#redactor.value({ at: new Date().toISOString(), ...entry }))),
      );
    } catch (error) {
      const why = cleanLine(reasonOf(error));
      const refused = new CallError('Refused', `the audit cannot be written (${why})`, { cause: error });
      // To try again would only take more time.
      this.hasRecorded(refused);
      throw refused;
    }
  }
}
