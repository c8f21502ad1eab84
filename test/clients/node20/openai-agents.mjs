// OpenAI's Agents SDK. Its function tools are what an agent calls, with the arguments as the model wrote them: JSON.
import { getAllMcpTools, MCPServerStdio, RunContext } from '@openai/agents';
import { obeyDriver } from '../speak.mjs';

await obeyDriver(async (server) => {
  const mcpServer = new MCPServerStdio({ ...server, name: 'iam' });
  await mcpServer.connect();
  const tools = await getAllMcpTools([mcpServer]);
  return {
    list: () => tools.map(({ name, parameters }) => ({ name, schema: parameters })),
    call: async (name, args) => {
      const output = await tools.find((tool) => tool.name === name).invoke(new RunContext({}), JSON.stringify(args));
      return { text: textOf(output), failed: null };
    },
    close: () => mcpServer.close(),
  };
});

function textOf(output) {
  if (typeof output === 'string') return output;
  return [output]
    .flat()
    .map(({ text }) => text)
    .join('\n');
}
