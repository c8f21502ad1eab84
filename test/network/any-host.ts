// Stands in for every host there is: a SOCKS proxy leads whatever is asked for to one TLS server, whose certificate is
// for the hosts that a test expects. So what would have gone to AWS arrives here, signed as AWS would have got it.
import { type IncomingMessage, request as requestOf, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { testAuthority } from './certificates.ts';
import { listening } from './listening.ts';
import { proxyUrl, startSocksProxy } from './proxies.ts';

interface Arrived {
  host: string;
  /** Of the Query protocol, where it is spoken. */
  operation: string;
  /** Of the signature's credential scope. */
  region: string;
  service: string;
}

/** Answers for one host. */
export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** @param answers of each host there is, by its name */
export async function startAnyHost(answers: Record<string, Answer>) {
  const authority = await testAuthority();
  const arrived: Arrived[] = [];
  const server = createServer(await authority.certify(Object.keys(answers)), async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { host = '', authorization = '' } = request.headers;
    const [, region = '', service = ''] = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(authorization) ?? [];
    arrived.push({ host, operation: new URLSearchParams(body).get('Action') ?? '', region, service });
    const answer = answers[host];
    if (answer) answer(request, response, body);
    else response.destroy();
  });
  const proxy = await startSocksProxy({ leadsTo: await listening(server) });
  return {
    arrived,
    asked: proxy.asked,
    connection: { remoteAgent: proxyUrl('socks5h', proxy), caBundle: authority.file },
  };
}

/** As IAM and STS refuse. */
export const refuse: Answer = (_request, response) => {
  const refusal = '<Error><Code>AccessDenied</Code><Message>Not here.</Message></Error><RequestId>1</RequestId>';
  response.writeHead(403).end(`<ErrorResponse>${refusal}</ErrorResponse>`);
};

/** Leaves it to what listens at that port of this machine. */
export function leaveTo(port: number): Answer {
  return ({ method, url: path, headers }, response, body) => {
    const onward = requestOf({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy()).end(body);
  };
}
