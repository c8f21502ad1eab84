// The resources: `iam://connections`, which connections there are and how each reaches AWS, never with what, and for one
// label, who AWS says it is; and `iam://files`, the files of tables, for hosts that show them to a person.
import { ProtocolError, ProtocolErrorCode, type ResourceLink, type Server } from '@modelcontextprotocol/server';
import { describeConnection, describeIdentity } from '../calls/connection-summary.ts';
import type { Program } from '../calls/program.ts';
import { cleanLine } from '../clean-text.ts';
import type { ResultFile } from '../envelope.ts';
import { CallError } from '../errors.ts';
import { logInternal } from '../state/log.ts';
import type { Format } from '../table/format.ts';

const ALL = 'iam://connections';
const FILES = 'iam://files';
// Clients read messages of at most 10 MiB, in which a file's quotes and line breaks take two bytes each.
const LARGEST_FILE = 4 * 1024 * 1024;
const JSON_TYPE = 'application/json';

/** The address under which a host may read a file of a table. */
export async function fileLink({ name }: ResultFile): Promise<ResourceLink> {
  const segments = name.split('/').map(encodeURIComponent);
  return { type: 'resource_link', uri: `${FILES}/${segments.join('/')}`, name, mimeType: await typeOf(name) };
}

const TYPES: Record<Format, string> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  json: JSON_TYPE,
  jsonl: 'application/jsonl',
};

async function typeOf(name: string): Promise<string> {
  const { formatOf } = await import('../table/format.ts');
  const format = formatOf(name);
  return format ? TYPES[format] : 'text/plain';
}

export function serveResources(server: Server, program: Program): void {
  server.setRequestHandler('resources/list', () => ({
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
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [
      {
        uriTemplate: `${ALL}/{label}`,
        name: 'connection',
        title: 'Connection',
        description: 'One connection, and who AWS says it is',
        mimeType: JSON_TYPE,
      },
      {
        uriTemplate: `${FILES}/{+name}`,
        name: 'file',
        title: 'File of a table',
        description: 'A file that a result names',
      },
    ],
  }));
  server.setRequestHandler('resources/read', async ({ params: { uri } }, { mcpReq: { signal } }) => {
    try {
      await program.learnSecrets();
      if (uri.startsWith(`${FILES}/`)) return { contents: [await readFile(uri, program)] };
      const value = await read(uri, program, signal);
      const text = JSON.stringify(program.redactor.value(value));
      return { contents: [{ uri, mimeType: JSON_TYPE, text }] };
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      // Its message could have anything in it, and the SDK would send it as it is.
      throw new ProtocolError(
        ProtocolErrorCode.InternalError,
        `This program failed (${logInternal(error, program.log)})`,
      );
    }
  });
}

async function readFile(uri: string, program: Program) {
  const [{ tableFiles }, { checkShown, shownText }] = await Promise.all([
    import('../table/files.ts'),
    import('../table/shown-text.ts'),
  ]);
  try {
    const name = decodeURIComponent(uri.slice(FILES.length + 1));
    checkShown(name);
    const bytes = tableFiles(program.settings).read(name, 'the file');
    if (bytes.length > LARGEST_FILE) {
      throw new CallError(
        'InvalidArguments',
        `the file has ${bytes.length} bytes, too many for a host: open it yourself`,
      );
    }
    const text = await shownText(name, bytes, program.redactor);
    return { uri, mimeType: await typeOf(name), text: program.redactor.text(text) };
  } catch (error) {
    if (!(error instanceof CallError || error instanceof URIError)) throw error;
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, cleanLine(error.message));
  }
}

async function read(uri: string, program: Program, signal: AbortSignal): Promise<unknown> {
  if (uri === ALL) {
    const connections = [...program.connections.values()];
    return { connections: await Promise.all(connections.map((connection) => describeConnection(connection, program))) };
  }
  const label = uri.startsWith(`${ALL}/`) ? uri.slice(ALL.length + 1) : '';
  const connection = program.connections.get(label);
  if (!connection)
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no resource ${cleanLine(uri, 100)}`);
  return {
    ...(await describeConnection(connection, program)),
    ...(await describeIdentity(connection, program, signal)),
  };
}
