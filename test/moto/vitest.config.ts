import { defineConfig } from 'vitest/config';

// The files are called .moto.ts so that `npm test`, which needs no Python, does not meet them.
export default defineConfig({
  test: {
    include: ['test/moto/*.moto.ts'],
    globalSetup: ['test/moto/moto-server.ts'],
    // One moto for all.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
