// The page in a real browser: `npm run test:browser`. Left out, with a word, where there is none.
import { defineConfig } from 'vitest/config';
import { CHROMIUM, NO_CHROMIUM } from './test/browser/chromium.ts';

if (!CHROMIUM) process.stderr.write(`The page in a real browser is left out: ${NO_CHROMIUM}.\n`);

export default defineConfig({
  test: {
    include: ['test/browser/**/*.browser.ts'],
    env: { AWS_IAM_MCP_OPEN: 'never' },
    maxWorkers: 1,
    isolate: false,
    // Against hanging alone: the machine may be busy with other things.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
