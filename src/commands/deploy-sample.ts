import { UsageError } from '../errors/user-error.ts';
import { type SampleName, samples } from '../steps/deploy-samples.ts';
import { stepsOf } from '../steps/list.ts';
import type { SessionCommand } from './command.ts';
import { runSteps } from './run-steps.ts';

/** `lbc-setup deploy-sample [nlb] [alb]`: the samples that are named, or both. */
export const run: SessionCommand = (context, { args }) => {
  const left = unwanted(args, 'sample');
  const steps = stepsOf('deploy-sample').filter(
    ({ id }) => !left.has(id) && !(id === 'ingress-class' && left.has('sample-alb')),
  );
  return runSteps(context, steps, () => 'The samples are deployed. Next: lbc-setup verify');
};

/**
 * Which steps are not meant when only some samples are named: `sample-nlb`, `answer-alb`, …
 *
 * @throws UsageError for a sample that does not exist
 */
export function unwanted(args: readonly string[], prefix: string): Set<string> {
  const names = Object.keys(samples) as SampleName[];
  const unknown = args.find((arg) => !(names as string[]).includes(arg));
  if (unknown !== undefined) {
    throw new UsageError({
      what: `there is no sample ${JSON.stringify(unknown)}`,
      fix: `name one of: ${names.join(', ')}`,
    });
  }
  return new Set(
    names.filter((name) => args.length > 0 && !args.includes(name)).map((name) => `${prefix}-${name}`),
  );
}
