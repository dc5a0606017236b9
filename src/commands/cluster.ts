import { stepsOf } from '../steps/list.ts';
import type { SessionCommand } from './command.ts';
import { runBilledSteps } from './run-steps.ts';

/** `lbc-setup cluster`: step 2 of the walkthrough. */
export const run: SessionCommand = (context, input) =>
  runBilledSteps(
    context,
    stepsOf('init', 'cluster'),
    input,
    () => `Cluster ${context.config.cluster} is ready. Next: lbc-setup iam`,
  );
