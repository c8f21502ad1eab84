// The resource `iam://connections`: which connections there are and how each reaches AWS, never with what. Asked for
// one label, also who AWS says it is.
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { cleanLine } from '../clean-text.ts';
import { describeConnection, identityOf } from '../connection-summary.ts';
import { logInternal } from '../log.ts';
import type { Program } from '../program.ts';

const ALL = 'iam://connections';
const JSON_TYPE = 'application/json';

export function serveConnections(server: Server, program: Program): void {
  server.setRequestHandler(ListResourcesRequestSchema, () => ({
    resources: [
      {
        uri: ALL,
        name: 'connections',
        title: 'Connections',
        description: 'How each connection reaches AWS',
        mimeType: JSON_TYPE,
      },
    ],
  }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: [
      {
        uriTemplate: `${ALL}/{label}`,
        name: 'connection',
        title: 'Connection',
        description: 'One connection, and who AWS says it is',
        mimeType: JSON_TYPE,
      },
    ],
  }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }, { signal }) => {
    const value = await read(uri, program, signal).catch((error: unknown) => {
      if (error instanceof McpError) throw error;
      // Its message could have anything in it, and the SDK would send it as it is.
      throw new McpError(ErrorCode.InternalError, `This program failed (${logInternal(error, program.log)})`);
    });
    const text = JSON.stringify(program.redactor.value(value));
    return { contents: [{ uri, mimeType: JSON_TYPE, text }] };
  });
}

async function read(uri: string, program: Program, signal: AbortSignal): Promise<unknown> {
  if (uri === ALL) {
    const connections = [...program.connections.values()];
    return { connections: await Promise.all(connections.map((connection) => describeConnection(connection, program))) };
  }
  const label = uri.startsWith(`${ALL}/`) ? uri.slice(ALL.length + 1) : '';
  const connection = program.connections.get(label);
  if (!connection) throw new McpError(ErrorCode.InvalidParams, `There is no resource ${cleanLine(uri, 100)}`);
  return { ...(await describeConnection(connection, program)), ...(await identityOf(connection, program, signal)) };
}
