import { onTestFinished, vi } from 'vitest';
import type { Context } from '../../src/context.ts';
import { createPlainReporter } from '../../src/output/plain.ts';
import { openSession } from '../../src/session.ts';
import type { Rehearsal } from './rehearsal.ts';

/**
 * A session of the product in this process, for what is looked at many times: until the end of the test the environment
 * is the rehearsal's.
 */
export async function openContext({ env }: Rehearsal, flags: Record<string, string> = {}): Promise<Context> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  return openSession({
    flags,
    out: createPlainReporter(process.stderr, true),
    log: { folder: undefined, add: () => {}, keep: () => '' },
    signal: new AbortController().signal,
    operation: 'audit',
    dryRun: false,
  });
}
