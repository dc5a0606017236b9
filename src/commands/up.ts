import { stepsOf } from '../steps/list.ts';
import type { SessionCommand } from './command.ts';
import { runBilledSteps } from './run-steps.ts';
import { lookBefore, takeBack } from './take-back.ts';

/**
 * `lbc-setup up`: the whole walkthrough. With --teardown-on-failure a failure takes away what the run made. An
 * interruption does not: whoever cancels a job ends it seconds later, and no cluster is deleted in that time.
 */
export const run: SessionCommand = async (context, input) => {
  const before = input.teardownOnFailure ? await lookBefore(context) : undefined;
  return runBilledSteps(
    context,
    stepsOf('init', 'cluster', 'iam', 'install-controller', 'deploy-sample', 'verify'),
    input,
    (results) =>
      [
        ...results.filter(({ id }) => id.startsWith('answer-')).map(({ evidence }) => evidence),
        `Everything works, and is billed until it is taken away: lbc-setup teardown`,
      ].join('\n'),
    (result) => (before ? takeBack(context, before, result) : result),
  );
};
