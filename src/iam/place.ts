// Where a connection's requests go: region, endpoints, proxies, trust. Found out of its settings, AWS's own and the
// environment, without sending anything.
import { loadConfig, NODE_REGION_CONFIG_FILE_OPTIONS, NODE_REGION_CONFIG_OPTIONS } from '@smithy/core/config';
import type { Connection } from '../settings/connection.ts';
import type { Place } from './account.ts';
import { configuredEndpoint, type Service } from './endpoints.ts';
import type { NetworkSettings } from './network.ts';
import { partitionOf } from './regions.ts';
import { resolveWay } from './way.ts';

export interface FoundPlace {
  place: Place;
  network: NetworkSettings;
  /** In place of AWS's own. */
  endpoints: Partial<Record<Service, string>>;
  profile: string | undefined;
}

// IAM is global: with no region set anywhere, this one reaches the commercial partition.
const REGION_WITHOUT_SETTING = 'us-east-1';

/** @throws CallError InvalidArguments for a region that there is not */
export async function findPlace(
  connection: Connection,
  { allowUnknownRegion }: { allowUnknownRegion: boolean },
): Promise<FoundPlace> {
  const network = { ...connection, direct: connection.credentials.from === 'sandbox' };
  const profile = profileOf(connection);
  const region = await regionOf(connection);
  const partition = partitionOf(region, allowUnknownRegion);
  const endpoints = await endpointsOf(connection);
  const way = await resolveWay(network, { endpoints, region, profile });
  const endpoint = way.iam.isAws ? undefined : endpoints.IAM;
  return { place: { region, partition, endpoint, way }, network, endpoints, profile };
}

async function regionOf(connection: Connection): Promise<string> {
  if (connection.credentials.from === 'sandbox') return REGION_WITHOUT_SETTING;
  if (connection.region !== undefined) return connection.region;
  const configured = loadConfig(
    { ...NODE_REGION_CONFIG_OPTIONS, default: REGION_WITHOUT_SETTING },
    { ...NODE_REGION_CONFIG_FILE_OPTIONS, profile: profileOf(connection), ignoreCache: true },
  );
  // A variable that is set and empty counts as one that is not set.
  return (await configured()).trim() || REGION_WITHOUT_SETTING;
}

async function endpointsOf({ endpoint, ...connection }: Connection): Promise<FoundPlace['endpoints']> {
  if (endpoint !== undefined) return { IAM: endpoint, STS: endpoint };
  const profile = profileOf(connection);
  const [IAM, STS] = await Promise.all([configuredEndpoint('IAM', profile), configuredEndpoint('STS', profile)]);
  return { IAM, STS };
}

function profileOf({ credentials }: Pick<Connection, 'credentials'>): string | undefined {
  return credentials.from === 'profile' ? credentials.profile : undefined;
}
