// The MCP server: lists the tools and passes calls on. The low-level `Server`, since the high-level one answers bad
// arguments and unknown tools as plain text, where an envelope and a protocol error are owed.
import { type CallToolResult, ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import { isChange } from '../actions/action.ts';
import { ACTIONS } from '../actions/index.ts';
import type { Program } from '../calls/program.ts';
import { cleanLine } from '../clean-text.ts';
import { type Envelope, envelopeText, isFailure, ordered } from '../envelope.ts';
import { type Asking, isInputRequired } from './asking.ts';
import { toolDefinition } from './definitions.ts';
import { type Era, hostOf, introductionOf, type Session } from './host.ts';
import { instructionsFor } from './instructions.ts';
import type { LegacyAsking } from './legacy-asking.ts';
import { fileLink, serveResources } from './resources.ts';

// Of the protocol. To a client of an older one, a result with a link in it is not a result at all: a change would be made
// and read as a failure.
const FIRST_WITH_LINKS = '2025-06-18';

// As long as the program runs, it lists the same: which tools there are, its command line says.
const UNTIL_RESTARTED = { ttlMs: 60 * 60 * 1000, cacheScope: 'private' } as const;
const CACHE_HINTS = {
  'server/discover': UNTIL_RESTARTED,
  'tools/list': UNTIL_RESTARTED,
  'resources/list': UNTIL_RESTARTED,
  'resources/templates/list': UNTIL_RESTARTED,
};

/** How the server names itself. */
export interface Identity {
  name: string;
  version: string;
}

export function createServer(program: Program, identity: Identity, era: Era): Server {
  const server = new Server(identity, {
    capabilities: { tools: {}, resources: {} },
    instructions: instructionsFor(program.settings),
    cacheHints: CACHE_HINTS,
  });
  const session: Session = { name: crypto.randomUUID() };
  const asking = askingIn(era, server, program);
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
    const hasLinks = !program.settings.noResourceLinks && introduction.version >= FIRST_WITH_LINKS;
    const host = hostOf(introduction, session, program, context);
    const call = (async () => {
      // Loaded with the first call, which is under way from here on.
      const [{ serveCall }, ask] = await Promise.all([import('./passes.ts'), asking(host, context)]);
      const outcome = await serveCall(params.arguments ?? {}, { action, program, host, asking: ask });
      return isInputRequired(outcome) ? outcome : toolResult(outcome, { hasLinks });
    })();
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

/** How each of its calls asks a person. Loaded with the first. */
function askingIn(
  era: Era,
  server: Server,
  program: Program,
): (...of: Parameters<LegacyAsking['of']>) => Promise<Asking> {
  let legacy: LegacyAsking | undefined;
  return async (host, context) => {
    if (era === 'modern') return (await import('./modern-asking.ts')).modernAsking(host, context);
    const { LegacyAsking } = await import('./legacy-asking.ts');
    legacy ??= new LegacyAsking(server, program);
    return legacy.of(host, context);
  };
}

async function toolResult(envelope: Envelope, { hasLinks }: { hasLinks: boolean }): Promise<CallToolResult> {
  const links = hasLinks ? await Promise.all((envelope.files ?? []).map(fileLink)) : [];
  return {
    content: [{ type: 'text', text: envelopeText(envelope) }, ...links],
    structuredContent: ordered(envelope),
    isError: isFailure(envelope),
  };
}
