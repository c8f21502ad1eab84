// Which version of the protocol each message states, before anything is done for it. The SDK would carry out a request
// that states a version it does not speak, or none though no handshake has named one.
import {
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  PROTOCOL_VERSION_META_KEY,
  ProtocolErrorCode,
  SUPPORTED_PROTOCOL_VERSIONS,
  type Transport,
} from '@modelcontextprotocol/server';
import { cleanLine } from '../clean-text.ts';

/** The version without a handshake: each message states it. Older ones are agreed on by `initialize`. */
export const MODERN_VERSION = '2026-07-28';
const SUPPORTED = [MODERN_VERSION, ...SUPPORTED_PROTOCOL_VERSIONS];

type Asked = JSONRPCRequest | JSONRPCNotification;

/**
 * Stands between a transport and whoever serves on it, and answers by itself what nobody may serve.
 * Its answers follow https://modelcontextprotocol.io/specification/2026-07-28 (-32022 UnsupportedProtocolVersion).
 */
export class VersionGate implements Transport {
  onclose?: Transport['onclose'];
  onerror?: Transport['onerror'];
  onmessage?: Transport['onmessage'];
  /** Resolves when the transport has closed. */
  readonly closed: Promise<void>;
  #close = () => {};
  readonly #wire: Transport;
  #era: 'opening' | 'legacy' | 'modern' = 'opening';
  /** What the handshake came to. */
  #negotiated: string | undefined;

  constructor(wire: Transport) {
    this.#wire = wire;
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  async start(): Promise<void> {
    this.#wire.onclose = () => {
      this.#close();
      this.onclose?.();
    };
    this.#wire.onerror = (error) => this.onerror?.(error);
    this.#wire.onmessage = (message, extra) => {
      if (!('method' in message) || this.#lets(message)) this.onmessage?.(message, extra);
    };
    await this.#wire.start();
  }

  send: Transport['send'] = (message, options) => this.#wire.send(message, options);

  close(): Promise<void> {
    return this.#wire.close();
  }

  setProtocolVersion(version: string): void {
    this.#negotiated = version;
    this.#wire.setProtocolVersion?.(version);
  }

  /** Whether the message may be served. A request that may not be has been answered by then. */
  #lets(message: Asked): boolean {
    const stated = statedVersion(message);
    if (this.#era === 'opening') this.#open(message, stated);
    switch (this.#era) {
      case 'opening':
        return stated === MODERN_VERSION || this.#refuse(message, stated);
      case 'legacy':
        return stated === undefined || stated === this.#negotiated || this.#refuse(message, stated);
      case 'modern':
        if (stated === MODERN_VERSION) return true;
        // Some hosts state it in requests alone. A notification does nothing here but cancel.
        return (stated === undefined && !('id' in message)) || this.#refuse(message, stated);
      default:
        return this.#era satisfies never;
    }
  }

  /** A host may look what is spoken here (`server/discover`) before it settles for one. */
  #open({ method }: Asked, stated: unknown): void {
    if (method === 'initialize' && stated === undefined) this.#era = 'legacy';
    else if (stated === MODERN_VERSION && method !== 'server/discover') this.#era = 'modern';
  }

  #refuse(message: Asked, stated: unknown): false {
    if (!('id' in message)) return false;
    const { id, method } = message;
    // What a host may ask before the handshake, to see whether anybody is there.
    if (method === 'ping' && stated === undefined && this.#era === 'opening') this.#answer({ id, result: {} });
    else {
      const requested = typeof stated === 'string' ? cleanLine(stated, 40) : undefined;
      const why =
        stated === undefined ? 'the request states none, and there was no handshake' : (requested ?? 'no text');
      const error = {
        code: ProtocolErrorCode.UnsupportedProtocolVersion,
        message: `Unsupported protocol version: ${why}`,
        data: { supported: SUPPORTED, requested: requested ?? '' },
      };
      this.#answer({ id, error });
    }
    return false;
  }

  #answer(answer: { id: string | number } & ({ result: object } | { error: object })): void {
    const message = { jsonrpc: '2.0', ...answer } as JSONRPCMessage;
    this.#wire.send(message).catch((error: Error) => this.onerror?.(error));
  }
}

function statedVersion({ params }: Asked): unknown {
  const meta: unknown = params?._meta;
  if (typeof meta !== 'object' || meta === null) return undefined;
  return (meta as Record<string, unknown>)[PROTOCOL_VERSION_META_KEY];
}
