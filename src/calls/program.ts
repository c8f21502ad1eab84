// The program's own parts, which every call has at hand, put together from the settings.
import { Accounts } from '../iam/account.ts';
import type { RecordRole } from '../iam/reach.ts';
import { Redactor } from '../redact.ts';
import type { Connection } from '../settings/connection.ts';
import type { LoadedConnections } from '../settings/connections.ts';
import { environmentSecrets, profileSecretsFor } from '../settings/known-secrets.ts';
import type { Settings } from '../settings/settings.ts';
import { Audit } from '../state/audit.ts';
import { createLog, type Log } from '../state/log.ts';
import { checkRules } from './check-rules.ts';

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

/** What the settings do not say. */
interface Surroundings extends Pick<Program, 'approveCommand' | 'leaving'> {
  environment: Record<string, string | undefined>;
}

/** @throws Error for a rule of a connection that could never be kept */
export function assembleProgram(
  settings: Settings,
  loaded: LoadedConnections,
  { environment, approveCommand, leaving }: Surroundings,
): Program {
  const { connections, defaultLabel, secrets } = loaded;
  checkRules(loaded, settings);
  const redactor = new Redactor();
  for (const secret of [...secrets, ...environmentSecrets(environment)]) redactor.register(secret);
  const audit = new Audit(settings.stateDir, redactor);
  return {
    settings,
    connections,
    defaultLabel,
    accounts: openAccounts(settings, redactor, (assumed) => audit.role(assumed)),
    approveCommand,
    audit,
    log: createLog(settings.logLevel, settings.stateDir, (text) => redactor.text(text)),
    redactor,
    learnSecrets: profileSecretsFor(connections, redactor),
    leaving,
    notices: [],
    callsUnderWay: new Set(),
    changesUnderWay: new Set(),
  };
}

/** The way to AWS, as the settings limit it. */
export function openAccounts(settings: Settings, redactor: Redactor, recordRole: RecordRole): Accounts {
  return new Accounts({
    timeouts: { connect: settings.connectTimeout * 1000, answer: settings.answerTimeout * 1000 },
    concurrency: settings.concurrency,
    allowUnknownRegion: settings.allowUnknownRegion,
    redactor,
    recordRole,
  });
}
