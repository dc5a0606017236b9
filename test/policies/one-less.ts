import type { Rehearsal, Run } from '../e2e/rehearsal.ts';
import { type CommandWithPolicy, committedPolicy } from './committed.ts';
import { without } from './from-record.ts';
import type { CiRole } from './role.ts';

/**
 * Runs a command with its policy and that of `teardown`, as a CI job has them, except for one action. A stack that cannot
 * be made is rolled back with the latter: more than the command's own policy, and all the same not enough.
 */
export async function runWith(
  rehearsal: Rehearsal,
  role: CiRole,
  command: CommandWithPolicy,
  missing = 'none',
): Promise<Run> {
  const policies = await Promise.all([...new Set([command, 'teardown'] as const)].map(committedPolicy));
  await role.allow(...policies.map((policy) => without(policy, missing)));
  const consent = command === 'up' || command === 'teardown' ? ['--yes'] : [];
  return rehearsal.run([command, ...consent], role.env);
}
