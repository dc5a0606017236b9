import type { Context } from '../context.ts';
import { describeStillBilled, findStillBilled } from '../cost/still-billed.ts';
import { exitCodes } from '../exit-codes.ts';
import type { StepResult } from '../graph.ts';
import { formatError } from '../output/format-error.ts';
import { printable } from '../output/printable.ts';
import { applySteps } from '../runner.ts';
import { steps as allSteps } from '../steps/list.ts';
import type { Step } from '../steps/step.ts';
import type { CommandInput, CommandResult } from './command.ts';
import { askToCreate } from './consent.ts';

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
  const text = [
    context.writes.dryRun ? describePlan(results) : '',
    failed.length > 0 ? describeFailures(failed) : '',
    context.writes.dryRun || failed.length > 0 ? '' : closing(results),
  ];
  return {
    exitCode: failed[0]?.error?.exitCode ?? exitCodes.done,
    data: { ...(await summary(context, results, began)), changed },
    text: text.filter(Boolean).join('\n'),
  };
}

/**
 * The same for what is billed: what will be made is agreed to beforehand, and a failure ends with what is billed all the
 * same. `afterwards` is done with the result before the bill is made up.
 */
export async function runBilledSteps(
  context: Context,
  steps: readonly Step[],
  input: CommandInput,
  closing: (results: readonly StepResult[]) => string,
  afterwards: (result: CommandResult) => CommandResult | Promise<CommandResult> = (result) => result,
): Promise<CommandResult> {
  await askToCreate(context, steps, input);
  return withBill(context, await afterwards(await runSteps(context, steps, closing)));
}

/** A failed result, and what is billed after it. */
export async function withBill(context: Context, result: CommandResult): Promise<CommandResult> {
  if (result.exitCode === exitCodes.done || context.writes.dryRun) return result;
  const stillBilled = await findStillBilled(context, allSteps);
  const text = [result.text, describeStillBilled(context, stillBilled)].filter(Boolean).join('\n');
  return { ...result, data: { ...result.data, stillBilled }, text };
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

/** What a dry run found: each step that would change something, and how. */
export function describePlan(results: readonly StepResult[]): string {
  const planned = results.filter(({ outcome }) => outcome === 'planned');
  const count = planned.reduce((sum, { writes = [] }) => sum + writes.length, 0);
  const lines = planned.flatMap(({ title, evidence, writes = [] }) => [
    printable(`${title}: ${evidence}`),
    ...writes.map((line) => printable(`  ${line}`)),
  ]);
  return [...lines, `Dry run: nothing was changed; ${count} commands would be run.`].join('\n');
}

/** The errors of failed steps, as the user reads them. */
export const describeFailures = (failed: readonly StepResult[]): string =>
  failed.map(({ error }) => (error ? formatError(error) : '')).join('\n');
