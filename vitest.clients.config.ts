// Real clients against the built program: `npm run test:clients`, which installs them first.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Nothing is opened in the browser of whoever runs the tests.
    env: { AWS_IAM_MCP_OPEN: 'never' },
    include: ['test/clients/*.clients.ts'],
    // They wait much of the time.
    maxWorkers: 3,
    // Against hanging alone: the machine may be busy with other things.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
