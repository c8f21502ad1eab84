// The way of a connection's bytes to AWS: direct, or through a proxy, trusting whom. IAM, STS and SSO all go this way.
import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';
import { isIPv6, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Agent, type AgentConnectOpts } from 'agent-base';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { cleanLine } from '../clean-text.ts';
import { readCaBundle } from './ca-bundle.ts';
import { type ChosenProxy, proxyFor } from './proxies.ts';
import { ProxyError } from './proxy-error.ts';

/** What of a connection decides on its network. */
export interface NetworkSettings {
  /** A proxy's URL; without one the environment's HTTPS_PROXY and NO_PROXY count. */
  remoteAgent?: string;
  verifySsl: boolean;
  /** A PEM file; without one AWS_CA_BUNDLE counts. It replaces the trusted roots, as with the AWS CLI. */
  caBundle?: string;
  /** For the sandbox, which is on this machine: nothing in between, whatever the environment says. */
  direct?: boolean;
}

/** In milliseconds. */
export interface Timeouts {
  connect: number;
  answer: number;
}

/** @throws CallError InvalidArguments for a CA bundle that cannot be read */
export function requestHandlerFor(network: NetworkSettings, timeouts: Timeouts): NodeHttpHandler {
  // Without a limit to their number: a request that waits for a connection of others would use up its own time to
  // connect, and agent-base forgets those that wait when a connection fails.
  const options: AgentOptions = { keepAlive: true, rejectUnauthorized: network.verifySsl, ca: readCaBundle(network) };
  const direct = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const agentFor = (scheme: 'http' | 'https') =>
    network.direct ? direct[scheme] : new RoutingAgent(scheme, direct[scheme], options, network, timeouts.connect);
  return new NodeHttpHandler({
    httpAgent: agentFor('http'),
    // What https.Agent has beyond http.Agent, the handler does not use.
    httpsAgent: agentFor('https') as HttpsAgent,
    connectionTimeout: timeouts.connect,
    requestTimeout: timeouts.answer,
    throwOnRequestTimeout: true,
  });
}

/**
 * Keeps connections open for the next request. Without a remote agent it asks the environment for each host: STS, SSO
 * and IAM are different ones, and NO_PROXY names hosts.
 */
class RoutingAgent extends Agent {
  readonly #scheme: 'http' | 'https';
  readonly #direct: HttpAgent;
  readonly #trust: AgentOptions;
  readonly #network: NetworkSettings;
  readonly #timeoutMs: number;
  /** By origin. The environment is asked once: with each request it took longer than a signature. */
  readonly #proxies = new Map<string, ChosenProxy | undefined>();

  constructor(
    scheme: 'http' | 'https',
    direct: HttpAgent,
    options: AgentOptions,
    network: NetworkSettings,
    timeoutMs: number,
  ) {
    super(options);
    this.#scheme = scheme;
    this.#direct = direct;
    this.#trust = { rejectUnauthorized: options.rejectUnauthorized, ca: options.ca };
    this.#network = network;
    // Ahead of the handler's own, which knows of no proxy to name.
    this.#timeoutMs = timeoutMs * 0.9;
  }

  // agent-base guesses it from the call stack, which is another once a proxy has answered: the connection would be
  // kept under another name than it is looked for, and never be used again.
  override isSecureEndpoint(): boolean {
    return this.#scheme === 'https';
  }

  override async connect(request: ClientRequest, options: AgentConnectOpts) {
    const host = options.host ?? '';
    const url = `${this.#scheme}://${isIPv6(host) ? `[${host}]` : host}:${options.port}`;
    const proxy = this.#proxyFor(url);
    if (!proxy) return this.#direct;
    const tunnel = await openTunnel(parseProxy(proxy), proxy.name, {
      request,
      host,
      port: options.port,
      trust: this.#trust,
      timeoutMs: this.#timeoutMs,
    });
    // Here and not by the proxy's agent: those forget the host's own address, and with it whom to expect there.
    return this.isSecureEndpoint() ? connectTls({ ...options, socket: tunnel }) : tunnel;
  }

  #proxyFor(url: string): ChosenProxy | undefined {
    if (!this.#proxies.has(url)) this.#proxies.set(url, proxyFor(url, this.#network));
    return this.#proxies.get(url);
  }
}

interface Destination {
  request: ClientRequest;
  host: string;
  port: number;
  trust: AgentOptions;
  /** For the way through the proxy, its own handshake included. */
  timeoutMs: number;
}

/** @throws ProxyError */
async function openTunnel(proxy: URL, name: string, to: Destination): Promise<Socket> {
  const named = `${name} ${cleanLine(proxy.host, 200)}`;
  const destination = { host: to.host, port: to.port, secureEndpoint: false } as const;
  const outOfTime = new AbortController();
  const timer = setTimeout(() => outOfTime.abort(), to.timeoutMs);
  let status = 200;
  try {
    if (proxy.protocol.startsWith('socks')) {
      const agent = new SocksProxyAgent(proxy, { timeout: to.timeoutMs });
      agent.proxy.host = proxy.hostname.replace(/^\[|\]$/g, '');
      const tunnel = await agent.connect(to.request, destination);
      // The agent leaves its timeout on the socket, where it would cut off an answer that takes longer.
      return tunnel.setTimeout(0);
    }
    const agent = new HttpsProxyAgent(proxy, { ...to.trust, signal: outOfTime.signal });
    agent.once('proxyConnect', (answer: { statusCode: number }) => {
      status = answer.statusCode;
    });
    const tunnel = await agent.connect(to.request, destination);
    // Instead of a way through, the agent would hand on the proxy's refusal as if it were the answer of AWS.
    if (status !== 200) throw new Error(`status ${status}`);
    return tunnel;
  } catch (error) {
    if (outOfTime.signal.aborted) throw ProxyError.late(named);
    throw ProxyError.from(error, status, named, `${cleanLine(to.host, 200)}:${to.port}`);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws ProxyError */
function parseProxy({ url: text, name }: ChosenProxy): URL {
  try {
    const url = new URL(text);
    for (const part of [url.username, url.password]) decodeURIComponent(part);
    if (/^(socks(4a?|5h?)?|https?):$/.test(url.protocol) && url.hostname) return url;
  } catch {
    // Said below, without the URL, in which there may be a password.
  }
  throw new ProxyError(
    `${name} is not given as a URL such as socks5h://user:password@host:1080 or http://host:3128, ` +
      'with user name and password percent-encoded: correct it',
  );
}
