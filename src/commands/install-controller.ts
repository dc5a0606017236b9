import { stepsOf } from '../steps/list.ts';
import type { SessionCommand } from './command.ts';
import { runSteps } from './run-steps.ts';

/** `lbc-setup install-controller`: chart, CRDs and controller, step 3 of the walkthrough. */
export const run: SessionCommand = (context) =>
  runSteps(
    context,
    stepsOf('install-controller'),
    () => 'The controller works. Next: lbc-setup deploy-sample',
  );
