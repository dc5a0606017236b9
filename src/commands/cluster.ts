import { stepsOf } from '../steps/list.ts';
import type { SessionCommand } from './command.ts';
import { runSteps } from './run-steps.ts';

/** `lbc-setup cluster`: step 2 of the walkthrough. */
export const run: SessionCommand = (context) =>
  runSteps(
    context,
    stepsOf('init', 'cluster'),
    () => `Cluster ${context.config.cluster} is ready. Next: lbc-setup iam`,
  );
