import { rm } from 'node:fs/promises';
import { audit, type Leftover } from '../audit.ts';
import { ownsCluster } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { costOfLeftover } from '../cost/leftovers.ts';
import { exitCodes } from '../exit-codes.ts';
import { confirm } from '../output/confirm.ts';
import { printable } from '../output/printable.ts';
import { removeSteps, type StepResult } from '../runner.ts';
import { steps } from '../steps/list.ts';
import type { CommandInput, CommandResult, SessionCommand } from './command.ts';
import { describeFailures, describePlan, summary, withBill } from './run-steps.ts';

/**
 * `lbc-setup teardown`: takes away everything that is ours, then looks for what is left. Exit code 1 when something
 * could not be removed or read, 3 when everything was done and something is left all the same.
 */
export const run: SessionCommand = async (context, input) => {
  const began = Date.now();
  if (!context.writes.dryRun) await ask(context, input);
  const results = await removeSteps(context, steps);
  if (context.writes.dryRun) return plan(context, results, began);
  await context.lock.sweep();
  context.reads.clear();
  const failed = results.filter(({ error }) => error);
  const leftovers = (await audit(context)).map((leftover) => ({
    ...leftover,
    cost: costOfLeftover(leftover, context.config.region),
  }));
  const exitCode = failed[0]?.error?.exitCode ?? (leftovers.length > 0 ? exitCodes.found : exitCodes.done);
  // Its kubeconfig and the files for eksctl; the logs are elsewhere.
  if (exitCode === exitCodes.done) await rm(context.folder, { recursive: true, force: true });
  const data = { ...(await summary(context, results, began)), leftovers };
  return withBill(context, {
    exitCode,
    data,
    text: [describeFailures(failed), describeLeftovers(leftovers)].filter(Boolean).join('\n'),
  });
};

/** A dry run's result. There is nothing to audit: everything is still there. */
async function plan(context: Context, results: readonly StepResult[], began: number): Promise<CommandResult> {
  const failed = results.filter(({ error }) => error);
  return {
    exitCode: failed[0]?.error?.exitCode ?? exitCodes.done,
    data: await summary(context, results, began),
    text: [
      describePlan(results),
      'Shown is what is there now: what goes with something else, such as a load balancer with its Service, is not removed twice.',
      describeFailures(failed),
    ]
      .filter(Boolean)
      .join('\n'),
  };
}

async function ask(context: Context, { yes }: CommandInput): Promise<void> {
  const { cluster, region } = context.config;
  const { account } = await context.aws.identity();
  const what = (await ownsCluster(context)) ? 'the cluster and everything in it' : 'what lbc-setup installed';
  await confirm(`Delete ${what}: ${cluster} in ${region}, account ${account}?`, yes, context.signal);
}

function describeLeftovers(leftovers: readonly (Leftover & { cost?: string })[]): CommandResult['text'] {
  if (leftovers.length === 0) return 'Nothing is left.';
  const lines = leftovers.map(({ kind, id, remove, cost }) =>
    printable(`  ${kind} ${id}${cost ? `, ${cost}` : ''}\n    ${remove}`),
  );
  return [`Left over, ${leftovers.length}:`, ...lines].join('\n');
}
