import { MCPClient } from '@mastra/mcp';
import { obeyWith } from '../mastra.mjs';

await obeyWith({
  openClient: (name, server, askPerson) =>
    new MCPClient({
      servers: { [name]: { ...server, ...(askPerson && { inputRequests: ({ params }) => askPerson(params) }) } },
    }),
  listTools: (client) => client.listTools(),
  execute: (tool, args) => tool.execute(args),
  schemaOf: ({ inputSchema }) => inputSchema['~standard'].jsonSchema.input({ target: 'draft-07' }),
});
