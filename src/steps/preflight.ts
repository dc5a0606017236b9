import { describeCluster } from '../aws/cluster.ts';
import { describeStack, stackNames, stackPhase } from '../aws/stacks.ts';
import { UserError } from '../errors/user-error.ts';
import { runPreflight } from '../preflight/table.ts';
import { type Step, state } from './step.ts';

/** Before anything that costs money: what would make the cluster fail after a quarter of an hour is known already. */
export const preflight: Step = {
  id: 'preflight',
  title: 'Look whether the account has room and leave for a cluster',
  subject: 'Room and leave for a cluster',
  command: 'cluster',
  needs: ['version'],
  guards: true,
  deadline: 120,
  async check(context) {
    if (await describeCluster(context)) return state.ready('not needed: the cluster is there');
    // What is being made is counted among what is used already.
    const stack = await describeStack(context, stackNames.cluster(context.config.cluster));
    if (stack && stackPhase(stack) !== 'failed') return state.ready('not needed: the cluster is being made');
    const { looked, obstacles, unknown } = await runPreflight(context);
    if (obstacles.length > 0)
      return state.absent(
        obstacles.map(({ evidence }) => evidence).join('\n'),
        `${obstacles.map(({ fix }) => fix).join('\n')}\nto go on all the same: ${skip(obstacles)}`,
      );
    const rest = unknown.map(({ name, why }) => `${name} not known: ${why}`);
    return state.ready([`looked at: ${looked.join(', ') || 'nothing'}`, ...rest].join('; '));
  },
  async apply(_context, { evidence, fix }) {
    throw new UserError({
      what: 'a cluster cannot be made as things are; nothing was made',
      why: evidence,
      fix: fix ?? 'correct what the reason names, then run the same command once more',
    });
  },
};

const skip = (obstacles: readonly { readonly name: string }[]): string =>
  [...new Set(obstacles.map(({ name }) => `--skip-preflight ${name}`))].join(' ');
