// The tests that Stryker runs: those in memory.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { bundledTemplateWorker } from '../test/template-worker.ts';

// Stryker runs them in a thread, which cannot set a umask, whose changes to the environment do not move the home folder,
// and which goes on to other files with the modules that it has.
const NOT_IN_A_THREAD = [
  'test/iam/credentials.test.ts',
  'test/iam/reach.test.ts',
  'test/state/secret-file.test.ts',
  'test/settings/known-secrets.test.ts',
  'test/state/state-dir.test.ts',
  'test/state/state-dir-without-links.test.ts',
  'test/table/files.test.ts',
  'test/table/files-changing.test.ts',
  'test/table/synced-lines-on-a-full-disk.test.ts',
];
// These run the built program, or another one.
const NOT_IN_MEMORY = [
  'test/demo.test.ts',
  'test/commands/doctor/command.test.ts',
  'test/e2e/**',
  'test/network/built-program.test.ts',
  'test/settings/built-config.test.ts',
];

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [await bundledTemplateWorker()],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...NOT_IN_A_THREAD, ...NOT_IN_MEMORY],
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
