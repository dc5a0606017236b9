import { stepsOf } from '../steps/list.ts';
import type { SessionCommand } from './command.ts';
import { runBilledSteps } from './run-steps.ts';

/** `lbc-setup up`: the whole walkthrough. */
export const run: SessionCommand = (context, input) =>
  runBilledSteps(
    context,
    stepsOf('init', 'cluster', 'iam', 'install-controller', 'deploy-sample', 'verify'),
    input,
    (results) =>
      [
        ...results.filter(({ id }) => id.startsWith('answer-')).map(({ evidence }) => evidence),
        `Everything works, and is billed until it is taken away: lbc-setup teardown`,
      ].join('\n'),
  );
