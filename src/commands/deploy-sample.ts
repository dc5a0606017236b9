import { type SampleName, sampleNames } from '../config/sample-settings.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors/user-error.ts';
import { stepsOf } from '../steps/list.ts';
import type { SessionCommand } from './command.ts';
import { removeSamples } from './remove-samples.ts';
import { runSteps } from './run-steps.ts';

/** `lbc-setup deploy-sample [nlb] [alb] [tgb]`: the samples that are named, or those of --samples. */
export const run: SessionCommand = async (context, { args, remove }) => {
  if (remove) return removeSamples(context, args.length > 0 ? named(args) : sampleNames);
  return runSteps(
    withSamples(context, args),
    stepsOf('deploy-sample'),
    () => `The samples are deployed. Next: ${['lbc-setup verify', ...args].join(' ')}`,
  );
};

/**
 * The context of a run that is about the samples named on its command line.
 *
 * @throws UsageError for a sample that does not exist
 */
export function withSamples(context: Context, args: readonly string[]): Context {
  if (args.length === 0) return context;
  return { ...context, config: { ...context.config, samples: named(args) } };
}

function named(args: readonly string[]): SampleName[] {
  const unknown = args.find((arg) => !(sampleNames as readonly string[]).includes(arg));
  if (unknown === undefined) return args as SampleName[];
  throw new UsageError({
    what: `there is no sample ${JSON.stringify(unknown)}`,
    fix: `name one of: ${sampleNames.join(', ')}`,
  });
}
