import type { Context } from './context.ts';
import { createDeferred } from './deferred.ts';
import { described, explain } from './errors/explain.ts';
import type { UserError } from './errors/user-error.ts';
import { LockedError } from './lock/lock.ts';
import type { Outcome } from './output/reporter.ts';
import type { Step } from './steps/step.ts';

/** What became of one step. */
export interface StepResult {
  readonly id: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly evidence: string;
  readonly seconds: number;
  readonly error?: UserError;
  /** In a dry run: the command lines of what would be changed, in order. */
  readonly writes?: readonly string[];
}

/** How a step ended well. */
export type Ended = Pick<StepResult, 'outcome' | 'evidence' | 'writes'>;

/** How the graph is walked. */
export interface Walk {
  titleOf(step: Step): string;
  /** Ids of the steps that must have ended well before. */
  predecessors(step: Step): readonly string[];
  run(step: Step): Promise<Ended>;
  /** Whether this step's failure keeps steps from being begun that do not need it. */
  stopsAt(step: Step): boolean;
}

/**
 * Runs each step when its predecessors have ended, all at once otherwise, and reports how each ended.
 *
 * @returns a result per step, in the order of `steps`
 * @throws LockedError when another run works on this cluster; the signal's reason when it is aborted
 */
export async function runGraph(
  context: Context,
  steps: readonly Step[],
  { titleOf, predecessors, run, stopsAt }: Walk,
): Promise<StepResult[]> {
  let stopped: string | undefined;
  const runs = new Map<string, Promise<StepResult>>();
  const runAfter = async (step: Step): Promise<StepResult> => {
    const before = predecessors(step).map((id) => runs.get(id));
    const failed = (await Promise.all(before)).find((result) => result && blocks(result));
    const result = { id: step.id, title: titleOf(step) };
    const evidence = failed
      ? `needs: ${failed.title}`
      : stopped && `not begun after the failure of: ${stopped}`;
    if (evidence) {
      context.out.finish(step.id, 'skipped', evidence);
      return { ...result, outcome: 'skipped', evidence, seconds: 0 };
    }
    const began = Date.now();
    const seconds = () => Math.round((Date.now() - began) / 100) / 10;
    context.out.start(step.id);
    try {
      const ended = await run(step);
      context.out.finish(step.id, ended.outcome, ended.evidence);
      context.log.add({ type: 'step', id: step.id, ...ended, seconds: seconds() });
      return { ...result, ...ended, seconds: seconds() };
    } catch (thrown) {
      if (context.signal.aborted) throw context.signal.reason;
      // Not this step failed: the run must not go on.
      if (thrown instanceof LockedError) throw thrown;
      const error = explain(thrown);
      if (stopsAt(step)) stopped ??= titleOf(step);
      context.out.finish(step.id, 'failed', error.what);
      context.log.add({
        type: 'step',
        id: step.id,
        outcome: 'failed',
        ...described(thrown),
        seconds: seconds(),
      });
      return { ...result, outcome: 'failed', evidence: error.what, seconds: seconds(), error };
    }
  };
  context.out.plan(steps.map((step) => ({ id: step.id, title: titleOf(step) })));
  // Every promise exists before the first one looks for its predecessors.
  const gate = createDeferred<void>();
  for (const step of steps)
    runs.set(
      step.id,
      gate.promise.then(() => runAfter(step)),
    );
  gate.resolve(undefined);
  const settled = await Promise.allSettled(runs.values());
  context.signal.throwIfAborted();
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

const blocks = ({ outcome }: StepResult): boolean => outcome === 'failed' || outcome === 'skipped';
