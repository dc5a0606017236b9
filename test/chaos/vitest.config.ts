import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Kills the program wherever it changes something: `npm run test:chaos`. */
export default defineConfig({
  test: {
    include: ['test/chaos/*.chaos.ts'],
    maxConcurrency: availableParallelism() + 1,
    testTimeout: 1_200_000,
    hookTimeout: 60_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
