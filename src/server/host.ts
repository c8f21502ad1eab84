// What a host says of itself, and gives with one call.
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  type Implementation,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Host } from '../calls/context.ts';
import type { Program } from '../calls/program.ts';
import { cleanLine } from '../clean-text.ts';
import { MODERN_VERSION } from './version-gate.ts';

/** `legacy` hosts say once, in their handshake, who they are and what they can do; `modern` ones say it with each request. */
export type Era = 'legacy' | 'modern';

interface Introduction {
  era: Era;
  capabilities: ClientCapabilities | undefined;
  info: Implementation | undefined;
  /** Of the protocol: a date, as text. */
  version: string;
}

interface RequestEnvelope {
  [CLIENT_CAPABILITIES_META_KEY]: ClientCapabilities;
  [CLIENT_INFO_META_KEY]?: Implementation;
}

export function introductionOf(server: Server, era: Era, { mcpReq }: ServerContext): Introduction {
  if (era === 'legacy') {
    return {
      era,
      capabilities: server.getClientCapabilities(),
      info: server.getClientVersion(),
      version: server.getNegotiatedProtocolVersion() ?? '',
    };
  }
  // The SDK has checked it, and its type leaves these out.
  const envelope = mcpReq.envelope as RequestEnvelope;
  return {
    era,
    capabilities: envelope[CLIENT_CAPABILITIES_META_KEY],
    info: envelope[CLIENT_INFO_META_KEY],
    version: MODERN_VERSION,
  };
}

/** A host that names no kind of form means the one that there was first. */
function declaresForms(capabilities: ClientCapabilities | undefined): boolean {
  const kinds = capabilities?.elicitation;
  if (typeof kinds !== 'object' || kinds === null) return false;
  return kinds.form !== undefined || kinds.url === undefined;
}

/** What stays the same as long as a host is connected. */
export interface Session {
  /** At random. */
  name: string;
  /** By the name that the host gave first: it cannot pass for many. */
  asker?: string;
}

/** Over all passes of the call. */
export function hostOf(
  { capabilities, info, era }: Introduction,
  session: Session,
  program: Program,
  { mcpReq }: ServerContext,
): GivenHost {
  const { signal, _meta } = mcpReq;
  const progressToken = _meta?.progressToken;
  const name = cleanLine(String(info?.name ?? ''), 60);
  session.asker ??= `${process.ppid} ${name}`;
  let progress = 0;
  let hasCounts = false;
  return {
    signal,
    hasForms: declaresForms(capabilities),
    call: crypto.randomUUID(),
    asker: session.asker,
    client: name && `${name} ${cleanLine(String(info?.version ?? ''), 60)} ${era}`,
    session: session.name,
    deadline: performance.now() + patienceOf(program) * 1000,
    onProgress(message, count) {
      if (progressToken === undefined) return;
      // It has to grow with each. Between two counts, a wait moves it on by next to nothing.
      hasCounts ||= count !== undefined;
      progress = Math.max(progress + (hasCounts ? 0.001 : 1), count?.done ?? 0);
      const params = { progressToken, progress, total: count?.total, message };
      // A host that is gone needs no progress; its leaving is noticed elsewhere.
      mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
    },
  };
}

/** What of the host the way of asking does not change. */
export type GivenHost = Omit<Host, 'mfaCode' | 'returned'>;

// Hosts give a call up after a minute, and some time is lost on the way.
const HOST_PATIENCE_S = 50;
const MORE_S = 5;

/** After how many seconds a single call is over. An operator who allows more for a part of it knows the host. */
function patienceOf({ settings: { approvalWait, callTimeout } }: Program): number {
  return Math.max(HOST_PATIENCE_S, approvalWait + MORE_S, callTimeout + MORE_S);
}
