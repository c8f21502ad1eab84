// The client of the MCP SDK, version 2. Its argument says how it negotiates: legacy, auto, or a protocol version to pin.
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { obeyDriver, readResult } from '../speak.mjs';

const [negotiation = 'legacy'] = process.argv.slice(2);
const mode = negotiation === 'legacy' || negotiation === 'auto' ? negotiation : { pin: negotiation };

await obeyDriver(async (server, askPerson) => {
  const client = new Client(
    { name: 'sdk-v2', version: '1' },
    { versionNegotiation: { mode }, capabilities: askPerson ? { elicitation: { form: {} } } : {} },
  );
  // Also for forms that come as `input_required`: the client then makes the call again by itself.
  if (askPerson) client.setRequestHandler('elicitation/create', ({ params }) => askPerson(params));
  await client.connect(new StdioClientTransport(server));
  return {
    list: async () => (await client.listTools()).tools.map(({ name, inputSchema }) => ({ name, schema: inputSchema })),
    call: async (name, args) => readResult(await client.callTool({ name, arguments: args })),
    close: () => client.close(),
  };
});
