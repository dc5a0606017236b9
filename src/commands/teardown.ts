import { rm } from 'node:fs/promises';
import { audit, type Leftover } from '../audit.ts';
import { adoptedCluster, ownsCluster } from '../aws/cluster.ts';
import type { Context } from '../context.ts';
import { costOfLeftover } from '../cost/leftovers.ts';
import { explain } from '../errors/explain.ts';
import { UsageError, UserError } from '../errors/user-error.ts';
import { exitCodes } from '../exit-codes.ts';
import type { StepResult } from '../graph.ts';
import { confirm } from '../output/confirm.ts';
import { printable } from '../output/printable.ts';
import { refuseProtected } from '../protection.ts';
import { removeSteps } from '../runner.ts';
import { steps } from '../steps/list.ts';
import { removeOthers } from '../steps/remove-others.ts';
import type { Step, StepCommand } from '../steps/step.ts';
import { ToolError } from '../tools/tool.ts';
import type { CommandInput, CommandResult, SessionCommand } from './command.ts';
import { describeUnseen } from './describe-unknown.ts';
import { describeFailures, describePlan, summary, withBill } from './run-steps.ts';

/** What makes the cluster and all that belongs to it, which `--keep-cluster` leaves. */
const clusterCommands: readonly StepCommand[] = ['init', 'cluster'];

/**
 * `lbc-setup teardown`: takes away everything that is ours, then looks for what is left. Exit code 1 when something
 * could not be removed or read, 3 when everything was done and something is left all the same.
 */
export const run: SessionCommand = async (session, input) => {
  const began = Date.now();
  const { awsOnly, keepCluster } = input;
  const context: Context = { ...session, awsOnly, keepCluster };
  if (awsOnly) await refuseAwsOnly(context);
  await lookForProtection(context);
  if (!context.writes.dryRun) await ask(context, input);
  const results = await removeSteps(context, keepCluster ? steps.filter(isInstalled) : steps);
  if (context.writes.dryRun) return plan(context, results, began);
  await context.lock.sweep();
  context.reads.clear();
  const failed = results.filter(({ error }) => error);
  const { leftovers: found, unknown } = await audit(context);
  const leftovers = found.map((leftover) => ({
    ...leftover,
    cost: costOfLeftover(leftover, context.config.region),
  }));
  const audited = leftovers.length > 0 ? exitCodes.found : exitCodes.done;
  const exitCode = failed[0]?.error?.exitCode ?? (unknown.length > 0 ? exitCodes.failed : audited);
  // Its kubeconfig and the files for eksctl; the logs are elsewhere.
  if (exitCode === exitCodes.done && !keepCluster) await rm(context.folder, { recursive: true, force: true });
  const data = {
    ...(await summary(context, results, began)),
    leftovers,
    unknown: unknown.map(({ kind, why, fix }) => ({ kind, why, fix })),
  };
  const text = [
    describeFailures(failed),
    await adviseAwsOnly(context, failed),
    ...describeUnseen(unknown),
    unknown.length > 0 && leftovers.length === 0
      ? 'Of what could be looked at, nothing is left.'
      : describeLeftovers(leftovers, keepCluster),
  ];
  return withBill(context, { exitCode, data, text: text.filter(Boolean).join('\n') });
};

/** What cannot be looked at is no reason to keep the rest: AWS refuses by itself to delete what is protected. */
async function lookForProtection(context: Context): Promise<void> {
  try {
    await refuseProtected(context);
  } catch (error) {
    if (error instanceof UserError) throw error;
    context.signal.throwIfAborted();
    context.out.warn(`what is protected from deletion is not known: ${explain(error).what}`);
  }
}

const isInstalled = ({ command }: Step): boolean => !clusterCommands.includes(command);

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

/** What was put into a cluster can only be told apart from the rest when the rest goes too. */
async function refuseAwsOnly(context: Context): Promise<void> {
  if (!context.keepCluster && !(await adoptedCluster(context))) return;
  const { cluster, region } = context.config;
  throw new UsageError({
    what: '--aws-only is for a cluster that goes too',
    why: context.keepCluster
      ? 'it was given together with --keep-cluster'
      : `cluster ${cluster} was not made by lbc-setup, and stays`,
    fix: `have the one who made the cluster give you access to it: lbc-setup cluster --cluster ${cluster} --region ${region} --admin-role-arn YOUR-ROLE`,
  });
}

async function ask(context: Context, { yes }: CommandInput): Promise<void> {
  const { cluster, region } = context.config;
  const { account } = await context.aws.identity();
  const all = !context.keepCluster && (await ownsCluster(context));
  const what = all ? 'the cluster and everything in it' : 'what lbc-setup installed';
  const others = all ? await describeOthers(context) : '';
  if (others && yes) context.out.note(others);
  await confirm(
    [others, `Delete ${what}: ${cluster} in ${region}, account ${account}?`].filter(Boolean).join('\n'),
    yes,
    context.signal,
  );
}

/** What is not ours and goes all the same; nothing when the cluster cannot be asked, which the removal tells. */
async function describeOthers(context: Context): Promise<string> {
  const found = await removeOthers.check(context).catch(() => undefined);
  if (context.awsOnly) return 'The cluster is not asked what others have in it: that goes too.';
  return found?.status === 'ready' ? printable(`Load balancers of others go too: ${found.evidence}`) : '';
}

/** The way out when it is the cluster that does not answer or let this identity in. */
async function adviseAwsOnly(context: Context, failed: readonly StepResult[]): Promise<string> {
  const refused = failed.some(
    ({ error }) => error?.cause instanceof ToolError && error.cause.invocation.tool !== 'eksctl',
  );
  if (!refused || context.keepCluster || !(await ownsCluster(context))) return '';
  const { cluster, region } = context.config;
  return `If the cluster cannot be asked any more, it can go without: lbc-setup teardown --aws-only --cluster ${cluster} --region ${region}`;
}

function describeLeftovers(
  leftovers: readonly (Leftover & { cost?: string })[],
  keepCluster: boolean,
): CommandResult['text'] {
  if (leftovers.length === 0)
    return keepCluster ? 'Nothing is left of it; the cluster stays.' : 'Nothing is left.';
  const lines = leftovers.map(({ kind, id, remove, cost, note }) =>
    printable(`  ${[`${kind} ${id}`, note, cost].filter(Boolean).join(', ')}\n    ${remove}`),
  );
  return [`Left over, ${leftovers.length}:`, ...lines].join('\n');
}
