// Puts the program together from its settings, and serves.
import { Audit } from './audit.ts';
import { Accounts } from './iam/account.ts';
import { createLog } from './log.ts';
import { Redactor } from './redact.ts';
import { serveStdio } from './server/stdio.ts';
import { loadConnections } from './settings/connections.ts';
import { environmentSecrets, profileSecretsFor } from './settings/known-secrets.ts';
import type { Settings } from './settings/settings.ts';

/** @returns when the host has left and nothing is under way any more */
export async function serve(
  settings: Settings,
  version: string,
  approveCommand: (id: string) => string,
): Promise<void> {
  const redactor = new Redactor();
  const leaving = new AbortController();
  const sandbox = settings.sandbox
    ? await import('./sandbox/sandbox.ts').then((module) => module.startSandbox())
    : undefined;
  const { connections, defaultLabel, secrets } = await loadConnections(settings, sandbox);
  for (const secret of [...secrets, ...environmentSecrets(process.env)]) redactor.register(secret);
  const audit = new Audit(settings.stateDir, redactor);
  await serveStdio(
    {
      settings,
      connections,
      defaultLabel,
      accounts: new Accounts({
        timeouts: { connect: settings.connectTimeout * 1000, answer: settings.answerTimeout * 1000 },
        concurrency: settings.concurrency,
        allowUnknownRegion: settings.allowUnknownRegion,
        redactor,
        recordRole: (assumed) => audit.role(assumed),
      }),
      approveCommand,
      audit,
      log: createLog(settings.logLevel, settings.stateDir, (text) => redactor.text(text)),
      redactor,
      learnSecrets: profileSecretsFor(connections, redactor),
      leaving: leaving.signal,
      notices: [],
      callsUnderWay: new Set(),
      changesUnderWay: new Set(),
    },
    version,
    () => leaving.abort(),
  );
}
