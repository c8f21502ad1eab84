// The way of a connection's bytes, in words: direct or through which proxy, and whether the other end is verified.
import { getProxyForUrl } from 'proxy-from-env';
import type { Place } from '../../iam/account.ts';
import { IAMClient } from '../../iam/operations.ts';
import type { Connection } from '../../settings/connection.ts';
import { withoutLogin } from '../../settings/connection-urls.ts';
import { type Check, failed, notKnown, ok, warning } from './check.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * @param outcome `problem` is why AWS was not reached; `wasTried` is false where it was not asked anything
 */
export function checkNetwork(
  connection: Connection,
  place: Place,
  environment: Record<string, string | undefined>,
  { problem, wasTried }: { problem: string | undefined; wasTried: boolean },
): Check {
  const endpoint = endpointOf(place);
  const way = `${routeTo(endpoint, connection)}; ${trust(endpoint, connection, environment)}`;
  if (problem !== undefined) return failed('network', `${problem} (${way})`);
  if (!wasTried) return notKnown('network', `${way}; not tried without credentials`);
  if (endpoint.protocol === 'https:' && !connection.verifySsl) {
    return warning('network', `${way}: whoever is on the way can pose as AWS; set verifySsl, or give a caBundle`);
  }
  if (endpoint.protocol === 'http:' && !LOOPBACK.test(endpoint.hostname)) {
    return warning('network', `${way}: whoever is on the way can read along; give an endpoint of https://`);
  }
  return ok('network', way);
}

/** The proxy for IAM that the environment names, if the connection names none. */
function environmentProxy(connection: Connection, endpoint: URL): string {
  const isOwnWay = connection.remoteAgent !== undefined || connection.credentials.from === 'sandbox';
  return isOwnWay ? '' : getProxyForUrl(endpoint.href);
}

/** Where IAM's requests go: what was set, else what the SDK has for the region. */
function endpointOf({ region, endpoint }: Place): URL {
  if (endpoint !== undefined && URL.canParse(endpoint)) return new URL(endpoint);
  return new IAMClient({ region }).config.endpointProvider({ Region: region }).url;
}

function routeTo(endpoint: URL, connection: Connection): string {
  const to = `to ${endpoint.host}`;
  // Host and port alone: a proxy's URL may have a password in it.
  if (connection.remoteAgent !== undefined) {
    return `${to} through the remote agent ${withoutLogin(connection.remoteAgent)}`;
  }
  const proxy = environmentProxy(connection, endpoint);
  if (proxy === '') return `${to}, direct`;
  return `${to} through the proxy ${withoutLogin(proxy)} of the environment`;
}

function trust(endpoint: URL, connection: Connection, environment: Record<string, string | undefined>): string {
  if (endpoint.protocol !== 'https:') return LOOPBACK.test(endpoint.hostname) ? 'no TLS, on this machine' : 'no TLS';
  if (!connection.verifySsl) return 'TLS NOT verified';
  if (connection.caBundle !== undefined) return `TLS verified by the CA bundle ${connection.caBundle}`;
  const bundle = environment.AWS_CA_BUNDLE;
  return bundle ? `TLS verified by the CA bundle ${bundle} (AWS_CA_BUNDLE)` : 'TLS verified';
}
