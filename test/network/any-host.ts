// Stands in for every host there is: a SOCKS proxy leads whatever is asked for to one TLS server, whose certificate is
// for the names that a test expects. So what would have gone to AWS arrives here, signed as AWS would have got it.
import { createServer } from 'node:https';
import { testAuthority } from './certificates.ts';
import { listening } from './listening.ts';
import { proxyUrl, startSocksProxy } from './proxies.ts';

export interface Arrived {
  host: string;
  /** Of the Query protocol, where it is spoken. */
  operation: string;
  /** Of the signature's credential scope. */
  region: string;
  service: string;
}

/** @param hosts with * for a first label */
export async function startAnyHost(hosts: string[]) {
  const authority = await testAuthority();
  const arrived: Arrived[] = [];
  const server = createServer(await authority.certify(hosts), async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [, region = '', service = ''] =
      /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
    const operation = new URLSearchParams(Buffer.concat(chunks).toString()).get('Action') ?? '';
    arrived.push({ host: request.headers.host ?? '', operation, region, service });
    const refusal = '<Error><Code>AccessDenied</Code><Message>Not here.</Message></Error><RequestId>1</RequestId>';
    response.writeHead(403).end(`<ErrorResponse>${refusal}</ErrorResponse>`);
  });
  const proxy = await startSocksProxy({ leadsTo: await listening(server) });
  return {
    arrived,
    asked: proxy.asked,
    connection: { remoteAgent: proxyUrl('socks5h', proxy), caBundle: authority.file },
  };
}
