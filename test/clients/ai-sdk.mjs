// Vercel's AI SDK, whose versions 1 and 2 are used alike. What a tool's `execute` returns is given to the model.
import { obeyDriver, readResult } from './speak.mjs';

export function obeyWith({ createMCPClient, ElicitationRequestSchema, StdioTransport }) {
  return obeyDriver(async (server, askPerson) => {
    const client = await createMCPClient({
      transport: new StdioTransport(server),
      capabilities: askPerson ? { elicitation: {} } : {},
    });
    if (askPerson) client.onElicitationRequest(ElicitationRequestSchema, ({ params }) => askPerson(params));
    const tools = await client.tools();
    return {
      list: () => Object.entries(tools).map(([name, { inputSchema }]) => ({ name, schema: inputSchema.jsonSchema })),
      call: async (name, args) => readResult(await tools[name].execute(args, { toolCallId: '1', messages: [] })),
      close: () => client.close(),
    };
  });
}
