import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Whole lives of clusters, one after another, for minutes: `npm run test:scenarios`. */
const scenarios = [
  'adoption',
  'article',
  'article-corrected',
  'chaos',
  'doctor',
  'doctor-failures',
  'half-built-worlds',
  'hand-made-clusters',
  'hard-teardowns',
  'hostile',
  'samples',
].map((name) => `test/e2e/${name}.test.ts`);

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'tests', include: ['test/**/*.test.ts'], exclude: scenarios } },
      { extends: true, test: { name: 'scenarios', include: scenarios } },
    ],
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
