import { defineConfig } from 'vitest/config';

/** The tests that run with the real eksctl: `npm run test:real-eksctl`. */
export default defineConfig({
  test: {
    include: [
      'test/real-eksctl/*.real.ts',
      'test/e2e/article*.test.ts',
      'test/sandbox/eksctl/{accounts,calls,create,creation-failures,deletion,fargate,identity-provider,no-cluster,resume}.test.ts',
    ],
    // A creation sleeps for three minutes, nearly all of the time: everything runs side by side.
    maxWorkers: 16,
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
