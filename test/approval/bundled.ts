// A script of the tests as one file, for processes that have to start fast and often.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));

/** @param script beside this file @returns the bundled file */
export async function bundled(script: string, plugins: Plugin[] = []): Promise<string> {
  const outfile = path.join(CACHE, script.replace(/\.ts$/, '.mjs'));
  await build({
    entryPoints: [fileURLToPath(new URL(script, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    plugins,
  });
  return outfile;
}
