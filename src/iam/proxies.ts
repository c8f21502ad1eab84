// Which proxy the requests to one host go through: asked when a connection is made, and when a person is told of it.
import { getProxyForUrl } from 'proxy-from-env';
import type { NetworkSettings } from './network.ts';

export interface ChosenProxy {
  /** There may be a user name and password in it, and it may be no URL at all. */
  url: string;
  /** As a person knows it. */
  name: 'the remote agent' | 'the proxy of the environment';
}

/** @param url of the destination: the environment's NO_PROXY names hosts and ports */
export function proxyFor(
  url: string,
  { remoteAgent, direct }: Pick<NetworkSettings, 'remoteAgent' | 'direct'>,
): ChosenProxy | undefined {
  if (direct) return undefined;
  if (remoteAgent) return { url: remoteAgent, name: 'the remote agent' };
  const ofEnvironment = environmentProxy(url);
  return ofEnvironment ? { url: ofEnvironment, name: 'the proxy of the environment' } : undefined;
}

function environmentProxy(url: string): string {
  const proxy = getProxyForUrl(url);
  // To one without a scheme it gives that of the request, as if the proxy itself were spoken to through TLS. The AWS
  // CLI, curl and others mean http.
  return Object.values(process.env).includes(proxy) ? proxy : proxy.replace(/^https:/, 'http:');
}
