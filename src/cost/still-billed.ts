import type { Context } from '../context.ts';
import type { State, Step } from '../steps/step.ts';
import type { Billed } from './billed.ts';
import { describeEstimate, describeRate, type Estimate, estimate } from './estimate.ts';

/** What is billed now. */
export interface StillBilled {
  readonly estimate: Estimate;
  /** What could not be looked at, and may be billed too. */
  readonly unseen: readonly string[];
}

const exists: readonly State['status'][] = ['ready', 'pending', 'drifted', 'broken'];

/** Asks the steps' checks what of ours exists, after a run that failed. */
export async function findStillBilled(context: Context, steps: readonly Step[]): Promise<StillBilled> {
  context.reads.clear();
  const billed: Billed[] = [];
  const unseen: string[] = [];
  await Promise.all(
    steps.map(async ({ bills, check, subject }) => {
      if (!bills) return;
      try {
        if (exists.includes((await check(context)).status)) billed.push(...(await bills(context)));
      } catch {
        context.signal.throwIfAborted();
        unseen.push(subject);
      }
    }),
  );
  return { estimate: estimate(billed, context.config.region), unseen };
}

/** The same for people, with the command that ends it; empty when nothing of ours is billed. */
export function describeStillBilled({ config }: Context, { estimate: found, unseen }: StillBilled): string {
  if (found.lines.length === 0 && unseen.length === 0) return '';
  return [
    `still billed: ${found.lines.length > 0 ? describeRate(found) : 'unknown'}`,
    ...(found.lines.length > 0 ? describeEstimate(found, config.region) : []),
    ...(unseen.length > 0 ? [`  could not be looked at, and may be billed too: ${unseen.join(', ')}`] : []),
    `  end it: lbc-setup teardown --cluster ${config.cluster} --region ${config.region}`,
  ].join('\n');
}
