import { exitCodes } from '../exit-codes.ts';
import { stepsOf } from '../steps/list.ts';
import type { SessionCommand } from './command.ts';
import { unwanted } from './deploy-sample.ts';
import { runSteps } from './run-steps.ts';

/** `lbc-setup verify [nlb] [alb]`: the samples answer from the internet. Exit code 3 when one does not. */
export const run: SessionCommand = async (context, { args }) => {
  const left = unwanted(args, 'answer');
  const steps = stepsOf('verify').filter(({ id }) => !left.has(id));
  const result = await runSteps(context, steps, (results) =>
    results.map(({ evidence }) => evidence).join('\n'),
  );
  return result.exitCode === exitCodes.failed ? { ...result, exitCode: exitCodes.found } : result;
};
