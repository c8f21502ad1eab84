// The connections by their labels. For now there is one, `default`, made from the options.
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../envelope.ts';
import type { Settings } from './settings.ts';

export interface Connection {
  label: string;
  region?: string;
  profile?: string;
  /** Only for the built-in sandbox: its address and the credentials it gave. */
  sandbox?: { endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } };
}

const DEFAULT_LABEL = 'default';

export function connectionsFrom(settings: Settings, sandbox: Connection['sandbox']): Map<string, Connection> {
  const { region, profile } = settings;
  return new Map([[DEFAULT_LABEL, { label: DEFAULT_LABEL, ...(sandbox ? { sandbox } : { region, profile }) }]]);
}

/** @throws CallError UnknownConnection, naming those there are */
export function connectionLabelled(
  connections: ReadonlyMap<string, Connection>,
  label: string = DEFAULT_LABEL,
): Connection {
  const connection = connections.get(label);
  if (connection) return connection;
  const labels = [...connections.keys()].join(', ');
  throw new CallError('UnknownConnection', `no connection is labelled '${cleanLine(label, 80)}'; there are: ${labels}`);
}
