import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatError } from '../output/format-error.ts';
import { applySteps, type StepResult } from '../runner.ts';
import { steps as allSteps } from '../steps/list.ts';
import type { Step } from '../steps/step.ts';
import type { CommandResult } from './command.ts';

/** Applies steps and reports what became of them; `closing` adds lines to a successful result. */
export async function runSteps(
  context: Context,
  steps: readonly Step[],
  closing: (results: readonly StepResult[]) => string = () => '',
): Promise<CommandResult> {
  const began = Date.now();
  const results = await applySteps(context, allSteps, steps);
  const failed = results.filter(({ error }) => error);
  const changed = results.filter(({ outcome }) => outcome === 'applied').length;
  const text = failed.length > 0 ? describeFailures(failed) : closing(results);
  return {
    exitCode: failed[0]?.error?.exitCode ?? exitCodes.done,
    data: { ...(await summary(context, results, began)), changed },
    text,
  };
}

/** What every command that walks the steps tells a program. */
export async function summary(
  context: Context,
  results: readonly StepResult[],
  began: number,
): Promise<object> {
  const { account } = await context.aws.identity();
  const { cluster, region } = context.config;
  return {
    account,
    region,
    cluster,
    steps: results.map(({ error, ...result }) => ({
      ...result,
      ...(error && { error: { what: error.what, why: error.why, fix: error.fix } }),
    })),
    seconds: Math.round((Date.now() - began) / 100) / 10,
    awsCalls: context.aws.calls(),
    toolRuns: context.tools.runs(),
  };
}

/** The errors of failed steps, as the user reads them. */
export const describeFailures = (failed: readonly StepResult[]): string =>
  failed.map(({ error }) => (error ? formatError(error) : '')).join('\n');
