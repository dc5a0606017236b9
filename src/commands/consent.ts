import { lifetimeOf } from '../aws/lifetime.ts';
import type { Context } from '../context.ts';
import type { Billed } from '../cost/billed.ts';
import { describeEstimate, estimate } from '../cost/estimate.ts';
import { confirm } from '../output/confirm.ts';
import { isWanted } from '../runner.ts';
import type { State, Step } from '../steps/step.ts';
import type { CommandInput } from './command.ts';

/** What a run would make. */
interface Creation {
  readonly steps: readonly Step[];
  readonly billed: readonly Billed[];
}

/**
 * Says what will be made and what it costs, and has it agreed to. Where nothing is to be made there is nothing to agree
 * to: what the tool mends of its own needs no consent. A dry run is told the same, and needs none either.
 *
 * @throws UsageError without consent, or without a terminal to ask on
 */
export async function askToCreate(
  context: Context,
  steps: readonly Step[],
  { yes }: CommandInput,
): Promise<void> {
  const creation = await findCreation(context, steps);
  if (creation.steps.length === 0) return;
  const text = (await describe(context, creation)).join('\n');
  if (yes || context.writes.dryRun) context.out.note(text);
  if (context.writes.dryRun) return;
  await warnOfShortCredentials(context, creation);
  await confirm(`${text}\nMake all that?`, yes, context.signal);
}

/** Making a cluster takes longer than some credentials last; the rest is done in minutes. */
async function warnOfShortCredentials({ aws, out }: Context, { steps }: Creation): Promise<void> {
  if (!steps.some(({ id }) => id === 'cluster')) return;
  const { warning } = lifetimeOf(await aws.credentials(), new Date());
  if (warning) out.warn(warning);
}

/** What has to be made: what leaves something to remove, and is absent, half made, or cannot be seen. */
async function findCreation(context: Context, steps: readonly Step[]): Promise<Creation> {
  const missing = await Promise.all(
    steps.map(async (step) => isWanted(context, step) && isMissing(await look(context, step))),
  );
  const made = steps.filter((_, index) => missing[index]);
  return {
    steps: made.filter(({ apply, remove }) => apply && remove),
    billed: (await Promise.all(made.map(({ bills }) => bills?.(context) ?? []))).flat(),
  };
}

const isMissing = (status: State['status'] | 'unknown'): boolean =>
  status === 'absent' || status === 'broken' || status === 'unknown';

/** A check that fails says its reason when the step runs. */
async function look(context: Context, step: Step): Promise<State['status'] | 'unknown'> {
  try {
    return (await step.check(context)).status;
  } catch {
    context.signal.throwIfAborted();
    return 'unknown';
  }
}

async function describe(context: Context, { steps, billed }: Creation): Promise<string[]> {
  const { account } = await context.aws.identity();
  const { cluster, region, apiCidrs, inboundCidrs } = context.config;
  const made = (id: string): boolean => steps.some((step) => step.id === id);
  const open = [
    made('cluster') &&
      `The Kubernetes API can be reached ${apiCidrs ? `from ${apiCidrs.join(', ')}` : 'from everywhere: --api-cidr limits that'}.`,
    steps.some(({ id }) => balancers.has(id)) &&
      `The load balancers can be reached ${inboundCidrs ? `from ${inboundCidrs.join(', ')}` : 'from everywhere: --inbound-cidr limits that'}.`,
  ].filter((line) => line !== false);
  return [
    `To be made for cluster ${cluster} in ${region}, account ${account}:`,
    ...steps.map(({ subject }) => `  ${subject}`),
    ...open,
    ...(billed.length > 0 ? ['What it costs:', ...describeEstimate(estimate(billed, region), region)] : []),
  ];
}

/** The steps whose load balancers face the internet. */
const balancers = new Set(['sample-nlb', 'sample-alb', 'binding-load-balancer']);
