import type { Context } from '../context.ts';
import { explain } from '../errors/explain.ts';
import { exitCodes } from '../exit-codes.ts';
import { printable } from '../output/printable.ts';
import { isWanted } from '../runner.ts';
import { steps } from '../steps/list.ts';
import type { State, Step } from '../steps/step.ts';
import type { SessionCommand } from './command.ts';

interface Found {
  readonly id: string;
  readonly title: string;
  readonly status: State['status'] | 'unknown';
  readonly evidence: string;
}

/** `lbc-setup status`: what every step finds, reading only. Exit code 1 when something could not be read. */
export const run: SessionCommand = async (context) => {
  const looked = await Promise.all(steps.map(async (step) => ({ step, ...(await look(context, step)) })));
  const found = looked
    .filter(({ step, status }) => isWanted(context, step) || status !== 'absent')
    .map(({ step, ...rest }) => rest);
  const { account } = await context.aws.identity();
  const { cluster, region } = context.config;
  const width = Math.max(...found.map(({ status }) => status.length));
  return {
    exitCode: found.some(({ status }) => status === 'unknown') ? exitCodes.failed : exitCodes.done,
    data: {
      account,
      region,
      cluster,
      steps: found,
      awsCalls: context.aws.calls(),
      toolRuns: context.tools.runs(),
    },
    text: found
      .map(({ status, title, evidence }) => printable(`${status.padEnd(width)}  ${title}: ${evidence}`))
      .join('\n'),
  };
};

async function look(context: Context, { id, subject, check }: Step): Promise<Found> {
  try {
    const { status, evidence } = await check(context);
    return { id, title: subject, status, evidence };
  } catch (error) {
    context.signal.throwIfAborted();
    const { what, why } = explain(error);
    return { id, title: subject, status: 'unknown', evidence: why ? `${what}: ${why.split('\n')[0]}` : what };
  }
}
