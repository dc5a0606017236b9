import type { Context } from '../context.ts';
import type { StepResult } from '../graph.ts';
import { DeadlineExceeded, poll } from '../poll.ts';
import { applySteps } from '../runner.ts';
import { steps } from '../steps/list.ts';
import type { Found } from './diagnosis.ts';
import { type Examination, examine } from './examine.ts';

/** Seconds within which a cure shows: pods on Fargate are made anew in a minute or two. */
const recovery = 5 * 60;

/** Whether two findings are the same thing at the same place. */
export const isSame = (one: Found, other: Found): boolean =>
  one.id === other.id && one.evidence.some((line) => other.evidence.includes(line));

/**
 * The findings to be cured next, of those that one safe command cures: causes before what follows from them, which may
 * then be gone by itself.
 */
export function curable({ findings }: Examination, cured: readonly Found[] = []): Found[] {
  const left = findings.filter((one) => one.cure && !cured.some((before) => isSame(before, one)));
  const causes = left.filter(({ symptom }) => !symptom);
  return causes.length > 0 ? causes : left;
}

/**
 * Carries out what is to be done about these findings, each thing once: first the commands, then the steps as a graph.
 *
 * @returns what became of the steps
 */
export async function cure(context: Context, findings: readonly Found[]): Promise<StepResult[]> {
  for (const { cure: how, fix } of findings) {
    if (!how?.run) continue;
    context.out.note(fix);
    await how.run(context);
  }
  const chosen = steps.filter((step) => findings.some((one) => one.cure?.step === step));
  const results = chosen.length > 0 ? await applySteps(context, steps, chosen) : [];
  context.reads.clear();
  return results;
}

/** Looks again until none of what was cured is found any more, or until it should have shown. */
export async function lookAgain(context: Context, cured: readonly Found[]): Promise<Examination> {
  let latest = await examine(context);
  const left = (): boolean => latest.findings.some((one) => cured.some((before) => isSame(before, one)));
  try {
    await poll(Math.min(recovery, context.config.timeout ?? recovery), context.signal, async () => {
      if (!left()) return true;
      context.reads.clear();
      latest = await examine(context);
      return undefined;
    });
  } catch (error) {
    if (!(error instanceof DeadlineExceeded)) throw error;
  }
  return latest;
}
