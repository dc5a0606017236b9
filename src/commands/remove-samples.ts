import type { SampleName } from '../config/sample-settings.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { StepResult } from '../graph.ts';
import { printable } from '../output/printable.ts';
import { removeSteps } from '../runner.ts';
import { createIngressClass, createNamespace } from '../steps/deploy-samples.ts';
import { stepsOf } from '../steps/list.ts';
import { ingressesOfClass, namespaceContent } from '../steps/sample-users.ts';
import type { Step } from '../steps/step.ts';
import type { CommandResult } from './command.ts';
import { describeFailures, describePlan, summary } from './run-steps.ts';

/**
 * `lbc-setup deploy-sample --remove`: takes samples away, one load balancer object after the other. What others may use
 * goes last, and only when nobody does: the IngressClass, without which the controller cannot let go of an Ingress, and
 * the namespace.
 */
export async function removeSamples(context: Context, names: readonly SampleName[]): Promise<CommandResult> {
  const began = Date.now();
  const chosen = { ...context, config: { ...context.config, samples: names } };
  const own = stepsOf('deploy-sample').filter(
    (step) => step !== createNamespace && step !== createIngressClass && step.wanted?.(chosen),
  );
  const results = await removeSteps(chosen, own);
  const kept = results
    .filter(({ outcome }) => outcome === 'kept')
    .map(({ title, evidence }) => `${title}: ${evidence}`);
  const removeUnused = async (step: Step, users: typeof namespaceContent): Promise<void> => {
    const blocked = results.some(({ outcome }) => outcome === 'failed' || outcome === 'skipped');
    const { status } = await step.check(context);
    if (blocked || (status !== 'ready' && status !== 'drifted')) return;
    context.reads.clear();
    const using = await users(context, names);
    if (using.length === 0) results.push(...(await removeSteps(context, [step])));
    else kept.push(`${step.subject}: in use by ${using.join(', ')}`);
  };
  if (names.includes('alb')) await removeUnused(createIngressClass, ingressesOfClass);
  await removeUnused(createNamespace, namespaceContent);
  const failed = results.filter(({ error }) => error);
  return {
    exitCode: failed[0]?.error?.exitCode ?? exitCodes.done,
    data: { ...(await summary(context, results, began)), kept },
    text: [
      context.writes.dryRun ? describePlan(results) : '',
      describeFailures(failed),
      context.writes.dryRun || failed.length > 0 ? '' : describeRemoval(results),
      ...kept.map((line) => printable(`Kept: ${line}`)),
    ]
      .filter(Boolean)
      .join('\n'),
  };
}

const describeRemoval = (results: readonly StepResult[]): string =>
  results.some(({ outcome }) => outcome === 'removed')
    ? 'The samples are gone.'
    : 'There was nothing to remove.';
