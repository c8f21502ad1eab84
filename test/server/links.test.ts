// Links to files stand in a result only for clients that know them: an older client takes a result with one for none.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import {
  type CallToolResult,
  type JSONRPCMessage,
  LATEST_PROTOCOL_VERSION,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { serveMcp } from '../../src/server/serve-mcp.ts';
import { openProgram } from '../actions/program.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';

/** A client of the SDK that asks for this version of the protocol. */
async function clientOf(version: string, sandbox: Sandbox, settings: Parameters<typeof openProgram>[1] = {}) {
  const program = openProgram({ sandbox }, { resultLimit: 1000, ...settings });
  const [mine, its] = InMemoryTransport.createLinkedPair();
  serveMcp(its, program, { name: 'server', version: '1' });
  const send = mine.send.bind(mine);
  mine.send = (message: JSONRPCMessage, options) => {
    if ('method' in message && message.method === 'initialize')
      Object.assign(message.params ?? {}, { protocolVersion: version });
    return send(message, options);
  };
  const client = new Client({ name: 'client', version: '1' });
  await client.connect(mine);
  onTestFinished(() => client.close());
  return client;
}

describe('a result with a file', () => {
  const isKnown = (version: string) => version >= '2025-06-18';

  it.each([...SUPPORTED_PROTOCOL_VERSIONS, '1999-01-01'])('to a client that asks for %s', async (version) => {
    const sandbox = await aSandbox();
    const client = await clientOf(version, sandbox);
    const result = (await client.callTool({ name: 'list_policies', arguments: {} })) as CallToolResult;
    const types = result.content.map(({ type }) => type);
    // One that is not spoken is answered with the newest.
    const spoken = SUPPORTED_PROTOCOL_VERSIONS.includes(version) ? version : LATEST_PROTOCOL_VERSION;
    expect(types).toEqual(isKnown(spoken) ? ['text', 'resource_link'] : ['text']);
    expect(result.structuredContent).toMatchObject({ files: [{ name: expect.stringMatching(/^result-/) }] });
  });

  it('names the file without a link where the operator wants none', async () => {
    const client = await clientOf(LATEST_PROTOCOL_VERSION, await aSandbox(), { noResourceLinks: true });
    const result = (await client.callTool({ name: 'list_policies', arguments: {} })) as CallToolResult;
    expect(result.content.map(({ type }) => type)).toEqual(['text']);
    expect(result.structuredContent).toMatchObject({ files: [{ name: expect.stringMatching(/^result-/) }] });
  });
});
