import { MCPClient } from '@mastra/mcp';
import * as z from 'zod';
import { obeyWith } from '../mastra.mjs';

await obeyWith({
  async openClient(name, server, askPerson) {
    const client = new MCPClient({ servers: { [name]: server } });
    // It declares forms to the server either way.
    if (askPerson) await client.elicitation.onRequest(name, askPerson);
    return client;
  },
  listTools: (client) => client.getTools(),
  execute: (tool, args) => tool.execute({ context: args }),
  schemaOf: ({ inputSchema }) => z.toJSONSchema(inputSchema, { io: 'input' }),
});
