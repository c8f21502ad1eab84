// The MCP server: lists the tools and passes calls on. The low-level `Server`, since the high-level one answers bad
// arguments and unknown tools as plain text, where an envelope and a protocol error are owed.
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  type InitializeRequest,
  ListToolsRequestSchema,
  McpError,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { isChange } from '../actions/action.ts';
import { ACTIONS } from '../actions/index.ts';
import type { Program } from '../calls/program.ts';
import { cleanLine } from '../clean-text.ts';
import { type Envelope, isFailure } from '../envelope.ts';
import type { ApprovalForms } from './approval-form.ts';
import { toolDefinition } from './definitions.ts';
import { hasForms, mfaFormIn } from './form.ts';
import { instructionsFor } from './instructions.ts';
import { MfaForms } from './mfa-codes.ts';
import type { ServedCall } from './passes.ts';
import { fileLink, serveResources } from './resources.ts';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

// Of the protocol. To a client of an older one, a result with a link in it is not a result at all: a change would be made
// and read as a failure.
const FIRST_WITH_LINKS = '2025-06-18';

export function createServer(program: Program, identity: { name: string; version: string }): Server {
  const server = new Server(identity, {
    capabilities: { tools: {}, resources: {} },
    instructions: instructionsFor(program.settings),
  });
  const negotiated = noteNegotiated(server);
  const forms = new MfaForms();
  let approvalForms: ApprovalForms | undefined;
  const listed = ACTIONS.filter((action) => !(program.settings.readOnly && isChange(action)));

  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: listed.map((action) => toolDefinition(action, program.settings)),
  }));

  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    // An action that is not listed still answers, with ReadOnly: the reason is more use than "unknown".
    const action = ACTIONS.find(({ name }) => name === params.name);
    if (!action) throw new McpError(ErrorCode.InvalidParams, `Unknown tool: ${cleanLine(params.name, 60)}`);
    const served: ServedCall = {
      action,
      program,
      forms,
      ...givenBy(server, program, extra),
      async askForApproval(request, context) {
        const { ApprovalForms } = await import('./approval-form.ts');
        approvalForms ??= new ApprovalForms(server);
        await approvalForms.ask(request, extra.requestId, context);
      },
    };
    // Loaded with the first call, which is under way from here on.
    const call = import('./passes.ts')
      .then(({ serveCall }) => serveCall(params.arguments ?? {}, served))
      .then((envelope) =>
        toolResult(envelope, { hasLinks: !program.settings.noResourceLinks && negotiated.version >= FIRST_WITH_LINKS }),
      );
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

/** What the host gives with one call, over all its passes. */
function givenBy(server: Server, program: Program, extra: Extra): Pick<ServedCall, 'host' | 'askForMfaCode'> {
  const { requestId, signal, _meta } = extra;
  const progressToken = _meta?.progressToken;
  const deadline = performance.now() + patienceOf(program) * 1000;
  let progress = 0;
  let hasCounts = false;
  return {
    askForMfaCode: hasForms(server)
      ? mfaFormIn(server, requestId, { waitMs: program.settings.approvalWait * 1000, deadline, signal })
      : undefined,
    host: {
      signal,
      hasForms: hasForms(server),
      call: crypto.randomUUID(),
      asker: `${process.ppid} ${cleanLine(server.getClientVersion()?.name ?? '', 60)}`,
      deadline,
      onProgress(message, count) {
        if (progressToken === undefined) return;
        // It has to grow with each. Between two counts, a wait moves it on by next to nothing.
        hasCounts ||= count !== undefined;
        progress = Math.max(progress + (hasCounts ? 0.001 : 1), count?.done ?? 0);
        const params = { progressToken, progress, total: count?.total, message };
        // A host that is gone needs no progress; its leaving is noticed elsewhere.
        extra.sendNotification({ method: 'notifications/progress', params }).catch(() => {});
      },
    },
  };
}

// Hosts give a call up after a minute, and some time is lost on the way.
const HOST_PATIENCE_S = 50;
const MORE_S = 5;

/** After how many seconds a single call is over. An operator who allows more for a part of it knows the host. */
function patienceOf({ settings: { approvalWait, callTimeout } }: Program): number {
  return Math.max(HOST_PATIENCE_S, approvalWait + MORE_S, callTimeout + MORE_S);
}

/** Which version of the protocol is spoken, from the handshake on: dates, as texts in their order. The SDK keeps it from us. */
function noteNegotiated(server: Server): { readonly version: string } {
  // Without a handshake, the oldest.
  const negotiated = { version: '' };
  // biome-ignore-start lint/complexity/useLiteralKeys: the way to a private member
  const initialize = server['_oninitialize'].bind(server);
  server['_oninitialize'] = async (request: InitializeRequest) => {
    const answer = await initialize(request);
    negotiated.version = answer.protocolVersion;
    return answer;
  };
  // biome-ignore-end lint/complexity/useLiteralKeys: the way to a private member
  return negotiated;
}

async function toolResult(envelope: Envelope, { hasLinks }: { hasLinks: boolean }): Promise<CallToolResult> {
  const links = hasLinks ? await Promise.all((envelope.files ?? []).map(fileLink)) : [];
  return {
    content: [{ type: 'text', text: JSON.stringify(envelope) }, ...links],
    structuredContent: envelope,
    isError: isFailure(envelope),
  };
}
