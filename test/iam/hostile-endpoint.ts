// An HTTP server that answers as a test says, for what the sandbox, which knows only IAM's manners, cannot do.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Arguments, call, openProgram } from '../actions/program.ts';

export const KEY = 'AKIAHOSTILEHOSTILE01';

/** @param answer given the operation's name and the request's parameters */
export async function openHostile(
  answer: (response: ServerResponse, operation: string, parameters: URLSearchParams) => void,
  settings: Parameters<typeof openProgram>[1] = {},
) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const parameters = new URLSearchParams(Buffer.concat(chunks).toString());
    const operation = parameters.get('Action') ?? '';
    asked.push(operation);
    answer(response, operation, parameters);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const program = openProgram(
    { sandbox: { endpoint, credentials: { accessKeyId: KEY, secretAccessKey: 'the-hostile-one-checks-nothing' } } },
    settings,
  );
  return { program, asked, call: (tool: string, given: Arguments) => call(program, tool, given) };
}

/** What IAM would answer: the operation's element with this inside, and a request id. */
export function iamAnswer(operation: string, inside = ''): string {
  return (
    `<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${operation}Result>${inside}` +
    `</${operation}Result><ResponseMetadata><RequestId>11111111-2222-3333-4444-555555555555</RequestId>` +
    `</ResponseMetadata></${operation}Response>`
  );
}
