// What takes too long for every run of the tests, and is worth it now and then: `npm run test:slow`.
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['test/**/*.slow.ts'], env: { AWS_IAM_MCP_OPEN: 'never' } } });
