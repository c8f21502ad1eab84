// The tests that Stryker runs: those in memory.
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';
import { bundledWorkers } from '../test/template-worker.ts';
import { REPLACES_MODULES } from '../vitest.config.ts';

// These run the built program, or another one.
const NOT_IN_MEMORY = [
  'test/demo.test.ts',
  'test/commands/doctor/command.test.ts',
  'test/e2e/**',
  'test/network/built-program.test.ts',
  'test/settings/built-config.test.ts',
];

// Stryker's runner asks for threads, in which no umask can be set and no change to the environment moves the home folder.
const inProcesses: Plugin = {
  name: 'tests in processes',
  configureVitest({ project }) {
    project.config.pool = 'forks';
  },
};

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [await bundledWorkers(), inProcesses],
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'memory',
          include: ['test/**/*.test.ts'],
          exclude: [...NOT_IN_MEMORY, ...REPLACES_MODULES],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'isolated', include: REPLACES_MODULES } },
    ],
  },
});
