// What a call has at hand: the program's own parts, and what its host gives.
import type { AskByForm } from './approval/approval.ts';
import type { Audit } from './audit.ts';
import type { Accounts } from './iam/account.ts';
import type { AskForMfaCode } from './iam/credentials.ts';
import type { Log } from './log.ts';
import type { Redactor } from './redact.ts';
import type { Connection } from './settings/connection.ts';
import type { Settings } from './settings/settings.ts';

/** What lives as long as the program. */
export interface Program {
  settings: Settings;
  connections: ReadonlyMap<string, Connection>;
  /** Of the connection for calls that name none; without one, a call has to say which. */
  defaultLabel: string | undefined;
  accounts: Accounts;
  /** The command for a person to type, given a request's id. */
  approveCommand: (id: string) => string;
  audit: Audit;
  log: Log;
  redactor: Redactor;
  /** Before the first file is read or row is seen: what AWS's files hold for the connections may not leave either. */
  learnSecrets: () => Promise<void>;
  /** Aborted when the host has left: nobody is asked any more, while what is on its way may finish. */
  leaving: AbortSignal;
  /** What the next envelope has to tell, since a cancelled call gets no answer. */
  notices: string[];
  callsUnderWay: Set<Promise<unknown>>;
  /** Changes that have been sent and not answered yet: the program waits for them before it ends. */
  changesUnderWay: Set<Promise<unknown>>;
}

/** What the host gives with one call. */
export interface Caller {
  /** Aborted when the host cancels the call. */
  signal: AbortSignal;
  /** Undefined where the host has no forms. */
  askByForm: AskByForm | undefined;
  askForMfaCode: AskForMfaCode;
  /** Tells the host that the call is alive. */
  onProgress: (message: string, count?: { done: number; total: number }) => void;
}
