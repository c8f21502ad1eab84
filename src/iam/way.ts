// How a connection's requests get to IAM and to STS, with all that decides it: its settings, AWS's own, the environment.
import { isLoopback, withoutLogin } from '../settings/connection-urls.ts';
import { isAwsHost } from './aws-hosts.ts';
import { caBundleOf } from './ca-bundle.ts';
import { awsEndpoint, type Service } from './endpoints.ts';
import type { NetworkSettings } from './network.ts';
import { type ChosenProxy, proxyFor } from './proxies.ts';

export interface Way {
  iam: Leg;
  /** It says who this is, and gives a role's credentials. */
  sts: Leg;
  /** The file in effect: certificates are checked by it alone. */
  caBundle: string | undefined;
}

/** How the requests to one service get there. */
export interface Leg {
  /** Scheme, host and port. */
  address: string;
  /** By the operator, in the place of what the SDK takes. */
  isSet: boolean;
  isAws: boolean;
  /** Without TLS, and beyond this machine. */
  isOpen: boolean;
  proxy: { name: ChosenProxy['name']; address: string } | undefined;
}

interface Destinations {
  endpoints: Partial<Record<Service, string>>;
  region: string;
  profile: string | undefined;
}

export async function resolveWay(
  network: Omit<NetworkSettings, 'verifySsl'>,
  { endpoints, region, profile }: Destinations,
): Promise<Way> {
  const legTo = async (service: Service) => {
    const set = endpoints[service];
    return legOf(set ?? (await awsEndpoint(service, region, profile)), set !== undefined, network);
  };
  const [iam, sts] = await Promise.all([legTo('IAM'), legTo('STS')]);
  return { iam, sts, caBundle: caBundleOf(network) };
}

function legOf(endpoint: string, isSet: boolean, network: Omit<NetworkSettings, 'verifySsl'>): Leg {
  const proxy = proxyFor(endpoint, network);
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  // "This machine" is the proxy's where there is one.
  const isHere = proxy === undefined && url !== undefined && isLoopback(url.hostname);
  return {
    address: addressOf(endpoint),
    isSet,
    isAws: !isSet || (url !== undefined && isAwsHost(url.hostname)),
    isOpen: url?.protocol !== 'https:' && !isHere,
    proxy: proxy && { name: proxy.name, address: addressOf(proxy.url) },
  };
}

/** As it is used: the SDK and the proxies' agents pass over a line break in a variable. */
function addressOf(text: string): string {
  return withoutLogin(URL.canParse(text) ? new URL(text).href : text);
}
