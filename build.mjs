// Builds dist/: one self-contained ES module program whose heavy parts are chunks, loaded when first needed.
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));

// From source, src/templates/wasm.ts reads the template engine's bytes from node_modules; here they take its place.
const engineInBundle = {
  name: 'engine in bundle',
  setup(bundle) {
    const file = createRequire(import.meta.url).resolve('minijinja-js/dist/web/minijinja_js_bg.wasm');
    bundle.onLoad({ filter: /[\\/]src[\\/]templates[\\/]wasm\.ts$/ }, async () => ({
      contents: await readFile(file),
      loader: 'binary',
    }));
  },
};

// From source, these modules start the worker threads' TypeScript with tsx; here it has been built.
const WORKERS = [
  { name: 'template-worker', file: 'src/templates/worker.ts', place: /[\\/]src[\\/]templates[\\/]worker-file\.ts$/ },
  { name: 'xlsx-worker', file: 'src/table/xlsx-worker.ts', place: /[\\/]src[\\/]table[\\/]xlsx-worker-file\.ts$/ },
];
const builtWorkers = {
  name: 'built workers',
  setup(bundle) {
    for (const { name, place } of WORKERS) {
      bundle.onLoad({ filter: place }, () => ({
        contents: `export default new URL('./${name}.js', import.meta.url);`,
        loader: 'js',
      }));
    }
  },
};

// From source, src/approval/page/assets.ts reads the page's style and script from their files.
const pageInBundle = {
  name: 'page in bundle',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]src[\\/]approval[\\/]page[\\/]assets\.ts$/ }, () => ({
      contents: "export { default as STYLE } from './page.css'; export { default as SCRIPT } from './page.js';",
      loader: 'js',
      resolveDir: 'src/approval/page',
    }));
    bundle.onLoad({ filter: /[\\/]src[\\/]approval[\\/]page[\\/]page\.(css|js)$/ }, async ({ path }) => ({
      contents: await readFile(path, 'utf8'),
      loader: 'text',
    }));
  },
};

// The MCP SDK makes a JSON Schema compiler at every start, for answers to forms, which src/approval checks by itself.
const SHIMS = '@modelcontextprotocol/server/_shims';
const withoutAjv = {
  name: 'without ajv',
  setup(bundle) {
    bundle.onResolve({ filter: new RegExp(`^${SHIMS}$`) }, () => ({ path: SHIMS, namespace: 'shims' }));
    bundle.onLoad({ filter: /./, namespace: 'shims' }, () => ({
      contents: "export { default as process } from 'node:process'; export class DefaultJsonSchemaValidator {}",
      loader: 'js',
    }));
  },
};

/** Fails, before anything is written, where a newer SDK brings its compiler in by another way. */
function checkIsWithoutAjv({ inputs }) {
  const found = Object.keys(inputs).filter((file) => /ajv/i.test(file));
  if (found.length > 0) throw new Error(`the bundle has a JSON Schema compiler in it again: ${found.join(', ')}`);
  if (!Object.keys(inputs).includes(`shims:${SHIMS}`)) throw new Error(`nothing imports ${SHIMS} any more`);
}

await rm('dist', { recursive: true, force: true });
const options = {
  outdir: 'dist',
  bundle: true,
  minify: true,
  // ES modules before UMD ones, whose require() of their own parts a bundle cannot follow, and in which nothing that is
  // unused can be left out.
  mainFields: ['module', 'main'],
  platform: 'node',
  format: 'esm',
  target: 'node20.3',
  define: { PROGRAM_VERSION: JSON.stringify(version) },
  // Bundled CommonJS packages call require() for Node's own modules, which ES modules do not have.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  plugins: [engineInBundle, builtWorkers, pageInBundle, withoutAjv],
  legalComments: 'linked',
  logLevel: 'warning',
  metafile: true,
};
const program = { ...options, entryPoints: ['src/main.ts'], splitting: true };
const { metafile, outputFiles } = await build({ ...program, write: false });
checkIsWithoutAjv(metafile);
await mkdir('dist');
await Promise.all(outputFiles.map(({ path, contents }) => writeFile(path, contents)));
// By itself, so that the program's chunks, and with them its start, are the same as without it.
for (const { name, file } of WORKERS) await build({ ...options, entryPoints: { [name]: file } });
await chmod('dist/main.js', 0o755);
await writeFile('dist/config.schema.json', await configJsonSchema());

/** The schema is TypeScript, like the rest: it is bundled in memory, and run. */
async function configJsonSchema() {
  const { outputFiles } = await build({
    entryPoints: ['src/settings/config-json-schema.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const module = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
  return `${JSON.stringify(module.configJsonSchema(), null, 2)}\n`;
}
