import type { Context } from '../../src/context.ts';
import { createPlainReporter } from '../../src/output/plain.ts';
import { openSession } from '../../src/session.ts';
import type { Rehearsal } from './rehearsal.ts';

/**
 * A session of the product in this process, for what is looked at many times: the environment becomes the rehearsal's,
 * so a test file has one rehearsal only.
 */
export async function openContext({ env }: Rehearsal, flags: Record<string, string> = {}): Promise<Context> {
  Object.assign(process.env, env);
  return openSession({
    flags,
    out: createPlainReporter(process.stderr, true),
    log: { folder: undefined, add: () => {}, keep: () => '' },
    signal: new AbortController().signal,
    operation: 'audit',
    dryRun: false,
  });
}
