// The way of a connection's bytes to AWS: direct, or through a proxy, trusting whom. IAM, STS and SSO all go this way.
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Agent, type AgentConnectOpts } from 'agent-base';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../envelope.ts';

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

const MOST_SOCKETS = 50;

/** @throws CallError InvalidArguments for a CA bundle that cannot be read */
export function requestHandlerFor(network: NetworkSettings, timeouts: Timeouts): NodeHttpHandler {
  const agentOptions: AgentOptions = {
    keepAlive: true,
    maxSockets: MOST_SOCKETS,
    rejectUnauthorized: network.verifySsl,
    ca: readCaBundle(network),
  };
  const agents = agentsFor(network, agentOptions);
  return new NodeHttpHandler({
    ...agents,
    connectionTimeout: timeouts.connect,
    requestTimeout: timeouts.answer,
    throwOnRequestTimeout: true,
  });
}

function agentsFor(network: NetworkSettings, options: AgentOptions) {
  if (network.direct) return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) };
  const agent = network.remoteAgent ? proxyAgent(network.remoteAgent, options) : new EnvironmentProxyAgent(options);
  return { httpAgent: agent as unknown as HttpAgent, httpsAgent: agent as unknown as HttpsAgent };
}

// No `timeout` for SOCKS: it would stay on the socket and cut off answers that take longer than connecting may. The
// request handler's connection timeout covers the proxy's handshake too.
function proxyAgent(url: string, options: AgentOptions): Agent {
  return /^socks/.test(url) ? new SocksProxyAgent(url, options) : new HttpsProxyAgent(url, options);
}

/** Asks the environment for each host anew: STS, SSO and IAM are different hosts, and NO_PROXY names hosts. */
class EnvironmentProxyAgent extends Agent {
  readonly #options: AgentOptions;
  readonly #agents = new Map<string, Agent | HttpAgent | HttpsAgent>();

  constructor(options: AgentOptions) {
    super(options);
    this.#options = options;
  }

  override async connect(_request: unknown, { secureEndpoint, host, port }: AgentConnectOpts) {
    const scheme = secureEndpoint ? 'https' : 'http';
    const proxy = getProxyForUrl(`${scheme}://${host}:${port}`);
    const key = proxy || scheme;
    let agent = this.#agents.get(key);
    if (!agent) {
      const direct = secureEndpoint ? HttpsAgent : HttpAgent;
      agent = proxy ? proxyAgent(proxy, this.#options) : new direct(this.#options);
      this.#agents.set(key, agent);
    }
    return agent;
  }
}

function readCaBundle({ caBundle, direct }: NetworkSettings): string | undefined {
  const file = caBundle ?? (direct ? undefined : process.env.AWS_CA_BUNDLE);
  if (!file) return undefined;
  try {
    const pem = readFileSync(file, 'utf8');
    if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new Error('there is no certificate in it');
    return pem;
  } catch (error) {
    const why = cleanLine(error instanceof Error ? error.message : String(error));
    throw new CallError('InvalidArguments', `the CA bundle ${cleanLine(file)} cannot be used: ${why}`, {
      cause: error,
    });
  }
}
