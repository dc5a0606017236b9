import { exitCodes } from '../exit-codes.ts';
import { stepsOf } from '../steps/list.ts';
import type { SessionCommand } from './command.ts';
import { withSamples } from './deploy-sample.ts';
import { runSteps } from './run-steps.ts';

/**
 * `lbc-setup verify [nlb] [alb] [tgb]`: the samples answer from the internet. Exit code 3 when one does not. What is
 * deployed is called as it is, whatever options it was deployed with.
 */
export const run: SessionCommand = async (context, { args }) => {
  const steps = stepsOf('verify').map((step) => ({ ...step, needs: [] }));
  const result = await runSteps(withSamples(context, args), steps, (results) =>
    results.map(({ evidence }) => evidence).join('\n'),
  );
  return result.exitCode === exitCodes.failed ? { ...result, exitCode: exitCodes.found } : result;
};
