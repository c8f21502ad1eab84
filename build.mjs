// Builds dist/: one self-contained ES module program whose heavy parts are chunks, loaded when first needed.
import { chmod, readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  minify: true,
  // Class and function names appear in error text, and AWS error names are part of what we map.
  keepNames: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  define: { PROGRAM_VERSION: JSON.stringify(version) },
  // Bundled CommonJS packages call require() for Node's own modules, which ES modules do not have.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  legalComments: 'linked',
  logLevel: 'warning',
});
await chmod('dist/main.js', 0o755);
