// What the server holds in memory after a thousand calls, against a process that sent the same requests with the bare
// SDK. That one is bundled as dist/ is: unbundled, the SDK's hundreds of files would cost it memory of their own.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Child } from './child.ts';
import type { Row } from './row.ts';
import { Server } from './server.ts';
import { median, spread } from './statistics.ts';
import type { Surroundings } from './surroundings.ts';

const CALLS = 1000;
const ROUNDS = 7;
const MOST_TIMES = 1.3;
const BARE = fileURLToPath(new URL('./bare-sdk-process.ts', import.meta.url));

export async function measureMemory(surroundings: Surroundings): Promise<Row> {
  const bundled = await bundle(surroundings.folder);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await ofServer(surroundings));
    bare.push(await ofBareSdk(bundled, surroundings));
  }
  const times = median(ours) / median(bare);
  return {
    what: `resident memory after ${CALLS} calls, MiB (${ROUNDS} rounds)`,
    ours: spread(ours, 1),
    against: `${spread(bare, 1)} bare SDK, bundled`,
    compared: `${times.toFixed(2)} times`,
    bound: `${MOST_TIMES} times`,
    holds: times <= MOST_TIMES,
  };
}

async function ofServer(surroundings: Surroundings): Promise<number> {
  const { server } = await Server.start(surroundings);
  for (let call = 0; call < CALLS; call += 1) await server.listAccessKeys(surroundings.sandbox.userName);
  const resident = residentMiB(server.pid);
  await server.end();
  return resident;
}

async function ofBareSdk(bundled: string, { environment, sandbox }: Surroundings): Promise<number> {
  const child = new Child([bundled, sandbox.userName, String(CALLS)], environment);
  await child.nextLine();
  const resident = residentMiB(child.pid);
  await child.end();
  return resident;
}

/** As build.mjs does for dist/. @returns the file to run */
async function bundle(folder: string): Promise<string> {
  await build({
    entryPoints: [BARE],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    mainFields: ['module', 'main'],
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return path.join(folder, 'bare-sdk-process.mjs');
}

function residentMiB(pid: number): number {
  const status = `/proc/${pid}/status`;
  const kib = existsSync(status)
    ? /VmRSS:\s+(\d+) kB/.exec(readFileSync(status, 'utf8'))?.[1]
    : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(kib) / 1024;
}
