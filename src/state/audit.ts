// What was asked, who agreed, what happened: one JSON line each in audit.jsonl in the state dir, on the disk before
// the next step. A change that cannot be recorded is not made.
import path from 'node:path';
import { cleanLine } from '../clean-text.ts';
import type { Summary } from '../envelope.ts';
import { CallError, codeOf, reasonOf } from '../errors.ts';
import type { Redactor } from '../redact.ts';
import { appendPrivateLine, openStateDir } from './state-dir.ts';

/** Whom a change is about, and with what. */
interface AuditedCall {
  connection: string;
  account: string;
  caller: string;
  arguments: Record<string, string>;
}

export interface AuditEntry extends Partial<AuditedCall> {
  /** For a change, the id of its request, the same in all its entries. For a role that is assumed, an id of its own. */
  call: string;
  event:
    | 'asked'
    | 'pending'
    | 'refused'
    | 'sent'
    | 'not-attempted'
    | 'done'
    | 'failed'
    | 'partly-done'
    | 'outcome-unknown'
    | 'finished';
  /** `sts:AssumeRole` for a role that was assumed, whatever the tool was. */
  tool: string;
  /** For a table, how many rows there are to do, and, once, what they are. */
  count?: number;
  rows?: (AuditedCall & { number?: number })[];
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
}

export class Audit {
  readonly #stateDir: string;
  readonly #redactor: Redactor;

  constructor(stateDir: string, redactor: Redactor) {
    this.#stateDir = stateDir;
    this.#redactor = redactor;
  }

  /**
   * That a role is about to be assumed, for whatever call, and what came of it.
   * @throws CallError Refused, when it cannot be written beforehand
   */
  role({ connection, role, accessKeyId }: AssumedRole): (error?: unknown) => void {
    const entry = {
      // The global one: importing node:crypto would take four milliseconds of every start.
      call: crypto.randomUUID(),
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

  /** @throws CallError Refused when the entry cannot be written */
  record(entry: AuditEntry): void {
    try {
      openStateDir(this.#stateDir);
      const line = JSON.stringify(this.#redactor.value({ at: new Date().toISOString(), ...entry }));
      appendPrivateLine(path.join(this.#stateDir, 'audit.jsonl'), line, { fsync: true });
    } catch (error) {
      const why = cleanLine(reasonOf(error));
      throw new CallError('Refused', `the audit cannot be written (${why})`, { cause: error });
    }
  }
}
