import { defineConfig } from 'vitest/config';
import { bundledWorkers } from './test/template-worker.ts';

// Each of these replaces modules, which a worker that goes on to other files would keep.
export const REPLACES_MODULES = [
  'test/iam/mfa-unforeseen.test.ts',
  'test/state/audit-on-a-full-disk.test.ts',
  'test/state/on-the-disk.test.ts',
  'test/state/secret-file.test.ts',
  'test/state/state-dir-without-links.test.ts',
  'test/table/files-changing.test.ts',
  'test/table/synced-lines-on-a-full-disk.test.ts',
];

// Through its MCP interface: in memory, and as the built file in a process of its own.
const WHOLE_PROGRAM = ['test/through-mcp/**/*.test.ts', 'test/e2e/**/*.test.ts'];

export default defineConfig({
  plugins: [await bundledWorkers()],
  test: {
    // Nothing is opened in the browser of whoever runs the tests.
    env: { AWS_IAM_MCP_OPEN: 'never' },
    // By default there would be one on a machine with two cores. Much of the time, tests wait: three keep both busy.
    maxWorkers: 3,
    setupFiles: ['test/leak-warnings.ts'],
    // Against hanging alone: the machine may be busy with other things.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'memory',
          include: ['test/**/*.test.ts'],
          // What is installed for the clients brings tests of its own.
          exclude: [...WHOLE_PROGRAM, ...REPLACES_MODULES, '**/node_modules/**'],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'isolated', include: REPLACES_MODULES } },
      { extends: true, test: { name: 'whole', include: WHOLE_PROGRAM, isolate: false } },
    ],
  },
});
