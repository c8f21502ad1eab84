// The MCP server: lists the tools and passes calls on. The low-level `Server`, since the high-level one answers bad
// arguments and unknown tools as plain text, where an envelope and a protocol error are owed.
import { type CallToolResult, ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import { isChange } from '../actions/action.ts';
import { ACTIONS } from '../actions/index.ts';
import type { Program } from '../calls/program.ts';
import { cleanLine } from '../clean-text.ts';
import { type Envelope, isFailure } from '../envelope.ts';
import { toolDefinition } from './definitions.ts';
import { type Era, hostOf, introductionOf } from './host.ts';
import { instructionsFor } from './instructions.ts';
import { LegacyAsking } from './legacy-asking.ts';
import { fileLink, serveResources } from './resources.ts';

// Of the protocol. To a client of an older one, a result with a link in it is not a result at all: a change would be made
// and read as a failure.
const FIRST_WITH_LINKS = '2025-06-18';

/** How the server names itself. */
export interface Identity {
  name: string;
  version: string;
}

export function createServer(program: Program, identity: Identity, era: Era): Server {
  const server = new Server(identity, {
    capabilities: { tools: {}, resources: {} },
    instructions: instructionsFor(program.settings),
  });
  const asking = new LegacyAsking(server, program);
  const listed = ACTIONS.filter((action) => !(program.settings.readOnly && isChange(action)));

  server.setRequestHandler('tools/list', () => ({
    tools: listed.map((action) => toolDefinition(action, program.settings)),
  }));

  server.setRequestHandler('tools/call', async ({ params }, context) => {
    // An action that is not listed still answers, with ReadOnly: the reason is more use than "unknown".
    const action = ACTIONS.find(({ name }) => name === params.name);
    if (!action) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${cleanLine(params.name, 60)}`);
    }
    const introduction = introductionOf(server, era, context);
    const host = hostOf(introduction, program, context);
    const served = { action, program, host, asking: asking.of(host, context) };
    // Loaded with the first call, which is under way from here on.
    const call = import('./passes.ts')
      .then(({ serveCall }) => serveCall(params.arguments ?? {}, served))
      .then((envelope) => toolResult(envelope, { hasLinks: introduction.version >= FIRST_WITH_LINKS }));
    program.callsUnderWay.add(call);
    try {
      return await call;
    } finally {
      program.callsUnderWay.delete(call);
    }
  });
  serveResources(server, program);
  return server;
}

async function toolResult(envelope: Envelope, { hasLinks }: { hasLinks: boolean }): Promise<CallToolResult> {
  const links = hasLinks ? await Promise.all((envelope.files ?? []).map(fileLink)) : [];
  return {
    content: [{ type: 'text', text: JSON.stringify(envelope) }, ...links],
    structuredContent: { ...envelope },
    isError: isFailure(envelope),
  };
}
