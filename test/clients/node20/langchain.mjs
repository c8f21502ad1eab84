// LangChain's adapters. A tool that is invoked as a model invokes it returns the message that the model reads.
import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { obeyDriver } from '../speak.mjs';

await obeyDriver(async (server) => {
  const client = new MultiServerMCPClient({ mcpServers: { iam: { transport: 'stdio', ...server } } });
  const tools = await client.getTools();
  return {
    list: () => tools.map(({ name, schema }) => ({ name, schema })),
    call: async (name, args) => {
      const tool = tools.find((candidate) => candidate.name === name);
      const message = await tool.invoke({ type: 'tool_call', id: '1', name, args });
      return { text: textOf(message.content), failed: message.status === 'error' };
    },
    close: () => client.close(),
  };
});

/** A content of one text is put into JSON, with the structured content beside it, which says the same. */
function textOf(content) {
  if (typeof content === 'string') return content.startsWith('{"type":"text"') ? JSON.parse(content).text : content;
  return content
    .filter(({ type }) => type === 'text')
    .map(({ text }) => text)
    .join('\n');
}
