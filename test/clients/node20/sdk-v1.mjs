// The client of the MCP SDK, version 1, on which most hosts and frameworks are built.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { obeyDriver, readResult } from '../speak.mjs';

await obeyDriver(async (server, askPerson) => {
  const client = new Client(
    { name: 'sdk-v1', version: '1' },
    { capabilities: askPerson ? { elicitation: { form: {} } } : {} },
  );
  if (askPerson) client.setRequestHandler(ElicitRequestSchema, ({ params }) => askPerson(params));
  await client.connect(new StdioClientTransport(server));
  return {
    list: async () => (await client.listTools()).tools.map(({ name, inputSchema }) => ({ name, schema: inputSchema })),
    call: async (name, args) => readResult(await client.callTool({ name, arguments: args })),
    close: () => client.close(),
  };
});
