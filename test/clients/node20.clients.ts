// Clients that run on the Node that runs the server. Their versions stand in node20/package-lock.json.
import path from 'node:path';
import { describe } from 'vitest';
import { describeClient } from './checks.ts';
import { FOLDER } from './driver.ts';
import { versionOf } from './versions.ts';

const run = (script: string, ...args: string[]) => [process.execPath, path.join(FOLDER, 'node20', script), ...args];
const titled = (name: string) => `${name} ${versionOf('node20', name)}`;

describeClient({ title: titled('@modelcontextprotocol/sdk'), command: run('sdk-v1.mjs'), hasForms: true });

for (const negotiation of ['legacy', 'auto', '2026-07-28']) {
  describe(negotiation, () => {
    describeClient({
      title: titled('@modelcontextprotocol/client'),
      command: run('sdk-v2.mjs', negotiation),
      hasForms: true,
    });
  });
}

describeClient({ title: titled('@ai-sdk/mcp'), command: run('ai-sdk.mjs'), hasForms: true });
describeClient({ title: titled('@mastra/mcp'), command: run('mastra.mjs'), hasForms: true });
describeClient({ title: titled('@openai/agents'), command: run('openai-agents.mjs') });
describeClient({ title: titled('@langchain/mcp-adapters'), command: run('langchain.mjs') });
