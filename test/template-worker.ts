// For vitest's configuration. From source, a worker thread starts by way of tsx, which takes a third of a second, and again
// after each template that was stopped; here they are bundled first. The drill's test starts them from source.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const WORKERS = [
  { name: 'template-worker', file: 'templates/worker.ts', place: '/src/templates/worker-file.ts' },
  { name: 'xlsx-worker', file: 'table/xlsx-worker.ts', place: '/src/table/xlsx-worker-file.ts' },
];
const bundled = (name: string) =>
  fileURLToPath(new URL(`../node_modules/.cache/${name}-in-tests.mjs`, import.meta.url));

/** A plugin that puts the bundled threads in the place of those from source. */
export async function bundledWorkers() {
  for (const { name, file } of WORKERS) {
    await build({
      entryPoints: [fileURLToPath(new URL(`../src/${file}`, import.meta.url))],
      outfile: bundled(name),
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'warning',
    });
  }
  return {
    name: 'bundled workers',
    enforce: 'pre' as const,
    load: (id: string) => {
      const worker = WORKERS.find(({ place }) => id.endsWith(place));
      return worker
        ? `import { pathToFileURL } from 'node:url';\nexport default pathToFileURL(${JSON.stringify(bundled(worker.name))});`
        : undefined;
    },
  };
}
