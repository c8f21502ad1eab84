// A host of the era without a handshake: each request says who it is and what it can do, and a call that needs a person
// is made again with what they typed.
import type { Envelope } from '../../src/envelope.ts';
import { whatIsAskedFor } from './person.ts';
import type { Message, RawHost } from './raw-host.ts';

const MODERN_VERSION = '2026-07-28';

/** What a call returns to a host that has to ask a person. */
export interface Asked {
  /** The text of each form, by its key. */
  forms: Record<string, string>;
  state: string | undefined;
}

export interface Retry {
  responses?: Record<string, unknown>;
  state?: string;
}

export interface ModernHost {
  readonly raw: RawHost;
  request(method: string, params?: Record<string, unknown>): Promise<Message>;
  /** @returns the envelope, or what the person is to be asked */
  call(tool: string, args: Record<string, unknown>, retry?: Retry): Promise<Partial<Envelope> & Partial<Asked>>;
  /** Without waiting for the answer. @returns its id */
  send(tool: string, args: Record<string, unknown>, retry?: Retry): number;
  answerTo(id: number): Promise<Partial<Envelope> & Partial<Asked>>;
}

/** @param elicitation the forms that it declares; null for none */
export function modernHost(
  raw: RawHost,
  { elicitation = {}, name = 'modern' }: { elicitation?: object | null; name?: string } = {},
): ModernHost {
  let lastId = 100;
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN_VERSION,
    'io.modelcontextprotocol/clientInfo': { name, version: '1' },
    'io.modelcontextprotocol/clientCapabilities': elicitation ? { elicitation } : {},
  };
  const send = (method: string, params: Record<string, unknown> = {}) => {
    lastId += 1;
    raw.send({ id: lastId, method, params: { ...params, _meta } });
    return lastId;
  };
  const host: ModernHost = {
    raw,
    request: (method, params) => raw.answerTo(send(method, params)),
    call: (...call) => host.answerTo(host.send(...call)),
    send: (tool, args, { responses, state } = {}) =>
      send('tools/call', {
        name: tool,
        arguments: args,
        ...(responses && { inputResponses: responses }),
        ...(state !== undefined && { requestState: state }),
      }),
    async answerTo(id) {
      const { result, error } = await raw.answerTo(id);
      if (!result) throw new Error(`the protocol's own error: ${JSON.stringify(error)}`);
      if (result.resultType !== 'input_required') return result.structuredContent as Envelope;
      const asked = Object.entries(result.inputRequests as Record<string, { params: { message: string } }>);
      return {
        forms: Object.fromEntries(asked.map(([key, { params }]) => [key, params.message])),
        state: result.requestState as string | undefined,
      };
    },
  };
  return host;
}

export const typed = (confirmation: string) => ({
  responses: { approval: { action: 'accept', content: { confirmation } } },
});

/** What a person who reads the form types into it. */
export const agreedTo = ({ forms, state }: Partial<Asked>): Retry => ({
  ...typed(whatIsAskedFor(forms?.approval ?? '')),
  state,
});
