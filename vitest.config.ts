import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { defineConfig } from 'vitest/config';

// Each of these replaces modules, which a worker that goes on to other files would keep.
const REPLACES_MODULES = [
  'test/secret-file.test.ts',
  'test/state-dir-without-links.test.ts',
  'test/table/files-changing.test.ts',
  'test/table/synced-lines-on-a-full-disk.test.ts',
];

// From source, the thread for templates starts by way of tsx, which takes half a second each time one was stopped. The
// drill's test starts it so.
const TEMPLATE_WORKER = fileURLToPath(new URL('node_modules/.cache/template-worker-in-tests.mjs', import.meta.url));
await build({
  entryPoints: ['src/templates/worker.ts'],
  absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
  outfile: TEMPLATE_WORKER,
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
});
const bundledTemplateWorker = {
  name: 'bundled template worker',
  enforce: 'pre',
  load: (id: string) =>
    id.endsWith('/src/templates/worker-file.ts')
      ? `import { pathToFileURL } from 'node:url';\nexport default pathToFileURL(${JSON.stringify(TEMPLATE_WORKER)});`
      : undefined,
} as const;

export default defineConfig({
  plugins: [bundledTemplateWorker],
  test: {
    // As many as there are cores would be one fewer here, and two leave a core idle while a test waits.
    maxWorkers: 3,
    setupFiles: ['test/leak-warnings.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'memory',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', ...REPLACES_MODULES],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'isolated', include: REPLACES_MODULES } },
      { extends: true, test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'] } },
    ],
  },
});
