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
  type TransportSendOptions,
} from '@modelcontextprotocol/server';
import { cleanLine } from '../clean-text.ts';

/** The version without a handshake: each message states it. Older ones are agreed on by `initialize`. */
export const MODERN_VERSION = '2026-07-28';
const SUPPORTED = [MODERN_VERSION, ...SUPPORTED_PROTOCOL_VERSIONS];

type Asked = JSONRPCRequest | JSONRPCNotification;

type Era =
  | { is: 'opening' }
  /** Waits for the answer to this request, and with it whatever the host has sent behind it. */
  | { is: 'shaking-hands'; id: string | number; version?: string; waiting: Asked[] }
  /** The SDK has settled for this era, but no version has been agreed on. */
  | { is: 'handshake-failed' }
  | { is: 'legacy'; version: string | undefined }
  | { is: 'modern' };

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
  #era: Era = { is: 'opening' };

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
    this.#wire.onmessage = (message) => this.#receive(message);
    await this.#wire.start();
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    const sent = this.#wire.send(message, options);
    if (this.#era.is === 'shaking-hands' && !('method' in message) && message.id === this.#era.id) {
      const { version, waiting } = this.#era;
      this.#era = 'result' in message ? { is: 'legacy', version } : { is: 'handshake-failed' };
      for (const each of waiting) this.#receive(each);
    }
    await sent;
  }

  close(): Promise<void> {
    return this.#wire.close();
  }

  setProtocolVersion(version: string): void {
    if (this.#era.is === 'shaking-hands') this.#era.version = version;
    if (this.#era.is === 'legacy') this.#era.version = version;
    this.#wire.setProtocolVersion?.(version);
  }

  #receive(message: JSONRPCMessage): void {
    if (!('method' in message) || this.#lets(message)) this.onmessage?.(message);
  }

  /** Whether the message may be served now. A request that never may be has been answered by then. */
  #lets(message: Asked): boolean {
    const era = this.#era;
    const stated = statedVersion(message);
    switch (era.is) {
      case 'opening':
        return this.#opens(message, stated) || this.#refuse(message, stated);
      case 'shaking-hands':
        era.waiting.push(message);
        return false;
      case 'handshake-failed':
        return this.#shakesHands(message, stated) || this.#refuse(message, stated);
      case 'legacy':
        return stated === undefined || stated === era.version || this.#refuse(message, stated);
      case 'modern':
        if (stated === MODERN_VERSION) return true;
        // Some hosts state it in requests alone. A notification does nothing here but cancel.
        return (stated === undefined && !('id' in message)) || this.#refuse(message, stated);
      default:
        return era satisfies never;
    }
  }

  #opens(message: Asked, stated: unknown): boolean {
    if (this.#shakesHands(message, stated)) return true;
    if (stated !== MODERN_VERSION || message.method === 'initialize') return false;
    // A host may look what is spoken here before it settles for one.
    if (message.method !== 'server/discover' && 'id' in message) this.#era = { is: 'modern' };
    return true;
  }

  #shakesHands(message: Asked, stated: unknown): boolean {
    const isOfThisEra = stated === undefined || SUPPORTED_PROTOCOL_VERSIONS.includes(String(stated));
    if (message.method !== 'initialize' || !('id' in message) || !isOfThisEra) return false;
    this.#era = { is: 'shaking-hands', id: message.id, waiting: [] };
    return true;
  }

  #refuse(message: Asked, stated: unknown): false {
    if (!('id' in message)) return false;
    const { id, method } = message;
    // What a host may ask before the handshake, to see whether anybody is there.
    if (method === 'ping' && stated === undefined && this.#era.is !== 'modern') this.#answer({ id, result: {} });
    else this.#answer({ id, error: refusal(method, stated) });
    return false;
  }

  #answer(answer: { id: string | number } & ({ result: object } | { error: object })): void {
    const message = { jsonrpc: '2.0', ...answer } as JSONRPCMessage;
    this.#wire.send(message).catch((error: Error) => this.onerror?.(error));
  }
}

function refusal(method: string, stated: unknown): { code: number; message: string; data?: object } {
  if (method === 'initialize' && stated === MODERN_VERSION) {
    return { code: ProtocolErrorCode.MethodNotFound, message: 'Method not found' };
  }
  const requested = typeof stated === 'string' ? cleanLine(stated, 40) : undefined;
  const why = stated === undefined ? 'the request states none, and there was no handshake' : (requested ?? 'no text');
  return {
    code: ProtocolErrorCode.UnsupportedProtocolVersion,
    message: `Unsupported protocol version: ${why}`,
    data: { supported: SUPPORTED, requested: requested ?? '' },
  };
}

function statedVersion({ params }: Asked): unknown {
  const meta: unknown = params?._meta;
  if (typeof meta !== 'object' || meta === null) return undefined;
  return (meta as Record<string, unknown>)[PROTOCOL_VERSION_META_KEY];
}
