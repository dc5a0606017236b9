import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Takes each action of docs/iam away and runs the command: `npm run test:policies`. */
export default defineConfig({
  test: {
    include: ['test/policies/*.policies.ts'],
    maxWorkers: availableParallelism(),
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
