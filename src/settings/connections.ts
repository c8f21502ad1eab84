// The connections by their labels: from the config file, from the options, or the sandbox's one.
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../errors.ts';
import type { FieldPath } from './config-error.ts';
import type { Connection } from './connection.ts';
import { rolePatternsIn } from './role-patterns.ts';
import type { Settings } from './settings.ts';
import { nearest } from './usage-error.ts';

/** The address of the built-in sandbox, and the credentials it gave. */
interface SandboxAccess {
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

export interface LoadedConnections {
  connections: Map<string, Connection>;
  /** Of the connection for calls that name none; without one, a call has to say which. */
  defaultLabel?: string;
  /** An error about a field of the connection with this label, where a file has it. */
  problem?: (label: string, field: FieldPath, what: string) => Error;
  /** Everything that must not leave: each at least 8 characters long. */
  secrets: string[];
}

const DEFAULT_LABEL = 'default';

/**
 * Reads and renders the connections of the config file that `settings.config` names. Without them there is one,
 * `default`, from the options; with a sandbox, one to the sandbox, whatever else was said.
 * @throws ConfigError
 */
export async function loadConnections(
  settings: Settings,
  sandbox?: SandboxAccess,
  environment: Record<string, string | undefined> = process.env,
): Promise<LoadedConnections> {
  const { config, region, profile } = settings;
  const roles = settings.roles === undefined ? undefined : rolePatternsIn(settings.roles);
  if (sandbox) {
    const { credentials, endpoint } = sandbox;
    const loaded = onlyConnection({ from: 'sandbox', ...credentials }, { endpoint, roles });
    // It may be as old as the state dir, and have got anywhere.
    return { ...loaded, secrets: [credentials.secretAccessKey] };
  }
  const fromOptions = () =>
    onlyConnection(profile === undefined ? { from: 'chain' } : { from: 'profile', profile }, { region, roles });
  if (config === undefined) return fromOptions();
  const [{ readConfigFile }, { renderConnections }] = await Promise.all([
    import('./config-file.ts'),
    import('./render-connections.ts'),
  ]);
  const file = readConfigFile(config);
  const loaded = file.connections.length > 0 ? await renderConnections(file, environment) : fromOptions();
  const wanted = file.defaultConnection;
  const labels = [...loaded.connections.keys()];
  if (wanted !== undefined && !labels.includes(wanted)) {
    const meant = nearest(wanted, labels);
    const hint = meant === undefined ? `there are: ${labels.join(', ')}` : `did you mean ${meant}?`;
    throw file.problem(['defaultConnection'], `expected the label of a connection; ${hint}`);
  }
  // In the order in which the file has them.
  const problem: LoadedConnections['problem'] = (label, field, what) =>
    file.problem(['connections', labels.indexOf(label), ...field], `connection '${label}': ${what}`);
  return {
    ...loaded,
    defaultLabel: wanted ?? defaultLabelOf(loaded.connections),
    ...(file.connections.length > 0 && { problem }),
  };
}

function onlyConnection(credentials: Connection['credentials'], more: Partial<Connection>): LoadedConnections {
  const connection = {
    label: DEFAULT_LABEL,
    credentials,
    verifySsl: true,
    readOnly: false,
    referenceValues: {},
    ...more,
  };
  return { connections: new Map([[DEFAULT_LABEL, connection]]), defaultLabel: DEFAULT_LABEL, secrets: [] };
}

/** The connection labelled `default`, else the only one. */
function defaultLabelOf(connections: ReadonlyMap<string, unknown>): string | undefined {
  if (connections.has(DEFAULT_LABEL)) return DEFAULT_LABEL;
  const [only, second] = connections.keys();
  return second === undefined ? only : undefined;
}

/**
 * @param defaultLabel what stands in for a call without a label
 * @throws CallError UnknownConnection, naming those there are
 */
export function connectionLabelled(
  connections: ReadonlyMap<string, Connection>,
  label: string | undefined,
  defaultLabel = defaultLabelOf(connections),
): Connection {
  const wanted = label ?? defaultLabel;
  const connection = wanted === undefined ? undefined : connections.get(wanted);
  if (connection) return connection;
  const labels = cleanLine([...connections.keys()].join(', '), 2000);
  throw new CallError(
    'UnknownConnection',
    wanted === undefined
      ? `say which connection; there are: ${labels}`
      : `no connection is labelled '${cleanLine(wanted, 80)}'; there are: ${labels}`,
  );
}
