// For vitest's configuration. From source, the thread for templates starts by way of tsx, which takes a third of a second,
// and again after each template that was stopped; here it is bundled first. The drill's test starts it from source.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const BUNDLED = fileURLToPath(new URL('../node_modules/.cache/template-worker-in-tests.mjs', import.meta.url));

/** A plugin that puts the bundled thread in the place of the one from source. */
export async function bundledTemplateWorker() {
  await build({
    entryPoints: [fileURLToPath(new URL('../src/templates/worker.ts', import.meta.url))],
    outfile: BUNDLED,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  return {
    name: 'bundled template worker',
    enforce: 'pre' as const,
    load: (id: string) =>
      id.endsWith('/src/templates/worker-file.ts')
        ? `import { pathToFileURL } from 'node:url';\nexport default pathToFileURL(${JSON.stringify(BUNDLED)});`
        : undefined,
  };
}
