// What is let through to be served, and what is answered before anything is done for it.
import {
  InMemoryTransport,
  type JSONRPCMessage,
  type JSONRPCRequest,
  PROTOCOL_VERSION_META_KEY,
} from '@modelcontextprotocol/server';
import { describe, expect, it } from 'vitest';
import { MODERN_VERSION, VersionGate } from '../../src/server/version-gate.ts';

type Message = { id?: number; method: string; params?: Record<string, unknown> };

const stating = (version: unknown) => ({ _meta: { [PROTOCOL_VERSION_META_KEY]: version } });
const HANDSHAKE = 1;
const INITIALIZE = { id: HANDSHAKE, method: 'initialize', params: { protocolVersion: '2025-06-18' } };
const CALL = { id: 2, method: 'tools/call' };

/** As the SDK's server does, in time: one without parameters fails. */
async function shakeHands(gate: VersionGate, { id, params }: JSONRPCRequest): Promise<void> {
  await Promise.resolve();
  const version = params?.protocolVersion;
  if (typeof version === 'string') gate.setProtocolVersion(version);
  const answer = typeof version === 'string' ? { result: {} } : { error: { code: -32603, message: 'no version' } };
  await gate.send({ jsonrpc: '2.0', id, ...answer });
}

/** What a gate makes of messages that come one after another. */
async function pass(...messages: Message[]) {
  const [host, wire] = InMemoryTransport.createLinkedPair();
  const gate = new VersionGate(wire);
  const served: string[] = [];
  const answers: JSONRPCMessage[] = [];
  gate.onmessage = (message) => {
    if (!('method' in message)) return;
    served.push(message.method);
    if (message.method === 'initialize' && 'id' in message) shakeHands(gate, message);
  };
  host.onmessage = (message) => {
    if (!('method' in message) && message.id === HANDSHAKE) return;
    answers.push(message);
  };
  await Promise.all([gate.start(), host.start()]);
  for (const message of messages) await host.send({ jsonrpc: '2.0', ...message } as JSONRPCMessage);
  await new Promise(setImmediate);
  return { served, answers };
}

const unsupported = (requested: string) => [
  expect.objectContaining({
    id: 2,
    error: {
      code: -32022,
      message: expect.stringMatching(/^Unsupported protocol version: /),
      data: { supported: expect.arrayContaining([MODERN_VERSION, '2025-11-25']), requested },
    },
  }),
];

describe('a request', () => {
  it('that states the newest version is served', async () => {
    const call = { ...CALL, params: stating(MODERN_VERSION) };
    expect(await pass(call, call)).toEqual({ served: ['tools/call', 'tools/call'], answers: [] });
  });

  it('that states none is served after a handshake', async () => {
    expect(await pass(INITIALIZE, CALL)).toEqual({ served: ['initialize', 'tools/call'], answers: [] });
  });

  it('that states what the handshake came to is served', async () => {
    const { served } = await pass(INITIALIZE, { ...CALL, params: stating('2025-06-18') });
    expect(served).toEqual(['initialize', 'tools/call']);
  });

  it.each([
    ['none, without a handshake', [CALL], ''],
    ['none, with other things in its place', [{ ...CALL, params: { _meta: null } }], ''],
    ['an older one, without a handshake', [{ ...CALL, params: stating('2025-11-25') }], '2025-11-25'],
    ['one that nobody speaks', [{ ...CALL, params: stating('2099-01-01') }], '2099-01-01'],
    ['one that is no text', [{ ...CALL, params: stating(20260728) }], ''],
    ['one with what a terminal would obey in it', [{ ...CALL, params: stating('\u001b[2J') }], '\\u{1b}[2J'],
    [
      'one that nobody speaks, after a handshake',
      [INITIALIZE, { ...CALL, params: stating('2099-01-01') }],
      '2099-01-01',
    ],
    ['another one than in the handshake', [INITIALIZE, { ...CALL, params: stating(MODERN_VERSION) }], MODERN_VERSION],
    ['none, after one that stated it', [{ id: 1, method: 'tools/list', params: stating(MODERN_VERSION) }, CALL], ''],
    [
      'another one than before',
      [
        { id: 1, method: 'tools/list', params: stating(MODERN_VERSION) },
        { ...CALL, params: stating('2025-11-25') },
      ],
      '2025-11-25',
    ],
  ])('that states %s is answered with -32022, and not served', async (_, messages, requested) => {
    const { served, answers } = await pass(...messages);
    expect(answers).toEqual(unsupported(requested));
    expect(served).not.toContain('tools/call');
  });

  it('may look what is spoken, and shake hands after that', async () => {
    const discover = { id: 1, method: 'server/discover', params: stating(MODERN_VERSION) };
    const { served, answers } = await pass({ ...discover, id: 3 }, INITIALIZE, CALL);
    expect(served).toEqual(['server/discover', 'initialize', 'tools/call']);
    expect(answers).toEqual([]);
  });

  it('that only asks whether anybody is there is answered before any handshake, and settles nothing', async () => {
    const { served, answers } = await pass({ id: 9, method: 'ping' }, { ...CALL, params: stating(MODERN_VERSION) });
    expect(answers).toEqual([{ jsonrpc: '2.0', id: 9, result: {} }]);
    expect(served).toEqual(['tools/call']);
  });
});

describe('a handshake', () => {
  it('is served before what a host has sent behind it', async () => {
    expect((await pass(INITIALIZE, { method: 'notifications/initialized' }, CALL)).served).toEqual([
      'initialize',
      'notifications/initialized',
      'tools/call',
    ]);
  });

  it('may state its own version', async () => {
    const stating2025 = { ...INITIALIZE, params: { ...INITIALIZE.params, ...stating('2025-06-18') } };
    expect((await pass(stating2025, CALL)).served).toEqual(['initialize', 'tools/call']);
  });

  it.each([
    ['failed', { ...INITIALIZE, params: {} }, CALL],
    [
      'failed, and a version was stated after it',
      { ...INITIALIZE, params: {} },
      { ...CALL, params: stating(MODERN_VERSION) },
    ],
    ['was a mere notification', { method: 'initialize', params: INITIALIZE.params }, CALL],
    ['stated a version without handshakes', { ...INITIALIZE, params: stating(MODERN_VERSION) }, CALL],
  ])('that %s opens nothing', async (_, initialize, call) => {
    const { served, answers } = await pass(initialize, call);
    expect(served).not.toContain('tools/call');
    expect(answers).toEqual([expect.objectContaining({ id: 2, error: expect.objectContaining({ code: -32022 }) })]);
  });

  it('may be tried again', async () => {
    expect((await pass({ ...INITIALIZE, params: {} }, INITIALIZE, CALL)).served).toContain('tools/call');
  });

  it('has no place in a version without one', async () => {
    const { served, answers } = await pass({ id: 2, method: 'initialize', params: stating(MODERN_VERSION) });
    expect(served).toEqual([]);
    expect(answers).toEqual([{ jsonrpc: '2.0', id: 2, error: { code: -32601, message: 'Method not found' } }]);
  });
});

describe('a notification', () => {
  const CANCELLED = { method: 'notifications/cancelled', params: { requestId: 2 } };

  it('without a version and a handshake is dropped, and settles nothing', async () => {
    const { served, answers } = await pass(CANCELLED, { ...CALL, params: stating(MODERN_VERSION) });
    expect(served).toEqual(['tools/call']);
    expect(answers).toEqual([]);
  });

  it('without a version is heard from a host that states it in requests', async () => {
    expect((await pass({ ...CALL, params: stating(MODERN_VERSION) }, CANCELLED)).served).toHaveLength(2);
  });

  it('with a version that nobody speaks is dropped', async () => {
    const params = { ...CANCELLED.params, ...stating('2099-01-01') };
    const { served, answers } = await pass(INITIALIZE, { ...CANCELLED, params });
    expect(served).toEqual(['initialize']);
    expect(answers).toEqual([]);
  });
});

describe('the gate', () => {
  it('is closed when its transport is', async () => {
    const [host, wire] = InMemoryTransport.createLinkedPair();
    const gate = new VersionGate(wire);
    await gate.start();
    await host.close();
    await gate.closed;
  });
});
