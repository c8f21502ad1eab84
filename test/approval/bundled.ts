// A script of the tests as one file, for processes that have to start fast and often, and may have another file system.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));

/**
 * @param script its path from this folder; no two have one name
 * @param wrap source of a function that is given the name and the function of each synchronous call of node:fs, and
 *   returns what the script has in its place
 * @returns the bundled file
 */
export async function bundled(script: string, wrap?: string): Promise<string> {
  const outfile = path.join(
    CACHE,
    path.basename(script).replace(/\.ts$/, wrap === undefined ? '.mjs' : '-wrapped.mjs'),
  );
  await build({
    entryPoints: [fileURLToPath(new URL(script, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    plugins: wrap === undefined ? [] : [wrappedFs(wrap)],
  });
  return outfile;
}

function wrappedFs(wrap: string): Plugin {
  const calls = Object.keys(fs).filter((name) => name.endsWith('Sync'));
  const contents = [
    // Without `node:`, so that it is not replaced by itself.
    "import fs from 'fs';",
    `const wrap = ${wrap};`,
    'export const constants = fs.constants;',
    ...calls.map((name) => `export const ${name} = wrap('${name}', fs.${name});`),
  ].join('\n');
  return {
    name: 'wrapped node:fs',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node:fs$/ }, () => ({ path: 'wrapped', namespace: 'node-fs' }));
      onLoad({ filter: /./, namespace: 'node-fs' }, () => ({ contents }));
    },
  };
}
