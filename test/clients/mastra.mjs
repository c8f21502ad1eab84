// Mastra, of which version 1 of its core came with another way to list and to call tools. What a tool's `execute` returns,
// or throws, is given to the model.
import { obeyDriver, readResult } from './speak.mjs';

const NAME = 'iam';

export function obeyWith({ openClient, listTools, execute, schemaOf }) {
  return obeyDriver(async (server, askPerson) => {
    const client = await openClient(NAME, server, askPerson);
    // By their names with the server's before them.
    const tools = await listTools(client);
    return {
      list: () =>
        Object.entries(tools).map(([name, tool]) => ({ name: name.slice(NAME.length + 1), schema: schemaOf(tool) })),
      call: async (name, args) => {
        // What is structured comes alone, in version 0.14 without `isError`.
        const output = await execute(tools[`${NAME}_${name}`], args);
        return Array.isArray(output?.content) ? readResult(output) : { text: JSON.stringify(output), failed: null };
      },
      close: () => client.disconnect(),
    };
  });
}
