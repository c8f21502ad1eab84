// `aws-iam-mcp doctor`: can each connection be reached, who is it, and what may it do. Nothing is changed and no change
// is ever sent; the way to AWS is the server's own.
import { checkRules } from '../../calls/check-rules.ts';
import { openAccounts } from '../../calls/program.ts';
import { Redactor } from '../../redact.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { ConfigError } from '../../settings/config-error.ts';
import { connectionLabelled, type LoadedConnections, loadConnections } from '../../settings/connections.ts';
import { environmentSecrets, profileSecretsFor } from '../../settings/known-secrets.ts';
import type { Settings } from '../../settings/settings.ts';
import { type Check, failed, type Report } from './check.ts';
import { checkConnection } from './connection-checks.ts';
import { checkConfigFile, checkConfigMode, checkNode, checkStateDir } from './local-checks.ts';
import { cleanReport, hasFailed, reportAsJson, reportAsTable } from './report.ts';

/** What was asked for at the command line. */
export interface DoctorRequest {
  settings: Settings;
  /** The label of a connection; without one, all are checked. */
  operands: readonly string[];
  asJson: boolean;
  /** Why the config file was left out of the settings. */
  configProblem?: string;
}

export interface DoctorSurroundings {
  version: string;
  output: { write(text: string): unknown; isTTY?: boolean };
  environment: Record<string, string | undefined>;
}

/**
 * Checks, and prints what it found.
 * @returns the exit code: 0 when nothing failed
 * @throws CallError UnknownConnection
 */
export async function doctor(request: DoctorRequest, { version, output, environment }: DoctorSurroundings) {
  const redactor = new Redactor();
  const report = cleanReport(await examine(request, environment, redactor), (text) => redactor.text(text));
  const withColours = output.isTTY === true && !environment.NO_COLOR;
  output.write(request.asJson ? reportAsJson(report, version) : reportAsTable(report, withColours));
  return hasFailed(report) ? 1 : 0;
}

async function examine(
  { settings, operands, configProblem }: DoctorRequest,
  environment: DoctorSurroundings['environment'],
  redactor: Redactor,
): Promise<Report> {
  const sandbox = settings.sandbox ? await openSandbox(settings) : undefined;
  if (typeof sandbox === 'string') {
    return { checks: [...localChecks(settings), failed('sandbox', sandbox)], connections: [] };
  }
  try {
    const loaded = configProblem ?? (await load(settings, sandbox, environment));
    if (typeof loaded === 'string') return { checks: localChecks(settings, loaded), connections: [] };
    const secrets = [...loaded.secrets, ...environmentSecrets(environment)];
    for (const secret of secrets) redactor.register(secret);
    await profileSecretsFor(loaded.connections, redactor)();
    const { connections, defaultLabel } = loaded;
    const [label] = operands;
    const wanted =
      label === undefined ? [...connections.values()] : [connectionLabelled(connections, label, defaultLabel)];
    // A person runs this, and nothing of the state dir is made for it.
    const accounts = openAccounts(settings, redactor, () => () => {});
    const { readOnly, callTimeout } = settings;
    const checking = { accounts, readOnly, callTimeoutMs: callTimeout * 1000 };
    return {
      checks: localChecks(settings),
      connections: await Promise.all(wanted.map((connection) => checkConnection(connection, checking))),
    };
  } finally {
    await sandbox?.close();
  }
}

/** The account that a server has, which is not even told that a key was used. @returns why it cannot be had, else */
async function openSandbox({ stateDir }: Settings): Promise<Sandbox | string> {
  const [{ startSandbox }, { AccountUnusable }] = await Promise.all([
    import('../../sandbox/sandbox.ts'),
    import('../../sandbox/kept-account.ts'),
  ]);
  try {
    return await startSandbox({ stateDir, onlyLook: true });
  } catch (error) {
    if (error instanceof AccountUnusable) return error.message;
    throw error;
  }
}

/** @returns the connections, or why the config file cannot be used */
async function load(...parameters: Parameters<typeof loadConnections>): Promise<LoadedConnections | string> {
  try {
    const loaded = await loadConnections(...parameters);
    checkRules(loaded, parameters[0]);
    return loaded;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

function localChecks(settings: Settings, configProblem?: string): Check[] {
  const mode = configProblem === undefined ? checkConfigMode(settings) : undefined;
  return [checkNode(), checkConfigFile(settings, configProblem), ...(mode ? [mode] : []), checkStateDir(settings)];
}
