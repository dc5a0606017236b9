import type { SampleName } from '../config/sample-settings.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { printable } from '../output/printable.ts';
import { removeSteps, type StepResult } from '../runner.ts';
import { createIngressClass, createNamespace } from '../steps/deploy-samples.ts';
import { stepsOf } from '../steps/list.ts';
import type { Step } from '../steps/step.ts';
import type { CommandResult } from './command.ts';
import { namespaceContent } from './namespace-content.ts';
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
  const kept: string[] = [];
  const removeUnused = async (step: Step, users: (context: Context) => Promise<string[]>): Promise<void> => {
    const blocked = results.some(({ outcome }) => outcome === 'failed' || outcome === 'skipped');
    if (blocked || (await step.check(context)).status !== 'ready') return;
    context.reads.clear();
    const using = await users(context);
    if (using.length === 0) results.push(...(await removeSteps(context, [step])));
    else kept.push(`${step.subject}: kept, in use by ${using.join(', ')}`);
  };
  if (names.includes('alb')) await removeUnused(createIngressClass, ingressesOfClass);
  await removeUnused(createNamespace, namespaceContent);
  const failed = results.filter(({ error }) => error);
  return {
    exitCode: failed[0]?.error?.exitCode ?? exitCodes.done,
    data: { ...(await summary(context, results, began)), kept },
    text: context.writes.dryRun
      ? [describePlan(results), describeFailures(failed)].filter(Boolean).join('\n')
      : failed.length > 0
        ? describeFailures(failed)
        : describe(results, kept),
  };
}

async function ingressesOfClass({ kubectl, config }: Context): Promise<string[]> {
  const ingresses = await kubectl.list('Ingress.v1.networking.k8s.io');
  return ingresses
    .filter(({ spec }) => spec?.ingressClassName === config.ingressClass)
    .map(({ metadata }) => `Ingress ${metadata.namespace}/${metadata.name}`);
}

function describe(results: readonly StepResult[], kept: readonly string[]): string {
  const gone = results.filter(({ outcome }) => outcome === 'removed').length;
  return [gone > 0 ? 'The samples are gone.' : 'There was nothing to remove.', ...kept.map(printable)].join(
    '\n',
  );
}
