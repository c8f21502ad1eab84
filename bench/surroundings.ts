// What the measurements share: the built server, a sandbox in a process of its own, an environment that is the same
// for both sides and free of the developer's own AWS settings, and a folder for what is written.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Sandbox } from './sandbox.ts';

export const SERVER = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export interface Surroundings {
  sandbox: Sandbox;
  /** For the processes that are compared: where the endpoint is, as AWS's own variables say it. */
  environment: NodeJS.ProcessEnv;
  folder: string;
  /** Ends the sandbox. The folder goes when this process does, however it ends. */
  leave(): Promise<void>;
}

export const REGION = 'us-east-1';

export async function makeSurroundings(): Promise<Surroundings> {
  const folder = mkdtempSync(path.join(tmpdir(), 'aws-iam-mcp-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const basic = {
    PATH: process.env.PATH,
    HOME: folder,
    USERPROFILE: folder,
    SystemRoot: process.env.SystemRoot,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const sandbox = await Sandbox.start(basic);
  return {
    sandbox,
    environment: {
      AWS_IAM_MCP_OPEN: 'never',
      ...basic,
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_ACCESS_KEY_ID: sandbox.accessKeyId,
      AWS_SECRET_ACCESS_KEY: sandbox.secretAccessKey,
      AWS_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    folder,
    leave: () => sandbox.end(),
  };
}
