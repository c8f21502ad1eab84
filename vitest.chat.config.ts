// The bot of examples/chat-approval on a real chat server: `npm run test:chat`, which installs both first.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/chat/*.chat.ts'],
    // Against hanging alone: the machine may be busy with other things.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
