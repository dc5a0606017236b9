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
  /** For what somebody else made: whether it is used as it is; when not, what helps. */
  readonly fits?: boolean;
  readonly fix?: string;
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
    text: [...found.map((one) => describe(one, width)), ...footnote(found)].join('\n'),
    isReport: true,
  };
};

function describe({ status, title, evidence, fits, fix }: Found, width: number): string {
  const lines = printable(`${status.padEnd(width)}  ${title}: ${evidence}`);
  return status === 'foreign' && !fits && fix
    ? `${lines}\n${' '.repeat(width)}  next: ${printable(fix)}`
    : lines;
}

/** What the word means, where it stands. */
const footnote = (found: readonly Found[]): string[] =>
  found.some(({ status }) => status === 'foreign')
    ? ['foreign: not made by lbc-setup; used where it fits, never changed, never deleted']
    : [];

async function look(context: Context, { id, subject, check }: Step): Promise<Found> {
  try {
    const { status, evidence, fits, fix } = await check(context);
    const foreign = status === 'foreign' && { fits, ...(!fits && { fix }) };
    return { id, title: subject, status, evidence, ...foreign };
  } catch (error) {
    context.signal.throwIfAborted();
    const { what, why } = explain(error);
    return { id, title: subject, status: 'unknown', evidence: why ? `${what}: ${why.split('\n')[0]}` : what };
  }
}
