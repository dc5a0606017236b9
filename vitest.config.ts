import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Files share what they import: loading the AWS SDK anew for each takes longer than most of them.
    isolate: false,
    // Rehearsals wait much of their time.
    maxWorkers: availableParallelism() + 1,
    // The SDK prints a note about Node 20 for every client.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
