import { stepsOf } from '../steps/list.ts';
import type { SessionCommand } from './command.ts';
import { runSteps } from './run-steps.ts';

/** `lbc-setup iam`: the controller's policy and ServiceAccount, step 3 of the walkthrough. */
export const run: SessionCommand = (context) =>
  runSteps(
    context,
    stepsOf('iam'),
    () => 'Policy and ServiceAccount are ready. Next: lbc-setup install-controller',
  );
